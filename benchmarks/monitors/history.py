"""How soon a server answers with a history of 1,000,000 alert events behind it; a table in RESULTS.md.

    nice -n 19 python benchmarks/monitors/history.py [--events 1000000 --repeat 20 --dry]

Ten events an alert, four alerts an incident over two years, of 50 models; 100 incidents are open, and one of those
resolved has 500 alerts. They are written to the store's tables at once; a real `barograph serve` is then asked over
HTTP as its pages ask.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import siblings  # noqa: F401
import sqlalchemy as sa

import results
from barograph.alerts.facts import Facts, facts_document
from barograph.schema.model import Column, Schema
from barograph.store import catalog
from barograph.store.database import Database, open_database
from barograph.store.tables.alerts import alert_events, alerts, incidents
from server.served import Served

TARGET_MS = 100.0
MODELS, OPEN, LARGE = 50, 100, 500
ALERTS_OF_ONE, EVENTS_OF_ONE = 4, 10
HOUR_US = 3_600_000_000
KINDS = (
    "fired",
    "escalated",
    "suppressed",
    "unsuppressed",
    "revised",
    "recovering",
    "relapsed",
    "recovering",
)
AT_ONCE = 20_000


def main() -> None:
    """Write the history, ask, keep the table."""
    asked = results.parser(__doc__, repeat=20)
    asked.add_argument("--events", type=int, default=1_000_000)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        served = Served(
            data=Path(folder) / "data", settings={"workers": "0", "key_requests": "0"}, ready="/healthz"
        )
        try:
            # The first start makes the store and its key.
            served.start()
            served.stop()
            database = open_database(f"sqlite:///{served.data}/barograph.db")
            many = written(database, given.events)
            database.close()
            served.start()
            rows = [[path, *answered(served, path, given.repeat)] for path in paths(many)]
        finally:
            served.kill()
    slowest = max(float(row[-1]) for row in rows)
    said = (
        f"{many[2]:,} alert events of {many[1]:,} alerts in {many[0]:,} incidents, {OPEN} of them open; SQLite. "
        f"Milliseconds from the request to the whole answer, {given.repeat} times each. Other work ran on the machine "
        "at the same time."
    )
    body = "\n\n".join(
        [
            "## Monitors: a long history",
            results.machine(results.versions("barograph", "sqlalchemy"), date=given.date),
            said,
            results.table(("asked", "KB", "median ms", "95 % ms"), rows),
            results.verdict(f"each within {TARGET_MS:g} ms", met=slowest <= TARGET_MS),
        ]
    )
    results.keep("monitors: history", body, dry=given.dry)


def paths(many: tuple[int, int, int]) -> list[str]:
    """What is asked of the project."""
    middle, large = many[0] // 2, 1
    return [
        "/incidents",
        "/incidents?state=open",
        "/incidents?state=resolved",
        f"/incidents/{middle}",
        f"/incidents/{large}",
        "/alerts",
        "/alerts?state=open",
        "/alerts?model=m7",
        "/alerts?monitor=m7: inputs moved",
        f"/alerts/{many[1] // 2}",
    ]


def answered(served: Served, path: str, repeat: int) -> tuple[float, float, float]:
    """KB of the answer; median and 95 % quantile of the milliseconds it took."""
    taken = []
    for _ in range(repeat + 1):
        began = time.perf_counter()
        status, body, _ = served.ask("GET", f"/v1/projects/fleet{path.replace(' ', '%20')}")
        taken.append((time.perf_counter() - began) * 1e3)
        if status != 200:
            raise RuntimeError(f"{path}: {status} {body[:300]!r}")
    # The first one opens what the server has not opened yet.
    median, late = np.quantile(taken[1:], (0.5, 0.95)).tolist()
    print(path, f"{median:.1f} ms, 95 % {late:.1f} ms", file=sys.stderr, flush=True)
    return len(body) / 1e3, median, late


def written(database: Database, events: int) -> tuple[int, int, int]:
    """Incidents, alerts and events that were written."""
    schema = Schema(columns=(Column(name="x"),))
    with database.writing() as conn:
        catalog.create_project(conn, "fleet", now=0)
        ids = [catalog.create_model(conn, "fleet", f"m{n}", schema, now=0).id for n in range(MODELS)]
        project = catalog.project(conn, "fleet").id
    many = max(events // EVENTS_OF_ONE // ALERTS_OF_ONE, OPEN + 1)
    number = happened = 0
    for first in range(0, many, AT_ONCE // ALERTS_OF_ONE // EVENTS_OF_ONE):
        opened: list[dict[str, Any]] = []
        fired: list[dict[str, Any]] = []
        told: list[dict[str, Any]] = []
        for n in range(first, min(first + AT_ONCE // ALERTS_OF_ONE // EVENTS_OF_ONE, many)):
            opened.append(_incident(project, n, many))
            for k in range(LARGE if n == 0 else ALERTS_OF_ONE):
                number += 1
                fired.append(_alert((project, ids[n % MODELS]), (n, k, number), many))
                told += _events(project, n + 1, number, opened[-1]["opened_at"])
        happened += len(told)
        with database.writing() as conn:
            for table, held in ((incidents, opened), (alerts, fired), (alert_events, told)):
                conn.execute(sa.insert(table), held)
    return many, number, happened


def _incident(project: int, n: int, many: int) -> dict[str, Any]:
    at, model = _at(n, many), f"m{n % MODELS}"
    facts = Facts(
        models=frozenset([model]), columns=frozenset([(f"model:{model}", f"x{n % 30}")]), started_at=at - HOUR_US,
        latest_at=at, window_us=HOUR_US, families=frozenset(["drift"]),
    )  # fmt: skip
    is_open = n >= many - OPEN
    return {
        "id": n + 1, "project_id": project, "status": "ongoing" if is_open else "resolved",
        "title": f"Inputs moved: x{n % 30} of {model}", "severity": "warning", "peak_severity": "warning",
        "facts": facts_document(facts), "started_at": at - HOUR_US, "opened_at": at, "changed_at": at + HOUR_US,
        "resolved_at": None if is_open else at + 9 * HOUR_US, "explanation": sa.null(), "mark": None,
    }  # fmt: skip


def _alert(of: tuple[int, int], place: tuple[int, int, int], many: int) -> dict[str, Any]:
    (n, k, number), (project, model) = place, of
    at, name = _at(n, many), f"m{n % MODELS}"
    is_open = n >= many - OPEN
    return {
        "id": number, "project_id": project, "model_id": model, "incident_id": n + 1, "monitor_id": None,
        "series_id": None, "monitor": f"{name}: inputs moved", "configuration": 1, "fingerprint": f"{number:064x}",
        "kind": "breach", "address": f'drift.total_variation(column="x{k % 30}")', "version": "",
        "phase": "firing" if is_open else "ok", "severity": "warning", "peak_severity": "warning",
        "started_at": at - HOUR_US, "fired_at": at, "resolved_at": None if is_open else at + 9 * HOUR_US,
        "resolved_why": None if is_open else "recovered", "flapping": False, "backfilled": False,
        "summary": f"x{k % 30} of {name} moved: 0.21, 3.2 times what reference hours differ from each other",
        "details": {"project": "fleet", "model": name, "kind": "breach", "title": "Total variation",
                    "verdict": {"value": 0.21, "n": 800, "detail": "3.2 times"}},
        "labels": {"project": "fleet", "model": name, "monitor": f"{name}: inputs moved", "column": f"x{k % 30}"},
        "suppressed": [], "window_end": at,
    }  # fmt: skip


def _events(project: int, incident: int, alert: int, at: int) -> Iterator[dict[str, Any]]:
    for i in range(EVENTS_OF_ONE):
        kind = "resolved" if i == EVENTS_OF_ONE - 1 else KINDS[i % len(KINDS)]
        yield {
            "project_id": project, "incident_id": incident, "alert_id": alert, "at": at + i * HOUR_US,
            "actor": "", "kind": kind, "details": {"severity": "warning", "window": at},
        }  # fmt: skip


def _at(n: int, many: int) -> int:
    """When an incident was opened: evenly over two years, µs UTC."""
    return 1_700_000_000_000_000 + n * (17_520 * HOUR_US // many)


if __name__ == "__main__":
    main()
