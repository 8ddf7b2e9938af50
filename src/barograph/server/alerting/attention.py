"""What people do about an incident: see it, see to it, put it off, say something, end it, judge it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from barograph.server.alerting.ending import end_alerts
from barograph.server.alerting.reopening import closed, standing_before
from barograph.server.alerting.settle import settle
from barograph.store.alerts import AlertEvent, StoredAlert, add_events, alerts_of_incidents
from barograph.store.errors import Conflict
from barograph.store.incidents import StoredIncident, change_incident, hold_project, incident_of
from barograph.store.monitor_series import series_by_id, write_series
from barograph.store.outbox import put_acknowledged


def attend(
    conn: sa.Connection,
    project_id: int,
    incident_id: int,
    kind: str,
    *,
    actor: str,
    now: int,
    details: dict[str, Any] | None = None,
    changed: dict[str, Any] | None = None,
) -> StoredIncident:
    """Write that somebody did something about an incident; returns it.

    Parameters
    ----------
    kind : of what was done: acknowledged, assigned, snoozed, commented, marked.
    details : kept with it.
    changed : columns of the incident.

    Raises
    ------
    NotFound
        Where there is no such incident.
    Conflict
        Where it is over, and there is nothing left to acknowledge or put off.
    """
    hold_project(conn, project_id)
    incident = incident_of(conn, project_id, incident_id, held=True)
    if kind in ("acknowledged", "snoozed") and not incident.is_open:
        raise Conflict(f"incident {incident_id} is resolved; there is nothing left to be {kind}.")
    told = dict(details or {})
    if changed:
        # What it was before, so that it can be taken back.
        told["before"] = {name: getattr(incident, name) for name in changed}
        change_incident(conn, incident_id, **changed)
    _told(conn, incident, kind, told, actor=actor, now=now)
    if kind == "acknowledged":
        put_acknowledged(conn, project_id=project_id, incident_id=incident_id, now=now)
    settle(conn, project_id, [incident_id], now=now)
    return incident_of(conn, project_id, incident_id)


def resolve(
    conn: sa.Connection, project_id: int, incident_id: int, *, actor: str, now: int, comment: str = ""
) -> StoredIncident:
    """End an incident and all its alerts; the next breach is a new one.

    Raises
    ------
    NotFound, Conflict
        Where there is no such incident, and where it is over already.
    """
    hold_project(conn, project_id)
    incident = incident_of(conn, project_id, incident_id, held=True)
    if not incident.is_open:
        raise Conflict(f"incident {incident_id} is resolved already.")
    alerts = [a for a in alerts_of_incidents(conn, [incident_id]).get(incident_id, []) if a.is_open]
    if comment:
        _told(conn, incident, "commented", {"text": comment}, actor=actor, now=now)
    series = series_by_id(conn, [alert.series_id for alert in alerts if alert.series_id is not None])
    before = standing_before(series, alerts)
    _told(conn, incident, "ended", {"before": before}, actor=actor, now=now)
    # Series of alerts that somebody ended begin anew.
    write_series(conn, [closed(each, alerts) for each in series])
    end_alerts(conn, alerts, "resolved by hand", now=now, actor=actor)
    return incident_of(conn, project_id, incident_id)


def comment_on_alert(conn: sa.Connection, alert: StoredAlert, text: str, *, actor: str, now: int) -> None:
    """Write what somebody says about one alert; its incident's history has it too."""
    event = AlertEvent(
        project_id=alert.project_id, incident_id=alert.incident_id, alert_id=alert.id, at=now, actor=actor,
        kind="commented", details={"text": text},
    )  # fmt: skip
    add_events(conn, [event])


def note_opened(conn: sa.Connection, incident: StoredIncident, *, actor: str, now: int) -> None:
    """Write that somebody has looked at an incident."""
    _told(conn, incident, "opened by", {}, actor=actor, now=now)


def _told(
    conn: sa.Connection, incident: StoredIncident, kind: str, details: dict[str, Any], *, actor: str, now: int
) -> None:
    event = AlertEvent(
        project_id=incident.project_id,
        incident_id=incident.id,
        at=now,
        actor=actor,
        kind=kind,
        details=details,
    )
    add_events(conn, [event])
