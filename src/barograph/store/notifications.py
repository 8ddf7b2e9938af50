"""What was told, or is to be: rows of the outbox as they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import sqlalchemy as sa

from barograph.store.tables.alerts import channels, incidents, outbox

State = Literal["waiting", "sent", "dead", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """A row of the outbox.

    Attributes
    ----------
    channel, kind : name and kind of where it goes.
    incident_id : None for digests, summaries and tests.
    reason : why it is told, such as `new` or `resolved`.
    key : sent with it, so that a receiver knows it again.
    body : what is told; None until it is first sent, the same for ever from then on.
    created_at, not_before, sent_at : µs UTC; it is not sent before `not_before`.
    attempts : how often sending it was tried.
    """

    id: int
    project_id: int
    channel_id: int
    channel: str
    kind: str
    incident_id: int | None
    reason: str
    key: str
    state: State
    body: Mapping[str, Any] | None
    created_at: int
    not_before: int
    attempts: int
    last_error: str | None
    sent_at: int | None


def of_incident(conn: sa.Connection, incident_id: int) -> list[Notification]:
    """What was, or is to be, told of an incident, in the order in which it was put."""
    return read_notifications(conn, outbox.c.incident_id == incident_id)


def notification_of(conn: sa.Connection, number: int) -> Notification | None:
    """One row; None where there is none, or none any more."""
    return next(iter(read_notifications(conn, outbox.c.id == number)), None)


def of_project(
    conn: sa.Connection,
    project_id: int,
    *,
    state: State | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[Notification]:
    """What was told of a project, the latest first; `before` is an id."""
    asked = outbox.c.project_id == project_id
    if state is not None:
        asked &= outbox.c.state == state
    if before is not None:
        asked &= outbox.c.id < before
    return read_notifications(conn, asked, latest=limit)


def counts(conn: sa.Connection, project_id: int) -> dict[State, int]:
    """How many rows of a project are in each state."""
    asked = (
        sa.select(outbox.c.state, sa.func.count())
        .where(outbox.c.project_id == project_id)
        .group_by(outbox.c.state)
    )
    return {row[0]: row[1] for row in conn.execute(asked)}


def revive(conn: sa.Connection, *, channel_id: int, since: int, now: int) -> int:
    """Try again what was given up of a channel and put since a time (µs UTC); returns how many rows."""
    dead = (outbox.c.channel_id == channel_id) & (outbox.c.state == "dead") & (outbox.c.created_at >= since)
    again = {"state": "waiting", "attempts": 0, "not_before": now, "created_at": now, "held_until": None}
    return conn.execute(sa.update(outbox).where(dead).values(**again)).rowcount


def forget(conn: sa.Connection, *, before: int) -> int:
    """Delete what was told, or given up, and put before a time (µs UTC); returns how many rows.

    What is told of an incident that is open stays, and so does every line of an incident's history.
    """
    still_open = sa.select(incidents.c.id).where(incidents.c.resolved_at.is_(None))
    over = outbox.c.incident_id.is_(None) | outbox.c.incident_id.not_in(still_open)
    old = (outbox.c.state != "waiting") & (outbox.c.created_at < before) & over
    return conn.execute(sa.delete(outbox).where(old)).rowcount


def read_notifications(
    conn: sa.Connection, where: sa.ColumnElement[bool], *, latest: int | None = None
) -> list[Notification]:
    """Rows of the outbox with their channels, in the order in which they were put, or the `latest` first."""
    columns = [outbox.c[name] for name in _OWN] + [channels.c.name.label("channel"), channels.c.kind]
    asked = sa.select(*columns).join(channels, channels.c.id == outbox.c.channel_id).where(where)
    asked = (
        asked.order_by(outbox.c.id) if latest is None else asked.order_by(outbox.c.id.desc()).limit(latest)
    )
    return [Notification(**row) for row in conn.execute(asked).mappings()]


_OWN: Final = (
    "id", "project_id", "channel_id", "incident_id", "reason", "key", "state", "body", "created_at", "not_before",
    "attempts", "last_error", "sent_at",
)  # fmt: skip
