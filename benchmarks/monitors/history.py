"""How soon a server answers with a history of 1,000,000 alert events behind it; a table in RESULTS.md.

    nice -n 19 python benchmarks/monitors/history.py [--events 1000000 --repeat 20 --dry]

Ten events an alert, four alerts and two messages an incident over the two years up to now, of 50 models; 100
incidents are open, and one of those resolved has 500 alerts. They are written to the store's tables at once; a real
`barograph serve` is then asked over HTTP as people, their tools and its pages ask, and the summary of the last week is
made as a worker makes it. On SQLite, and on PostgreSQL where its programs are there.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import siblings  # noqa: F401
import sqlalchemy as sa

import results
from barograph.alerts.facts import Facts, facts_document
from barograph.alerts.told import Told, told_document
from barograph.locale.kept import kept
from barograph.schema.model import Column, Schema
from barograph.server.notify.digest import Span, summary_document
from barograph.store import catalog
from barograph.store.database import Database, open_database
from barograph.store.tables.alerts import alert_events, alerts, channels, incidents, outbox
from server.served import Served

TARGET_MS = 100.0
MODELS, OPEN, LARGE = 50, 100, 500
ALERTS_OF_ONE, EVENTS_OF_ONE = 4, 10
HOUR_US = 3_600_000_000
#: Milliseconds of processor, median and 95 % quantile of those that pass, KB.
Cells = tuple[float, float, float, float]
NOW_US = int(time.time() * 1e6)
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
    found = {"SQLite": measured({}, given)}
    keep(found, given)
    cluster = postgres()
    if cluster is not None:
        with cluster as url:
            found["PostgreSQL"] = measured({"database": url.format("postgres")}, given)
        keep(found, given)


def keep(found: dict[str, Answered], given: Any) -> None:
    """Keep the table of the stores that were asked."""
    usual = found["SQLite"]
    many, asked = usual.many, list(usual.rows)
    rows = [[path, *(cell for each in found.values() for cell in each.rows[path])] for path in asked]
    spent, late = (max(cells[n] for each in found.values() for cells in each.rows.values()) for n in (0, 2))
    said = (
        f"{many[2]:,} alert events of {many[1]:,} alerts in {many[0]:,} incidents, {OPEN} of them open, and "
        f"{2 * many[0]:,} messages; {' and '.join(found)}. {given.repeat} times each: milliseconds of processor that "
        "the server spends on a request, on average, those of PostgreSQL not among them, and milliseconds that pass "
        "from the request to the whole answer, while other work runs on the machine (load "
        f"{os.getloadavg()[0]:.0f})."
    )
    heads = [f"{name} {what}" for name in found for what in ("processor", "median", "95 %", "KB")]
    body = "\n\n".join(
        [
            "## Monitors: a long history",
            results.machine(results.versions("barograph", "sqlalchemy"), date=given.date),
            said,
            results.table(("asked", *heads), rows),
            results.verdict(f"each within {TARGET_MS:g} ms of processor", met=spent <= TARGET_MS),
            results.verdict(f"each within {TARGET_MS:g} ms from the request, at 95 %", met=late <= TARGET_MS),
        ]
    )
    results.keep("monitors: history", body, dry=given.dry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What was written, and by what was asked the cells of `timed`."""

    many: tuple[int, int, int]
    rows: dict[str, Cells]


def measured(settings: dict[str, str], given: Any) -> Answered:
    """Write the history to a store, and ask a server on it."""
    with tempfile.TemporaryDirectory() as folder:
        usual = {"workers": "0", "key_requests": "0"}
        served = Served(data=Path(folder) / "data", settings=usual | settings, ready="/healthz")
        try:
            # The first start makes the store and its key.
            served.start()
            served.json("POST", "/v1/projects", {"name": "fleet"})
            hook = {"kind": "webhook", "config": {"url": "http://127.0.0.1:9/", "secret_key": "0" * 32}}
            served.json("PUT", "/v1/projects/fleet/channels/ops", hook)
            served.stop()
            database = open_database(settings.get("database", f"sqlite:///{served.data}/barograph.db"))
            many = written(database, given.events)
            rows = {"the week's summary, in a worker": summary(database, given.repeat)}
            database.close()
            served.start()
            rows = {path: answered(served, path, given.repeat) for path in paths(many)} | rows
        finally:
            served.kill()
    return Answered(many=many, rows=rows)


def postgres() -> AbstractContextManager[str] | None:
    """A PostgreSQL of its own, as tests have it; None where its programs are not there."""
    file = Path(__file__).parents[2] / "tests" / "postgres_cluster.py"
    spec = importlib.util.spec_from_file_location("postgres_cluster", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    programs = module.programs()
    return None if programs is None else module.cluster(programs)


def paths(many: tuple[int, int, int]) -> list[str]:
    """What is asked: of the project, and pages."""
    middle, large = many[0] // 2, 1
    project = (
        "/incidents", "/incidents?state=open", "/incidents?state=resolved", f"/incidents/{middle}",
        f"/incidents/{large}", "/alerts", "/alerts?state=open", "/alerts?model=m7", "/alerts?monitor=m7: inputs moved",
        f"/alerts/{many[1] // 2}", "/notifications", "/notifications?state=dead", "/noise", "/noise?days=400",
    )  # fmt: skip
    pages = (
        "/", f"/incidents/{middle}", f"/incidents/{large}", f"/incidents/{many[0]}", "/notifications", "/silences",
        "/models",
    )  # fmt: skip
    return [*project, *(f"page {path}" for path in pages)]


def answered(served: Served, path: str, repeat: int) -> Cells:
    """The cells of one that a server answers."""
    is_page = path.startswith("page ")
    address = path.removeprefix("page ") if is_page else f"/v1/projects/fleet{path.replace(' ', '%20')}"

    def ask() -> int:
        status, body, _ = served.ask("GET", address, **({"Accept": "text/html"} if is_page else {}))
        if status != 200:
            raise RuntimeError(f"{path}: {status} {body[:300]!r}")
        return len(body)

    assert served.process is not None
    return timed(path, ask, repeat, psutil.Process(served.process.pid))


def summary(database: Database, repeat: int) -> Cells:
    """The same of the summary of the last week."""
    with database.reading() as conn:
        span = Span(
            project_id=catalog.project(conn, "fleet").id,
            project="fleet",
            first=NOW_US - 7 * 24 * HOUR_US,
            end=NOW_US,
        )

        def make() -> int:
            return len(json.dumps(kept(summary_document(conn, span))))

        return timed("summary", make, repeat, psutil.Process())


def timed(what: str, do: Callable[[], int], repeat: int, by: psutil.Process) -> Cells:
    """Milliseconds of processor a time, median and 95 % quantile of the milliseconds that pass; KB of what is made."""
    # The first one opens what has not been opened yet.
    size, before, taken = do(), _spent(by), []
    for _ in range(repeat):
        began = time.perf_counter()
        size = do()
        taken.append((time.perf_counter() - began) * 1e3)
    spent = (_spent(by) - before) * 1e3 / repeat
    median, late = np.quantile(taken, (0.5, 0.95)).tolist()
    print(
        what, f"{spent:.0f} ms of processor; {median:.1f} ms, 95 % {late:.1f} ms", file=sys.stderr, flush=True
    )
    return spent, median, late, size / 1e3


def _spent(by: psutil.Process) -> float:
    """Seconds of processor."""
    times = by.cpu_times()
    return times.user + times.system


def written(database: Database, events: int) -> tuple[int, int, int]:
    """Incidents, alerts and events that were written."""
    schema = Schema(columns=(Column(name="x"),))
    with database.writing() as conn:
        ids = [catalog.create_model(conn, "fleet", f"m{n}", schema, now=0).id for n in range(MODELS)]
        project = catalog.project(conn, "fleet").id
        channel = conn.execute(sa.select(channels.c.id)).scalar_one()
    many = max(events // EVENTS_OF_ONE // ALERTS_OF_ONE, OPEN + 1)
    number = happened = 0
    for first in range(0, many, AT_ONCE // ALERTS_OF_ONE // EVENTS_OF_ONE):
        opened: list[dict[str, Any]] = []
        fired: list[dict[str, Any]] = []
        told: list[dict[str, Any]] = []
        sent: list[dict[str, Any]] = []
        for n in range(first, min(first + AT_ONCE // ALERTS_OF_ONE // EVENTS_OF_ONE, many)):
            opened.append(_incident(project, n, many))
            sent += _messages(project, channel, n, opened[-1]["opened_at"])
            told.append(_told(project, n + 1, opened[-1]["opened_at"]))
            for k in range(LARGE if n == 0 else ALERTS_OF_ONE):
                number += 1
                fired.append(_alert((project, ids[n % MODELS]), (n, k, number), many))
                told += _events(project, n + 1, number, opened[-1]["opened_at"])
        happened += len(told)
        with database.writing() as conn:
            for table, held in (
                (incidents, opened), (alerts, fired), (alert_events, told), (outbox, sent),
            ):  # fmt: skip
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
                    "window": {"start": at - HOUR_US, "end": at},
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


def _told(project: int, incident: int, at: int) -> dict[str, Any]:
    told = Told(
        route="default",
        reason="new",
        at=at,
        not_before=at,
        severity="warning",
        alerts=ALERTS_OF_ONE,
        keys=("k",),
    )
    return {
        "project_id": project, "incident_id": incident, "alert_id": None, "at": at, "actor": "", "kind": "told",
        "details": told_document(told),
    }  # fmt: skip


def _messages(project: int, channel: int, n: int, at: int) -> Iterator[dict[str, Any]]:
    for reason, after in (("new", 0), ("resolved", 9 * HOUR_US)):
        yield {
            "project_id": project, "channel_id": channel, "incident_id": n + 1, "reason": reason,
            "key": f"{n}/{reason}", "state": "dead" if n % 500 == 0 else "sent", "attempts": 1,
            "created_at": at + after, "not_before": at + after, "sent_at": at + after,
            "body": {"document": {
                "type": "alert", "reason": reason, "title": f"Inputs moved: x{n % 30}", "severity": "warning",
                "started_at": "2026-01-01T00:00:00+00:00", "what": "x moved. " * 60,
            }},
        }  # fmt: skip


def _at(n: int, many: int) -> int:
    """When an incident was opened: evenly over the two years up to now, µs UTC."""
    return NOW_US - (many - n) * (17_520 * HOUR_US // many)


if __name__ == "__main__":
    main()
