"""Alerts, and what happened to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa

from barograph.store.errors import NotFound
from barograph.store.monitors import Document
from barograph.store.tables.alerts import alert_events, alerts

#: Variables of one statement: SQLite takes 32,766.
_AT_ONCE: Final = 1_000
#: The kind of event that keeps what an alert was judged from; no part of its history.
JUDGED: Final = "judged"
#: Names of what may be chosen by, and the column each is compared with.
_CHOSEN: Final = ("monitor", "severity", "kind", "model_id", "incident_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAlert:
    """An alert of one series; times in microseconds UTC.

    Attributes
    ----------
    configuration : revision of the monitor it was judged with.
    fingerprint : says which series of which monitor, and whether it is breached or gives no answer (`kind`).
    version : name; empty: all versions.
    phase : firing, recovering, or ok where it is over.
    resolved_why : recovered, or what ended it otherwise.
    backfilled : of rows that came long after their time: nobody is told.
    details : model, verdict and what else a message says.
    labels : words it is silenced and routed by.
    suppressed : by what, while it is.
    window_end : of the last window that changed it.
    """

    id: int = 0
    project_id: int
    model_id: int
    incident_id: int | None = None
    monitor_id: int | None
    series_id: int | None
    monitor: str
    configuration: int
    fingerprint: str
    kind: str
    address: str
    version: str
    phase: str
    severity: str
    peak_severity: str
    started_at: int
    fired_at: int
    resolved_at: int | None = None
    resolved_why: str | None = None
    flapping: bool = False
    backfilled: bool = False
    summary: str
    details: Document = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    suppressed: Sequence[Document] = ()
    window_end: int

    @property
    def is_open(self) -> bool:
        """Whether it is not resolved."""
        return self.resolved_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEvent:
    """Something that happened to an alert or an incident, and who did it."""

    id: int = 0
    project_id: int
    incident_id: int | None
    alert_id: int | None = None
    at: int
    actor: str
    kind: str
    details: Document = field(default_factory=dict)


def add_alerts(conn: sa.Connection, new: Sequence[StoredAlert]) -> list[int]:
    """Write new alerts; returns their ids, in the same order."""
    if not new:
        return []
    statement = sa.insert(alerts).returning(alerts.c.id, sort_by_parameter_order=True)
    return list(conn.scalars(statement, [_row(alert) for alert in new]))


def add_alert(conn: sa.Connection, alert: StoredAlert) -> int:
    """Write a new alert; returns its id."""
    return add_alerts(conn, [alert])[0]


def change_alert(conn: sa.Connection, alert_id: int, **changed: object) -> None:
    """Set some columns of an alert."""
    conn.execute(sa.update(alerts).where(alerts.c.id == alert_id).values(changed))


def move_alerts(conn: sa.Connection, incident_id: int, into: int) -> None:
    """Put all alerts of an incident into another."""
    conn.execute(sa.update(alerts).where(alerts.c.incident_id == incident_id).values(incident_id=into))


def alert_of(conn: sa.Connection, project_id: int, alert_id: int) -> StoredAlert:
    """An alert of a project; raises NotFound."""
    asked = sa.select(alerts).where(alerts.c.project_id == project_id, alerts.c.id == alert_id)
    found = conn.execute(asked).mappings().one_or_none()
    if found is None:
        raise NotFound(f"no alert {alert_id} in this project; its alerts are listed under /alerts.")
    return _alert(found)


def incident_of_alert(conn: sa.Connection, alert_id: int) -> int | None:
    """The incident of an alert of any project; None where there is none."""
    found: int | None = conn.scalar(sa.select(alerts.c.incident_id).where(alerts.c.id == alert_id))
    return found


def open_alerts(
    conn: sa.Connection, *, project_id: int | None = None, model_id: int | None = None
) -> list[StoredAlert]:
    """Alerts that are not resolved, by id."""
    asked = sa.select(alerts).where(alerts.c.resolved_at.is_(None)).order_by(alerts.c.id)
    if project_id is not None:
        asked = asked.where(alerts.c.project_id == project_id)
    if model_id is not None:
        asked = asked.where(alerts.c.model_id == model_id)
    return [_alert(row) for row in conn.execute(asked).mappings()]


def ended_alerts(conn: sa.Connection, project_id: int, *, since: int) -> list[StoredAlert]:
    """Alerts of a project that were resolved from a time on, µs UTC, by id."""
    # By what happened: of alerts there is no index by the time they ended.
    happened = sa.select(alert_events.c.alert_id).where(
        alert_events.c.project_id == project_id, alert_events.c.at >= since, alert_events.c.kind == "resolved"
    )
    asked = sa.select(alerts).where(alerts.c.id.in_(happened), alerts.c.resolved_at.is_not(None))
    return [_alert(row) for row in conn.execute(asked.order_by(alerts.c.id)).mappings()]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAlert:
    """What of an open alert says whether it is suppressed."""

    id: int
    incident_id: int | None
    severity: str
    started_at: int
    labels: Mapping[str, str]
    suppressed: Sequence[Document]


def open_in_short(conn: sa.Connection, project_id: int) -> list[OpenAlert]:
    """Open alerts of a project, by id."""
    names = [alerts.c[name] for name in OpenAlert.__dataclass_fields__]
    asked = sa.select(*names).where(alerts.c.project_id == project_id, alerts.c.resolved_at.is_(None))
    return [OpenAlert(**row) for row in conn.execute(asked.order_by(alerts.c.id)).mappings()]


def set_suppressed(conn: sa.Connection, by: Mapping[int, Sequence[Document]]) -> None:
    """Say by what alerts are suppressed."""
    if by:
        key: sa.BindParameter[int] = sa.bindparam("alert_id")
        statement = sa.update(alerts).where(alerts.c.id == key).values(suppressed=sa.bindparam("by"))
        conn.execute(
            statement, [{"alert_id": i, "by": [dict(each) for each in said]} for i, said in by.items()]
        )


def alerts_of_incidents(conn: sa.Connection, incidents: Collection[int]) -> dict[int, list[StoredAlert]]:
    """Alerts by their incident, in the order in which they fired."""
    found: dict[int, list[StoredAlert]] = {}
    asked = (
        sa.select(alerts)
        .where(alerts.c.incident_id.in_(list(incidents)))
        .order_by(alerts.c.fired_at, alerts.c.id)
    )
    for row in conn.execute(asked).mappings():
        found.setdefault(row["incident_id"], []).append(_alert(row))
    return found


def joined_into(conn: sa.Connection, incident_id: int) -> int | None:
    """The incident that one has become part of, in the end; None where it is still its own."""
    key, found = alert_events.c, None
    asked = incident_id
    while True:
        event = conn.execute(
            sa.select(key.details).where(key.incident_id == asked, key.kind == "absorbed").limit(1)
        ).scalar_one_or_none()
        if event is None:
            return found
        found = asked = int(event["into"])


def alerts_of_series(
    conn: sa.Connection, series_ids: Sequence[int], *, since: int
) -> dict[int, list[StoredAlert]]:
    """Alerts by their series that are open, or whose last window ended after a time (µs UTC), by id."""
    found: dict[int, list[StoredAlert]] = {}
    key = alerts.c
    for start in range(0, len(series_ids), _AT_ONCE):
        asked = sa.select(alerts).where(
            key.series_id.in_(series_ids[start : start + _AT_ONCE]),
            key.resolved_at.is_(None) | (key.window_end > since),
        )
        for row in conn.execute(asked.order_by(key.id)).mappings():
            found.setdefault(row["series_id"], []).append(_alert(row))
    return found


def list_alerts(
    conn: sa.Connection,
    project_id: int,
    *,
    chosen: Mapping[str, object] | None = None,
    state: str = "all",
    fired: tuple[int | None, int | None] = (None, None),
    before: tuple[int, int] | None = None,
    limit: int = 100,
) -> list[StoredAlert]:
    """Alerts of a project, the latest first.

    Parameters
    ----------
    chosen : by some of `monitor`, `severity`, `kind`, `model_id` (one of the project), `incident_id`.
    state : open, resolved or all.
    fired : not before, and before, µs UTC.
    before : time at which it fired and id of the last one that was shown.
    """
    key = alerts.c
    # A model is of one project: its own index is enough, and is taken.
    of_model = chosen is not None and "model_id" in chosen
    asked = sa.select(alerts) if of_model else sa.select(alerts).where(key.project_id == project_id)
    for name, value in (chosen or {}).items():
        assert name in _CHOSEN
        asked = asked.where(key[name] == value)
    if state != "all":
        asked = asked.where(key.resolved_at.is_(None) if state == "open" else key.resolved_at.is_not(None))
    if fired[0] is not None:
        asked = asked.where(key.fired_at >= fired[0])
    if fired[1] is not None:
        asked = asked.where(key.fired_at < fired[1])
    if before is not None:
        at, last = before
        asked = asked.where((key.fired_at < at) | ((key.fired_at == at) & (key.id < last)))
    asked = asked.order_by(key.fired_at.desc(), key.id.desc()).limit(limit)
    return [_alert(row) for row in conn.execute(asked).mappings()]


def add_events(conn: sa.Connection, happened: Sequence[AlertEvent]) -> None:
    """Write what happened."""
    if happened:
        names = [name for name in AlertEvent.__dataclass_fields__ if name != "id"]
        rows = [{name: getattr(event, name) for name in names} for event in happened]
        conn.execute(sa.insert(alert_events), [row | {"details": dict(row["details"])} for row in rows])


def events_of(
    conn: sa.Connection, *, alert_id: int | None = None, incident_id: int | None = None, limit: int = 1_000
) -> list[AlertEvent]:
    """What happened to an alert or an incident, in order; the latest `limit` of it."""
    key = alert_events.c
    asked = sa.select(alert_events).where(key.kind != JUDGED)
    asked = asked.order_by(key.at.desc(), key.id.desc()).limit(limit)
    if alert_id is not None:
        asked = asked.where(key.alert_id == alert_id)
    if incident_id is not None:
        asked = asked.where(key.incident_id == incident_id)
    return [AlertEvent(**row) for row in reversed(conn.execute(asked).mappings().all())]


def has_event(conn: sa.Connection, incident_id: int, kind: str, *, actor: str) -> bool:
    """Whether somebody has done something about an incident."""
    key = alert_events.c
    asked = sa.select(key.id).where(key.incident_id == incident_id, key.kind == kind, key.actor == actor)
    return conn.execute(asked.limit(1)).first() is not None


def _alert(row: sa.RowMapping) -> StoredAlert:
    return StoredAlert(**row)


def _row(alert: StoredAlert) -> dict[str, Any]:
    found = {name: getattr(alert, name) for name in StoredAlert.__dataclass_fields__ if name != "id"}
    return found | {
        "details": dict(alert.details), "labels": dict(alert.labels), "suppressed": [dict(s) for s in alert.suppressed],
    }  # fmt: skip
