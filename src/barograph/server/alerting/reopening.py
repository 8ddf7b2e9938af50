"""An incident that somebody ended, open again: its alerts, and the series they are of, stand as they stood."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from barograph.alerts.machine import close
from barograph.alerts.state_json import read_state, state_document
from barograph.alerts.told import read_told, told_document
from barograph.server.alerting.standing import of_incident
from barograph.store.alerts import (
    AlertEvent,
    StoredAlert,
    add_events,
    alerts_of_incidents,
    change_alert,
    events_of,
)
from barograph.store.incidents import StoredIncident
from barograph.store.monitor_series import StoredSeries, series_by_id, write_series
from barograph.store.monitors import Document
from barograph.store.notifications import of_incident as notifications_of
from barograph.store.outbox import beyond_recall, withdraw
from barograph.store.tables.monitors import monitor_series, monitors


def standing_before(series: Iterable[StoredSeries], alerts: Sequence[StoredAlert]) -> dict[str, Any]:
    """What `reopen` needs, of alerts that are about to be ended and of their series; JSON-able."""
    return {
        "alerts": {str(alert.id): alert.phase for alert in alerts},
        "series": {
            str(each.id): {
                "state": dict(each.state),
                "blind": dict(each.blind),
                "window_end": each.window_end,
            }
            for each in series
        },
    }


def closed(series: StoredSeries, alerts: Iterable[StoredAlert]) -> StoredSeries:
    """A series that begins anew, since its alerts were ended."""
    kinds = {alert.kind for alert in alerts if alert.series_id == series.id}
    state, blind = _closed(series.state, series.blind, kinds)
    return replace(series, state=state, blind=blind)


def was_ended_only(conn: sa.Connection, ended: AlertEvent) -> bool:
    """Whether its series stand as somebody left them who ended an incident, and its monitors are what they were.

    Windows that were judged since move a series, those that it awaited among them.
    """
    before: Mapping[str, Any] = ended.details["before"]
    asked = (
        sa.select(monitor_series.c.id, *(monitor_series.c[name] for name in ("window_end", "state", "blind")))
        .join(monitors, monitors.c.id == monitor_series.c.monitor_id)
        .where(
            monitor_series.c.id.in_([int(number) for number in before["series"]]),
            monitors.c.changed_at <= ended.at,
        )
    )
    held = {str(number): tuple(stands) for number, *stands in conn.execute(asked)}
    kinds: dict[str, set[str]] = {}
    for alert in alerts_of_incidents(conn, [ended.incident_id or 0]).get(ended.incident_id or 0, []):
        if str(alert.id) in before["alerts"]:
            kinds.setdefault(str(alert.series_id), set()).add(alert.kind)
    return all(
        held.get(number)
        == (was["window_end"], *_closed(was["state"], was["blind"], kinds.get(number, set())))
        for number, was in before["series"].items()
    )


def reopen(conn: sa.Connection, incident: StoredIncident, ended: AlertEvent, *, now: int) -> None:
    """Have the alerts of an incident be what they were before somebody ended it; see `was_ended_only`.

    That it is over is not told where that was not sent yet. Those who have it are told that it fires by whoever
    settles the incident.
    """
    before: Mapping[str, Any] = ended.details["before"]
    series = series_by_id(conn, [int(number) for number in before["series"]])
    stood = before["series"]
    write_series(
        conn,
        [replace(s, state=stood[str(s.id)]["state"], blind=stood[str(s.id)]["blind"]) for s in series],
    )
    for alert in alerts_of_incidents(conn, [incident.id]).get(incident.id, []):
        if str(alert.id) in before["alerts"]:
            phase = before["alerts"][str(alert.id)]
            change_alert(conn, alert.id, phase=phase, resolved_at=None, resolved_why=None)
    _take_back(conn, incident, ended, now=now)


def _take_back(conn: sa.Connection, incident: StoredIncident, ended: AlertEvent, *, now: int) -> None:
    """Withdraw that it is over, where nobody has that yet."""
    waiting = {row.key for row in notifications_of(conn, incident.id) if row.state == "waiting"}
    for event in events_of(conn, incident_id=incident.id):
        if event.kind == "told" and event.id > ended.id:
            told = read_told(event.details)
            if told.keys and waiting.issuperset(told.keys) and not beyond_recall(conn, told.keys):
                withdraw(conn, incident_id=incident.id, keys=told.keys)
                gone = told_document(told.taken_back())
                add_events(conn, [of_incident(incident, "untold", gone, at=now)])


def _closed(state: Document, blind: Document, kinds: Collection[str]) -> tuple[Document, Document]:
    """Both states of a series, those closed of which there were alerts."""
    return (
        state_document(close(read_state(state))) if "breach" in kinds else state,
        state_document(close(read_state(blind))) if "blind" in kinds else blind,
    )
