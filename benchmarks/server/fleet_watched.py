"""What monitors would have left in a fleet's store: 62 series a model, open and resolved incidents, events, marks.

Every fifth model has an open incident of three alerts on the inputs that the generator shifts, with the windows that
were judged behind them; every model has five resolved ones of two alerts over the past. Half of the resolved ones are
marked, four useful to one noise. Written with the store's own functions, at times before `now`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from fleet_store import CATEGORIES, NUMBERS

from barograph.alerts.facts import Facts, facts_document
from barograph.server.notify.letter import Letter
from barograph.store import catalog
from barograph.store.alerts import AlertEvent, StoredAlert, add_alert, add_events
from barograph.store.catalog import Model
from barograph.store.channels import put_channel
from barograph.store.database import Database
from barograph.store.events import record
from barograph.store.incidents import StoredIncident, add_incident
from barograph.store.monitor_series import Evaluation, StoredSeries, add_evaluations, add_series
from barograph.store.monitors import put_monitor
from barograph.store.outbox import put
from barograph.store.tables.monitors import monitor_series, monitors

COLUMNS = [f"x{k}" for k in range(NUMBERS)] + [f"c{k}" for k in range(CATEGORIES)]
MONITORS: Mapping[str, tuple[str, float]] = {
    "nulls": ("quality.null_share(column=*)", 0.05),
    "inputs moved": ("drift.total_variation(column=*)", 0.1),
    "share moved": ("drift.share", 0.2),
    "headline": ("performance.log_loss", 0.7),
}
_OPEN_OF, _RESOLVED, _WINDOWS = 5, 5, 30
_DAY_US = 86_400_000_000
_PHASES = ("fired", "escalated", "revised", "revised", "recovering")


def watch(database: Database, *, now: int) -> None:
    """Write it; nothing where there are monitors already."""
    with database.writing() as conn:
        if conn.execute(sa.select(monitors.c.id).limit(1)).first() is not None:
            return
        project, since = catalog.project(conn, "fleet"), now - 89 * _DAY_US
        for name, (metric, limit) in MONITORS.items():
            document = {
                "name": name,
                "metric": metric,
                "when": {"above": limit},
                "reason": "one of the fleet's",
            }
            put_monitor(conn, project.id, name, document, actor="benchmark", now=since)
        put_channel(
            conn, project_id=project.id, name="ops", kind="browser", sealed=b"", enabled=True, now=since
        )
        told = Letter(
            kind="summary",
            document={"title": "a week", "what": "Nothing."},
            project="fleet",
            reason="summary",
        )
        put(
            conn, project_id=project.id, channel="ops", reason="summary", key="week", now=since, body=told.written()
        )  # fmt: skip
        ids = dict(conn.execute(sa.select(monitors.c.name, monitors.c.id)).tuples().all())
        for place, model in enumerate(catalog.models(conn)):
            series = _series(conn, model, ids, now=now)
            if place % _OPEN_OF == 0:
                _opened(conn, (project.id, model), ids, series, now=now)
            for k in range(_RESOLVED):
                at = now - (place * 7 + k * 17) % 85 * _DAY_US - 3 * _DAY_US
                _resolved(conn, (project.id, model), ids["nulls"], at, k)
            record(
                conn, model_id=model.id, project_id=project.id, kind="deployment", at=now - place % 80 * _DAY_US,
                name=f"release {place}",
            )  # fmt: skip


def _series(conn: sa.Connection, model: Model, ids: Mapping[str, int], *, now: int) -> dict[str, int]:
    """Its series by address, each judged an hour ago."""
    addresses = [
        (name, metric.replace("*", f'"{column}"'))
        for name, (metric, _) in MONITORS.items()
        for column in (COLUMNS if "*" in metric else [""])
    ]
    end = now - 3_600_000_000
    add_series(
        conn,
        [
            StoredSeries(
                monitor_id=ids[name], model_id=model.id, version_id=0, address=address, status="ok", window_end=end,
                window_start=end - _DAY_US, judged_at=end, state={"phase": "ok"}, verdict={"status": "ok"},
            )
            for name, address in addresses
        ],
    )  # fmt: skip
    held = monitor_series.c
    asked = sa.select(held.address, held.id).where(held.model_id == model.id)
    return dict(conn.execute(asked).tuples().all())


def _facts(model: Model, columns: list[str], at: int) -> dict[str, Any]:
    named = frozenset((f"model:{model.name}", column) for column in columns)
    return facts_document(
        Facts(
            models=frozenset([model.name]), columns=named, started_at=at, latest_at=at, window_us=_DAY_US,
            families=frozenset(["drift"]),
        )
    )  # fmt: skip


def _opened(
    conn: sa.Connection, of: tuple[int, Model], ids: Mapping[str, int], series: Mapping[str, int], *, now: int
) -> None:
    """An incident that lasts: three inputs have moved."""
    (project, model), at, columns = of, now - 20 * _DAY_US, ["x0", "x5", "x10"]
    incident = add_incident(
        conn,
        StoredIncident(
            project_id=project, title=f"{model.name}: x0, x5 and x10 moved", severity="critical",
            peak_severity="critical", facts=_facts(model, columns, at), started_at=at, opened_at=at, changed_at=now,
            acknowledged_at=at + 1_800_000_000 if model.id % 2 else None,
            acknowledged_by="ann" if model.id % 2 else None,
        ),
    )  # fmt: skip
    for column in columns:
        address = f'drift.total_variation(column="{column}")'
        alert = _alert(
            of, (ids["inputs moved"], "inputs moved"), address, incident, at, series_id=series[address]
        )
        add_events(conn, [_event(project, incident, add_alert(conn, alert), "fired", at)])
        add_evaluations(
            conn,
            [
                Evaluation(
                    series_id=series[address], window_start=now - (k + 1) * _DAY_US, window_end=now - k * _DAY_US,
                    status="breach", value=0.15, verdict={"status": "breach", "score": 1.5}, figures="",
                    configuration=1, evaluated_at=now - k * _DAY_US,
                )
                for k in range(_WINDOWS)
            ],
        )  # fmt: skip


def _resolved(conn: sa.Connection, of: tuple[int, Model], monitor: int, at: int, k: int) -> None:
    """An incident that is over, with its history."""
    project, model = of
    incident = add_incident(
        conn,
        StoredIncident(
            project_id=project, title=f"{model.name}: nulls in x{k}", severity="warning", peak_severity="warning",
            status="resolved", facts=_facts(model, [f"x{k}"], at), started_at=at, opened_at=at, changed_at=at,
            resolved_at=at + 2 * _DAY_US, acknowledged_at=at + 600_000_000, acknowledged_by="ann",
            mark=(None, "useful", None, "useful", "noise" if model.id % 2 else "useful")[k],
        ),
    )  # fmt: skip
    for column in (f"x{k}", f"x{k + 1}"):
        address = f'quality.null_share(column="{column}")'
        alert = _alert(of, (monitor, "nulls"), address, incident, at, resolved_at=at + 2 * _DAY_US)
        held = add_alert(conn, alert)
        add_events(conn, [_event(project, incident, held, kind, at) for kind in _PHASES])


def _alert(
    of: tuple[int, Model],
    monitor: tuple[int, str],
    address: str,
    incident: int,
    at: int,
    *,
    series_id: int | None = None,
    resolved_at: int | None = None,
) -> StoredAlert:
    project, model = of
    return StoredAlert(
        project_id=project, model_id=model.id, incident_id=incident, monitor_id=monitor[0], series_id=series_id,
        monitor=monitor[1], configuration=1, fingerprint=f"{model.id}/{address}/{at}", kind="breach", address=address,
        version="", phase="firing" if resolved_at is None else "ok", severity="critical", peak_severity="critical",
        started_at=at, fired_at=at, resolved_at=resolved_at, summary=f"{model.name}: {address} above its limit.",
        labels={"model": model.name, "monitor": monitor[1], "series": f"{address}@all"},
        details={
            "model": model.name, "title": address, "window": {"start": at, "end": at + _DAY_US},
            "verdict": {"status": "breach", "n": 2_400, "score": 1.5, "limits": [None, 0.1]},
        },
        window_end=at + _DAY_US,
    )  # fmt: skip


def _event(project: int, incident: int, alert: int, kind: str, at: int) -> AlertEvent:
    return AlertEvent(
        project_id=project, incident_id=incident, alert_id=alert, at=at, actor="server", kind=kind,
        details={"severity": "critical"},
    )  # fmt: skip
