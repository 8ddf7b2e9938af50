"""What is not sent yet when a channel or a model goes: it is told by others, or outlives what it is of."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

import sqlalchemy as sa

from barograph.store.notifications import Notification, read_notifications
from barograph.store.tables.alerts import alerts, incidents, outbox

_WITHDRAWN: Final[Mapping[str, str | None]] = MappingProxyType({"state": "withdrawn", "held_until": None})


def withdraw_channel(conn: sa.Connection, channel_id: int) -> dict[int, list[str]]:
    """Send no more of what waits for a channel.

    Returns
    -------
    By incident the keys of that, and of what was given up, where it may still be told by others: not the end of an
    incident, and nothing of one that is over, of which they may never have heard.
    """
    mine = outbox.c.channel_id == channel_id
    asked = (
        sa.select(outbox.c.incident_id, outbox.c.key)
        .join(incidents, incidents.c.id == outbox.c.incident_id)
        .where(mine, outbox.c.state.in_(("waiting", "dead")))
        .where(outbox.c.reason != "resolved", incidents.c.resolved_at.is_(None))
    )
    found: dict[int, list[str]] = {}
    for row in conn.execute(asked.order_by(outbox.c.id)):
        found.setdefault(row.incident_id, []).append(row.key)
    conn.execute(sa.update(outbox).where(mine, outbox.c.state == "waiting").values(**_WITHDRAWN))
    return found


def withdraw_given_up(conn: sa.Connection, channel_id: int, keys: Collection[str]) -> None:
    """Never try again what was given up of a channel and is told by others."""
    one = (outbox.c.key == sa.bindparam("one")) & (outbox.c.channel_id == channel_id)
    given_up = sa.update(outbox).where(one, outbox.c.state == "dead").values(**_WITHDRAWN)
    if keys:
        conn.execute(given_up, [{"one": key} for key in keys])


def keys_that_arrive(conn: sa.Connection, incident_ids: Collection[int]) -> set[str]:
    """Keys of what was sent of some incidents, or waits to be."""
    of_them = outbox.c.incident_id.in_(list(incident_ids)) & outbox.c.state.in_(("waiting", "sent"))
    return set(conn.scalars(sa.select(outbox.c.key).where(of_them)))


def ends_of_model(conn: sa.Connection, model_id: int) -> list[Notification]:
    """Ends that are still to be told of incidents with alerts of this model and no other, to who heard of them."""
    of_it = sa.exists().where(alerts.c.incident_id == outbox.c.incident_id, alerts.c.model_id == model_id)
    of_others = sa.exists().where(alerts.c.incident_id == outbox.c.incident_id, alerts.c.model_id != model_id)
    earlier = outbox.alias("earlier")
    heard = sa.exists().where(
        earlier.c.incident_id == outbox.c.incident_id, earlier.c.channel_id == outbox.c.channel_id,
        earlier.c.state == "sent",
    )  # fmt: skip
    ends = (outbox.c.state == "waiting") & (outbox.c.reason == "resolved")
    return read_notifications(conn, ends & of_it & ~of_others & heard)


def outlive_incident(conn: sa.Connection, notification: Notification) -> None:
    """Let what is made already be sent when its incident is gone."""
    conn.execute(sa.update(outbox).where(outbox.c.id == notification.id).values(incident_id=None))
