"""Incidents by their alerts, counted in the database: one of thousands of alerts costs no more to look at."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from barograph.monitors.monitor import SEVERITIES
from barograph.store.alerts import AlertEvent, StoredAlert
from barograph.store.tables.alerts import alert_events, alerts

#: Events from which it follows what people were told, and what they are to be told.
_OF_TELLING = ("told", "untold", "lifted", "flapping")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsAlike:
    """Alerts of an incident that count the same.

    Attributes
    ----------
    loud : nothing suppresses them.
    is_open : they are not resolved.
    resolved_at : when the last of them was, microseconds UTC.
    """

    incident_id: int
    monitor: str
    severity: str
    peak_severity: str
    loud: bool
    flapping: bool
    backfilled: bool
    is_open: bool
    alerts: int
    resolved_at: int | None


def alerts_counted(conn: sa.Connection, incidents: Collection[int]) -> dict[int, list[AlertsAlike]]:
    """Alerts by their incident, those that count the same together."""
    key = alerts.c
    loud = (sa.cast(key.suppressed, sa.Text) == "[]").label("loud")
    is_open = key.resolved_at.is_(None).label("is_open")
    by = (
        key.incident_id, key.monitor, key.severity, key.peak_severity, loud, key.flapping, key.backfilled, is_open,
    )  # fmt: skip
    asked = (
        sa.select(*by, sa.func.count().label("alerts"), sa.func.max(key.resolved_at).label("resolved_at"))
        .where(key.incident_id.in_(list(incidents)))
        .group_by(*by)
        .order_by(key.incident_id, key.monitor)
    )
    found: dict[int, list[AlertsAlike]] = {}
    for row in conn.execute(asked).mappings():
        held = {**row, **{name: bool(row[name]) for name in ("loud", "flapping", "backfilled", "is_open")}}
        found.setdefault(row["incident_id"], []).append(AlertsAlike(**held))
    return found


def telling_events(conn: sa.Connection, incidents: Collection[int]) -> dict[int, list[AlertEvent]]:
    """What was told of incidents, and what else tells what is told next, in order."""
    key = alert_events.c
    asked = sa.select(alert_events).where(key.incident_id.in_(list(incidents)), key.kind.in_(_OF_TELLING))
    found: dict[int, list[AlertEvent]] = {}
    for row in conn.execute(asked.order_by(key.id)).mappings():
        found.setdefault(row["incident_id"], []).append(AlertEvent(**row))
    return found


def leading_alert(conn: sa.Connection, incident_id: int) -> StoredAlert | None:
    """The alert of an incident that matters most; see `leading_alerts`."""
    return leading_alerts(conn, [incident_id]).get(incident_id)


def leading_alerts(conn: sa.Connection, incidents: Collection[int]) -> dict[int, StoredAlert]:
    """By incident the alert that matters most: open ones, the gravest, what was measured, those of whole models.

    The order is that of `barograph.alerts.message.worst_first`.

    Notes
    -----
    Cost: 20 µs an alert.
    """
    key = alerts.c
    quiet = sa.cast(key.suppressed, sa.Text) != "[]"
    grave = sa.case(*((key.severity == name, place) for place, name in enumerate(SEVERITIES)), else_=0)
    of_column = key.address.contains("column=")
    order = (
        key.resolved_at.is_not(None), quiet, grave.desc(), key.kind == "blind", of_column, key.started_at, key.model_id,
        key.address, key.id,
    )  # fmt: skip
    place = sa.func.row_number().over(partition_by=key.incident_id, order_by=order).label("place")
    placed = sa.select(key.id, place).where(key.incident_id.in_(list(incidents))).subquery()
    asked = sa.select(alerts).join(placed, placed.c.id == key.id).where(placed.c.place == 1)
    return {row["incident_id"]: StoredAlert(**row) for row in conn.execute(asked).mappings()}
