"""Hours that were rolled up into days are never told as hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from barograph.server.worker import Worker

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
MODEL = "/v1/projects/shop/models/demand"
SCHEMA = {"columns": {"id": {"role": "id"}, "t": {"role": "timestamp"}, "x": {}}}
HOURLY = {"from": "2026-04-01", "window": "1h"}


def rows_of(day: datetime, name: str) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "id": [f"{name}-{i}" for i in range(48)],
            "t": [day + timedelta(minutes=30 * i) for i in range(48)],
            "x": [float(i) for i in range(48)],
        }
    )


@pytest.fixture
def served(http, clock):
    """A model by the hour with rows of 60 days and of 5 days ago, after a night."""
    clock.time = int(NOW.timestamp()) * 1_000_000
    old, young = (
        rows_of(datetime(2026, 4, 2, tzinfo=UTC), "old"),
        rows_of(datetime(2026, 5, 27, tzinfo=UTC), "new"),
    )
    http.post("/v1/projects", json={"name": "shop"})
    http.post("/v1/projects/shop/models", json={"name": "demand", "schema": SCHEMA})
    ndjson = {"Content-Type": "application/x-ndjson"}
    made = http.post(f"{MODEL}/references?name=old", content=old.write_ndjson(), headers=ndjson)
    assert made.status_code == 201, made.text
    for rows in (old, young):
        assert (
            http.post(f"{MODEL}/predictions", content=rows.write_ndjson(), headers=ndjson).status_code == 200
        )
    worker = Worker(http.app.state.server.store, clock)
    while worker.step():
        pass
    clock.pass_seconds(86_400)
    while worker.step():
        pass
    return http


@pytest.mark.parametrize(
    "what",
    ["series?address=quality.row_count", "windows?", "profiles?"],
    ids=["series", "windows", "profiles"],
)
def test_hours_of_rolled_days_are_refused_with_what_to_do(served, what):
    told = served.get(f"{MODEL}/{what}&from=2026-04-01&window=1h")
    assert told.status_code == 422
    assert "days before 2026-05-03 are kept as whole days" in told.json()["error"]["message"]


def test_days_of_rolled_hours_are_whole(served):
    told = served.get(f"{MODEL}/windows", params={"from": "2026-04-01", "window": "1d"}).json()["windows"]
    assert [window["rows"] for window in told] == [48, 48]


def test_hours_since_then_are_told(served):
    told = served.get(f"{MODEL}/windows", params={"from": "2026-05-03", "window": "1h"}).json()["windows"]
    assert [window["rows"] for window in told] == [2] * 24


def test_hours_are_counted_anew_from_the_rows(served):
    told = served.get(f"{MODEL}/profiles", params=HOURLY | {"sample": "true"})
    assert told.status_code == 200
