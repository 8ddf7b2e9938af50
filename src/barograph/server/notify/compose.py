"""The letter of an incident, made from what is stored of it when it is first sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from barograph.monitors.monitor import SEVERITIES
from barograph.server.notify.charted import chart_of
from barograph.server.notify.letter import Letter
from barograph.server.notify.links import incident_address
from barograph.server.times import as_datetime
from barograph.store import catalog
from barograph.store.alerts import StoredAlert, alerts_of_incidents
from barograph.store.incidents import StoredIncident, incident_of
from barograph.store.notifications import Notification

#: Alerts in a message; it says how many there are.
_MOST_ALERTS: Final = 50


def incident_letter(conn: sa.Connection, row: Notification, *, now: int, public_url: str = "") -> Letter:
    """The letter of a row of the outbox, as its incident is now (µs UTC).

    Parameters
    ----------
    public_url : how the server is reached, for links.
    """
    assert row.incident_id is not None
    incident = incident_of(conn, row.project_id, row.incident_id)
    project = next(p.name for p in catalog.projects(conn) if p.id == row.project_id)
    found = worst_first(alerts_of_incidents(conn, [incident.id]).get(incident.id, []))
    document = _document(incident, found, reason=row.reason)
    if found:
        document["chart"] = chart_of(conn, found[0])
    link = incident_address(public_url, project, incident.id)
    document["links"] = {} if link is None else {"incident": link}
    return Letter(
        kind="incident", document=document, project=project, reason=row.reason, incident_id=incident.id
    )


def worst_first(found: Sequence[StoredAlert]) -> list[StoredAlert]:
    """Alerts by how much they matter: those that are open, the gravest, those of whole models, the first."""
    return sorted(
        found,
        key=lambda a: (not a.is_open, -SEVERITIES.index(a.peak_severity), "column=" in a.address, a.fired_at),
    )


def _document(incident: StoredIncident, found: Sequence[StoredAlert], *, reason: str) -> dict[str, Any]:
    return {
        "type": "incident", "reason": reason, "title": incident.title, "severity": incident.severity,
        "status": incident.status, "started_at": as_datetime(incident.started_at).isoformat(),
        "what": found[0].summary if found else incident.title,
        "since_when": f"{as_datetime(incident.started_at):%A %-d %B %Y, %H:%M} UTC.",
        "alerts": [
            {
                "id": alert.id, "monitor": alert.monitor, "model": alert.details.get("model", ""),
                "severity": alert.severity, "summary": alert.summary, "phase": alert.phase,
            }
            for alert in found[:_MOST_ALERTS]
        ],
    }  # fmt: skip
