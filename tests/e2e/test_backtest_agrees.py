"""Monitors tried on a server and on a profile of the same rows fire in the same windows."""

from __future__ import annotations

import io
import warnings
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.alerts.backtest.backtest import backtest
from barograph.config.read import read_settings
from barograph.monitors.file import file_document
from barograph.monitors.yaml import parse_monitors
from barograph.server.app import create_app
from barograph.server.preparing import prepare
from barograph.server.worker import Worker
from barograph.server.worker.limits import Limits

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

FIRST = datetime(2024, 3, 1, tzinfo=UTC)
DAYS, QUIET, ROWS = 16, 10, 96
MONITORS = """
monitors:
  - {name: inputs, metric: drift.total_variation(column=*), when: {above: 0.3}, for: 2}
  - {name: usual, metric: 'quality.mean(column="x")', when: {band: 5}}
  - {name: error, metric: performance.mae, when: {change: 30%}, needs: {label_age: 1d}, severity: critical}
  - {name: calibrated, metric: performance.mae, when: {calibrated: {level: 0.001}}}
  - {name: jump, metric: performance.mae, against: previous(2), when: {change: 30%}}
  - {name: both, metric: drift.share, when: {all: [{above: 0.1}, {metric: performance.mae, above: 1.2}]}}
  - {name: segments, metric: performance.mae(segment=*), against: segment(rest), when: {change: 60%}}
"""


class SetClock:
    """It stands on the day after the last rows."""

    def now(self) -> int:
        return int((FIRST + timedelta(days=DAYS + 3)).timestamp()) * 1_000_000


def rows(rng: np.random.Generator, days: int, first: datetime, quiet: int) -> pl.DataFrame:
    n = days * ROWS
    moved = np.arange(n) >= quiet * ROWS
    x = rng.normal(size=n) + 1.5 * moved
    return pl.DataFrame(
        {
            "id": [f"{first:%j}-{i}" for i in range(n)],
            "ts": [first + timedelta(minutes=15 * i) for i in range(n)],
            "x": x,
            "country": np.where(rng.random(n) < 0.5, "DE", "FR"),
            "p": 2 * x + 2.0 * moved,
            "y": 2 * x + rng.normal(size=n),
        }
    )


@pytest.fixture
def http(tmp_path):
    settings = read_settings(environment={}, flags={"data": str(tmp_path / "data")}).settings
    token = prepare(settings, SetClock())
    assert token is not None
    app = create_app(settings, clock=SetClock())
    with TestClient(app, headers={"Authorization": f"Bearer {token.text}"}) as client:
        yield client


def sent(http, model: str, frame: pl.DataFrame) -> None:
    body = io.BytesIO()
    frame.write_parquet(body)
    headers = {"Content-Type": "application/vnd.apache.parquet"}
    path = f"/v1/projects/bank/models/{model}/predictions"
    http.post(path, content=body.getvalue(), headers=headers).raise_for_status()
    worker = Worker(http.app.state.server.store, SetClock(), limits=Limits())
    while worker.step():
        pass


def test_the_same_windows_fire_on_a_server_and_on_a_profile(http, rng, tmp_path):
    before = rows(rng, 28, FIRST - timedelta(days=40), 28)
    schema = bg.Schema.infer(before, task="regression", label="y", prediction="p", timestamp="ts", id="id")
    reference = bg.profile(before, schema, every="1d", by=["country"])
    current = rows(rng, DAYS, FIRST, QUIET)
    file = parse_monitors(MONITORS)
    local = backtest(
        file, bg.profile(current, like=reference, every="1d", by=["country"]), reference, model="rides"
    ).document()

    http.post("/v1/projects", json={"name": "bank"}).raise_for_status()
    saved = bg.save_profile(reference, tmp_path / "reference.baro").read_bytes()
    made = http.post(
        "/v1/projects/bank/models", params={"name": "rides"}, content=saved,
        headers={"Content-Type": "application/vnd.barograph.profile"},
    )  # fmt: skip
    assert made.status_code == 201, made.text
    sent(http, "rides", current)
    asked = {"document": file_document(file), "model": "rides", "from": f"{FIRST:%F}", "to": "2024-03-16"}
    answer = http.post("/v1/projects/bank/monitors/backtest", json=asked)
    assert answer.status_code == 200, answer.text
    served = answer.json()

    here, there = ({(s["monitor"], s["address"]): s for s in found["series"]} for found in (local, served))
    assert here.keys() == there.keys()
    for which, series in here.items():
        assert series["statuses"] == there[which]["statuses"], which
        assert series["alerts"] == there[which]["alerts"], which
    assert local["incidents"] == served["incidents"]
    assert {k: v for k, v in local.items() if k.startswith("told")} == {"told": 1, "told_by_impact": 0}
    fired = {s["monitor"] for s in local["series"] if s["alerts"]}
    assert fired == {"inputs", "usual", "error", "calibrated", "jump", "both"}
