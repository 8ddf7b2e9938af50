"""A channel that goes, or is switched off: what it had still to tell is told by the others, or by the next there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import sqlalchemy as sa

from barograph.alerts.told import Told, told_document
from barograph.server.alerting.settle import told_of
from barograph.server.alerting.standing import of_incident
from barograph.store.alerts import add_events
from barograph.store.channels import StoredChannel
from barograph.store.incident_counts import telling_events
from barograph.store.incidents import hold_project, incidents_of
from barograph.store.unsent import keys_that_arrive, withdraw_channel, withdraw_given_up

#: Incidents looked at with one statement.
_AT_ONCE: Final = 200


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
    ids, untold = sorted(unsent), set[int]()
    for first in range(0, len(ids), _AT_ONCE):
        some = {incident: unsent[incident] for incident in ids[first : first + _AT_ONCE]}
        untold |= _taken_back(conn, channel, some, now=now)
    return untold


def _taken_back(
    conn: sa.Connection, channel: StoredChannel, unsent: Mapping[int, Sequence[str]], *, now: int
) -> set[int]:
    """Take back what nobody was told of some incidents; returns which of them."""
    events, arrive = telling_events(conn, unsent), keys_that_arrive(conn, unsent)
    untold: set[int] = set()
    for incident in incidents_of(conn, unsent):
        mine = unsent[incident.id]
        gone = [one for one in told_of(events.get(incident.id, [])) if _is_lost(one, mine, arrive)]
        if gone:
            add_events(
                conn,
                [of_incident(incident, "untold", told_document(one.taken_back()), at=now) for one in gone],
            )
            withdraw_given_up(conn, channel.id, {key for one in gone for key in one.keys})
            untold.add(incident.id)
    return untold


def _is_lost(one: Told, unsent: Sequence[str], arrive: set[str]) -> bool:
    """Whether something that was told is among what is not sent, and reaches nobody otherwise."""
    return not one.withdrawn and not set(one.keys).isdisjoint(unsent) and arrive.isdisjoint(one.keys)
