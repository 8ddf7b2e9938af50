"""Taking back what somebody just did about an incident: an acknowledgement, a snooze, that it was ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from barograph.server.alerting.reopening import reopen, was_ended_only
from barograph.server.alerting.settle import settle
from barograph.store.alerts import AlertEvent, add_events, events_of
from barograph.store.errors import Conflict
from barograph.store.incidents import StoredIncident, change_incident, hold_project, incident_of
from barograph.store.outbox import withdraw
from barograph.store.tables.alerts import outbox

#: By what can be taken back, how that is written.
UNDONE: Final = {
    "acknowledged": "acknowledgement undone",
    "snoozed": "snooze undone",
    "ended": "ending undone",
}
#: What changes nothing: somebody looked, and what the act itself kept from being sent.
_NOTHING: Final = ("opened by", "untold")
#: What comes of an end: alerts that are over, and that this is told.
_OF_THE_END: Final = (*_NOTHING, "resolved", "told", "notified", "not_notified")


def undoable(
    conn: sa.Connection, incident: StoredIncident, history: Sequence[AlertEvent]
) -> AlertEvent | None:
    """What was done last and can be taken back; None where anything else happened since.

    Parameters
    ----------
    history : of the incident, in order.
    """
    passed = _NOTHING if incident.is_open else _OF_THE_END
    last = next((event for event in reversed(history) if event.kind not in passed), None)
    if last is None or last.kind not in UNDONE or "before" not in last.details:
        return None
    if last.kind == "ended":
        return last if not incident.is_open and was_ended_only(conn, last) else None
    return last if incident.is_open else None


def undo(conn: sa.Connection, project_id: int, incident_id: int, *, actor: str, now: int) -> StoredIncident:
    """Take back what was done last; returns the incident.

    Raises
    ------
    NotFound
        Where there is no such incident.
    Conflict
        Where nothing was done that can be taken back, or something has happened since.
    """
    hold_project(conn, project_id)
    incident = incident_of(conn, project_id, incident_id, held=True)
    last = undoable(conn, incident, events_of(conn, incident_id=incident_id))
    if last is None:
        raise Conflict(
            f"incident {incident_id} has nothing to undo: an acknowledgement, a snooze or an end by hand is taken back "
            "only while nothing else has happened since."
        )
    if last.kind == "ended":
        reopen(conn, incident, last, now=now)
    else:
        change_incident(conn, incident_id, **last.details["before"])
    if last.kind == "acknowledged":
        told = (outbox.c.incident_id == incident_id) & (outbox.c.reason == "acknowledged")
        withdraw(conn, incident_id=incident_id, keys=list(conn.scalars(sa.select(outbox.c.key).where(told))))
    event = AlertEvent(
        project_id=project_id, incident_id=incident_id, at=now, actor=actor, kind=UNDONE[last.kind]
    )
    add_events(conn, [event])
    settle(conn, project_id, [incident_id], now=now)
    return incident_of(conn, project_id, incident_id)
