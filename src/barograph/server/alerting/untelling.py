"""A channel that goes, or is switched off: what it had still to tell is told by the others, or by the next there is."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from barograph.alerts.told import Told, told_document
from barograph.server.alerting.settle import told_of
from barograph.server.alerting.standing import of_incident
from barograph.store.alerts import add_events
from barograph.store.channels import StoredChannel
from barograph.store.incident_counts import telling_events
from barograph.store.incidents import hold_project, incidents_of
from barograph.store.outbox import keys_that_arrive, withdraw_channel


def untell(conn: sa.Connection, channel: StoredChannel, *, now: int) -> set[int]:
    """Send no more of what waits for a channel, and take back what nobody was told by another one.

    Parameters
    ----------
    now : microseconds UTC.

    Returns
    -------
    Incidents that are to be told anew: they are to be settled once the channel is gone or off.
    """
    hold_project(conn, channel.project_id)
    unsent = withdraw_channel(conn, channel.id)
    events = telling_events(conn, unsent)
    told = {incident: told_of(events.get(incident, [])) for incident in unsent}
    arrive = keys_that_arrive(conn, [key for those in told.values() for one in those for key in one.keys])
    untold: set[int] = set()
    for incident in incidents_of(conn, sorted(unsent)):
        gone = [one for one in told[incident.id] if _is_lost(one, unsent[incident.id], arrive)]
        add_events(
            conn,
            [of_incident(incident, "untold", told_document(one.taken_back()), at=now) for one in gone],
        )
        if gone:
            untold.add(incident.id)
    return untold


def _is_lost(one: Told, unsent: Sequence[str], arrive: set[str]) -> bool:
    """Whether something that was told is among what is not sent, and reaches nobody otherwise."""
    return not one.withdrawn and not set(one.keys).isdisjoint(unsent) and arrive.isdisjoint(one.keys)
