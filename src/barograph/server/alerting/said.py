"""What is said of an incident, to whoever asks for it or for one of its alerts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from barograph.alerts.told import Reason
from barograph.server.notify.compose import incident_message
from barograph.server.notify.links import incident_address
from barograph.store.alerts import StoredAlert, alerts_of_incidents
from barograph.store.incidents import StoredIncident, incident_of


def said_of(
    conn: sa.Connection, project_id: int, incident_id: int | None, *, project: str, reached_at: str
) -> dict[str, Any] | None:
    """The message of an incident as it would be sent now; None where there is no incident, or no alert left of it.

    Parameters
    ----------
    reached_at : how the server is reached, for links.
    """
    if incident_id is None:
        return None
    alerts = alerts_of_incidents(conn, [incident_id]).get(incident_id, [])
    incident = incident_of(conn, project_id, incident_id)
    return said_of_alerts(conn, incident, alerts, project=project, reached_at=reached_at)


def said_of_alerts(
    conn: sa.Connection,
    incident: StoredIncident,
    alerts: Sequence[StoredAlert],
    *,
    project: str,
    reached_at: str,
) -> dict[str, Any] | None:
    """`said_of` an incident whose alerts, all of them, have been read; None where there is none."""
    if not alerts:
        return None
    link = incident_address(reached_at, incident.id)
    links = {} if link is None else {"incident": link}
    reason: Reason = "new" if incident.resolved_at is None else "resolved"
    return incident_message(conn, incident, alerts, reason, project=project, links=links).to_dict()
