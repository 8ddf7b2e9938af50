"""A real Prometheus scrapes a real server: every panel and every rule has something to show."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import httpx
import polars as pl
import pytest
import uvicorn

import barograph as bg
from barograph.config.read import read_settings
from barograph.grafana.files import DASHBOARDS, RULES_FILE, files
from barograph.grafana.rule import RULES
from barograph.metrics.values import Value
from barograph.server.app import create_app
from barograph.server.clock import SystemClock
from barograph.server.preparing import prepare
from barograph.store import catalog
from barograph.store.database import open_database
from barograph.store.points import Course, keep
from barograph.store.tables.alerts import alerts, incidents
from barograph.store.tables.monitors import monitor_series, monitors
from barograph.store.tallies import tally
from barograph.store.worker_failures import note_failure
from barograph.store.workers import mark_alive

PROMETHEUS = shutil.which("prometheus")
pytestmark = pytest.mark.skipif(PROMETHEUS is None, reason="needs Prometheus: apt-get install prometheus")
DAY = 86_400_000_000
DEADLINE_SECONDS = 90.0
CONFIG = """
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [{rules}]
scrape_configs:
  - job_name: barograph
    static_configs: [{{targets: ["127.0.0.1:{port}"]}}]
"""
#: What Grafana puts in place of its variables where all values are chosen.
CHOSEN = {
    "$__rate_interval": "30s", "$project": "bank", "$model": "credit|rides", "$version": ".*", "$segment": ".*",
    "$monitor": ".*",
}  # fmt: skip
PANELS = [
    (panel, query) for d in DASHBOARDS for s in d.sections for panel in s.panels for query in panel.queries
]


@dataclass(frozen=True)
class Scraped:
    """A Prometheus that has scraped the server."""

    url: str

    def ask(self, expression: str) -> list[dict]:
        answer = httpx.get(f"{self.url}/api/v1/query", params={"query": expression}, timeout=30)
        told = answer.json()
        assert told["status"] == "success", (expression, told)
        return told["data"]["result"]

    def wait_for(self, expression: str) -> None:
        """Until it has an answer: Prometheus scrapes at its own times."""
        pause, deadline = Event(), time.monotonic() + DEADLINE_SECONDS
        while True:
            try:
                if self.ask(expression):
                    return
            except (httpx.HTTPError, ValueError):
                assert time.monotonic() < deadline, "Prometheus does not answer"
            assert time.monotonic() < deadline, f"no answer to {expression}"
            pause.wait(0.2)


def filled(conn, now: int) -> None:
    """Two models with every figure there is, monitors, and what they raised."""
    catalog.create_project(conn, "bank", now=now)
    midnight = now // DAY * DAY - DAY
    rows = {"income": [1.0, 2.0], "y": [1.0, 2.0], "p": [1.0, 2.5]}
    regression = bg.Schema.infer(pl.DataFrame(rows), task="regression", label="y", prediction="p")
    decisions = {"income": [1.0, 2.0, 3.0], "y": ["a", "b", "a"], "p": ["a", "b", "b"]}
    binary = bg.Schema.infer(pl.DataFrame(decisions), task="binary", positive="b", label="y", prediction="p")
    for name, schema, metrics in (
        ("rides", regression, ("mae", "rmse", "mape", "r2", "me", "coverage")),
        ("credit", binary, ("accuracy", "recall", "precision", "f1", "roc_auc", "log_loss", "coverage")),
    ):
        model_id = catalog.create_model(conn, "bank", name, schema, now=now, every="1d").id
        for address in (*(f"performance.{metric}" for metric in metrics), "drift.share"):
            course = Course(model_id=model_id, address=address, every="1d")
            keep(conn, course, {midnight: ("s", Value(value=0.5, n=70))})
        watch(conn, model_id, name, (midnight, now))
        raise_alert(conn, model_id, name, (midnight, now))
    tally(conn, "evaluations", 1, {("", "ok"): 5, ("", "error"): 1}, now=now)
    tally(conn, "notifications", 1, {("email", "sent"): 3, ("email", "dead"): 1}, now=now)


def watch(conn, model_id: int, name: str, times: tuple[int, int]) -> None:
    start, now = times
    watching = monitors.insert().values(
        project_id=1,
        name=f"{name} moved",
        document={"window": "1d"},
        revision=1,
        created_at=now,
        changed_at=now,
    )
    monitor_id = conn.execute(watching.returning(monitors.c.id)).scalar_one()
    conn.execute(
        monitor_series.insert().values(
            monitor_id=monitor_id, model_id=model_id, version_id=0, address="drift.share", state={}, blind={},
            breached=[], status="breach", window_start=start, window_end=start + DAY, figures="", judged_at=now,
            verdict={"value": 0.5, "limits": [None, 0.2], "detail": ""},
        )
    )  # fmt: skip


def raise_alert(conn, model_id: int, name: str, times: tuple[int, int]) -> None:
    start, now = times
    of_both = {"project_id": 1, "severity": "critical", "peak_severity": "critical", "started_at": start}
    conn.execute(
        incidents.insert().values(
            **of_both, status="new", title=name, facts={}, opened_at=now, changed_at=now
        )
    )
    conn.execute(
        alerts.insert().values(
            **of_both, model_id=model_id, monitor=f"{name} moved", configuration=1, kind="breach",
            fingerprint=name, address="drift.share", version="all", phase="firing", fired_at=now, flapping=False,
            backfilled=False, summary="", details={}, labels={}, suppressed={}, window_end=start + DAY,
        )
    )  # fmt: skip


@pytest.fixture(scope="module")
def port(tmp_path_factory) -> Iterator[int]:
    """A real server over HTTP, with data, asked for something all the time."""
    folder: Path = tmp_path_factory.mktemp("served")
    flags = {"data": str(folder), "metrics_seconds": "0.5s"}
    settings, clock = read_settings(environment={}, flags=flags).settings, SystemClock()
    token = prepare(settings, clock)
    assert token is not None
    database = open_database(settings.database_url)
    with database.writing() as conn:
        filled(conn, clock.now())
        mark_alive(conn, "host/1", now=clock.now(), seconds=3_600)
    config = uvicorn.Config(create_app(settings, clock=clock), port=0, log_level="error", lifespan="on")
    server = uvicorn.Server(config)
    serving = Thread(target=server.run, daemon=True)
    serving.start()
    wait, deadline = Event(), time.monotonic() + DEADLINE_SECONDS
    while not server.started:
        assert serving.is_alive(), "the server ended"
        assert time.monotonic() < deadline, "the server did not start"
        wait.wait(0.05)
    found = server.servers[0].sockets[0].getsockname()[1]
    asking = Thread(target=keep_asking, args=(found, token.text, database, wait), daemon=True)
    asking.start()
    yield found
    wait.set()
    asking.join(30)
    server.should_exit = True
    serving.join(30)
    database.close()


def keep_asking(port: int, token: str, database, stop: Event) -> None:
    """Send rows and requests, and count evaluations, so that every counter moves while Prometheus looks."""
    clock, key = SystemClock(), {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as http:
        number = 0
        while not stop.wait(0.2):
            number += 1
            row = {"income": 1.0, "p": 1.0}
            sent = "/v1/projects/bank/models/rides/predictions"
            http.post(sent, json=[row], headers=key | {"Idempotency-Key": f"b{number}"}).raise_for_status()
            assert http.get("/v1/projects", headers={"Authorization": "Bearer wrong"}).status_code in (
                401,
                429,
            )
            with database.writing() as conn:
                note_failure(conn, "apply", subject="rides", told="no disk", at=clock.now())
                tally(conn, "evaluations", 1, {("", "ok"): 1, ("", "error"): 1}, now=clock.now())
                tally(conn, "notifications", 1, {("email", "sent"): 1, ("email", "dead"): 1}, now=clock.now())


@pytest.fixture(scope="module")
def scraped(port, tmp_path_factory) -> Iterator[Scraped]:
    folder: Path = tmp_path_factory.mktemp("prometheus")
    (folder / RULES_FILE).write_text(files()[RULES_FILE])
    (folder / "prometheus.yml").write_text(CONFIG.format(port=port, rules=folder / RULES_FILE))
    listens = free_port()
    command = [
        PROMETHEUS, f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
        f"--web.listen-address=127.0.0.1:{listens}", "--log.level=error",
    ]  # fmt: skip
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ}
    )
    found = Scraped(f"http://127.0.0.1:{listens}")
    try:
        # Every counter has moved between two scrapes, the last that appears among them.
        found.wait_for("rate(barograph_denied_requests_total[30s]) > 0 and on() count_over_time(up[60s]) > 3")
        yield found
    finally:
        process.terminate()
        process.wait(30)


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


@pytest.mark.parametrize(("panel", "query"), PANELS, ids=lambda value: getattr(value, "title", ""))
def test_every_panel_shows_something(scraped, panel, query):
    expression = query.expression
    for name, value in CHOSEN.items():
        expression = expression.replace(name, value)
    # One model is chosen on its dashboard; here the two that have all figures between them.
    expression = expression.replace('model="credit|rides"', 'model=~"credit|rides"')
    scraped.wait_for(expression)


def test_prometheus_takes_the_whole_scrape_and_every_rule(scraped):
    assert [r["value"][1] for r in scraped.ask('up{job="barograph"}')] == ["1"]
    told = httpx.get(f"{scraped.url}/api/v1/rules", timeout=30).json()["data"]["groups"]
    health = {
        rule["name"]: (rule["health"], rule.get("lastError", "")) for group in told for rule in group["rules"]
    }
    assert health.keys() == {rule.name for rules in RULES.values() for rule in rules}
    assert {found for found in health.values() if found[0] == "err"} == set()


def test_the_watchdog_and_what_is_wrong_fire(scraped):
    for name in ("BarographWatchdog", "BarographCriticalIncident", "BarographCannotTell"):
        scraped.wait_for(f'ALERTS{{alertname="{name}",alertstate="firing"}}')
