"""What alerts make of their incident, what suppresses them, and what people are told: in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from barograph.server.alerting.standing import stand
from barograph.store.alerts import alerts_of_incidents
from barograph.store.incidents import incidents_of


def settle(conn: sa.Connection, incidents: Collection[int], *, now: int) -> None:
    """Bring incidents to what their alerts are now."""
    alerts = alerts_of_incidents(conn, incidents)
    for incident in incidents_of(conn, incidents):
        stand(conn, incident, alerts.get(incident.id, []), (None, 0), now=now)
