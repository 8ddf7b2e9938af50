"""The outbox: what is to be told, written in the transaction of what caused it, and sent until it has arrived.

    waiting ──sent──► sent            each key once, however often it is put
       │  ▲
       │  └── failed: after 30 s · 2ⁿ, a random share of it, an hour at most
       ├── failed for a day, or refused ──► dead
       └── no longer to be told ──────────► withdrawn, until it is put again

A row is claimed for a while, sent, and marked. A worker that ends in between leaves it claimed: it is sent again after
that, with the same key, by which a receiver knows it. Rows of one incident go to a channel in the order in which they
were put.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final, Literal

import numpy as np
import sqlalchemy as sa

from barograph.locale.said import say, word
from barograph.store.channels import note_attempt
from barograph.store.events import record
from barograph.store.notifications import Notification, State, read_notifications
from barograph.store.tables.alerts import alert_events, channels, outbox
from barograph.store.upsert import insert_missing

_SECOND_US: Final = 1_000_000
#: The longest wait before the second attempt; doubled for each further one.
FIRST_PAUSE_SECONDS: Final = 30.0
LONGEST_PAUSE_SECONDS: Final = 3_600.0
#: A message is given up when an attempt fails this long after it was put, so that one is always made later than that.
GIVEN_UP_SECONDS: Final = 86_400
#: Nor is it given up before it was tried so often: the server itself may have been down for a day.
FEWEST_ATTEMPTS: Final = 8
#: Kinds of channels that have incidents of their own, which are acknowledged there, too.
PAGERS: Final = ("pagerduty",)
_LONGEST_ERROR: Final = 1_000


def put(
    conn: sa.Connection,
    *,
    project_id: int,
    channel: str,
    reason: str,
    key: str,
    now: int,
    not_before: int | None = None,
    incident_id: int | None = None,
    body: Mapping[str, Any] | None = None,
) -> Literal["written", "known", "no channel"]:
    """Write down that something is to be told, in the caller's transaction.

    Parameters
    ----------
    channel : name of an enabled channel of the project; where there is none, nothing is written.
    key : of this telling, over all channels; what was put before is sent once, at the earlier of both times.
    now, not_before : µs UTC; it is sent at `not_before` or later, by default at once.
    body : what is told, where it is known already; of an incident it is made when it is first sent.
    """
    asked = sa.select(channels.c.id).where(
        channels.c.project_id == project_id, channels.c.name == channel, channels.c.enabled
    )
    channel_id = conn.execute(asked).scalar_one_or_none()
    if channel_id is None:
        return "no channel"
    row = {
        "project_id": project_id, "channel_id": channel_id, "incident_id": incident_id, "reason": reason,
        "key": key, "state": "waiting", "created_at": now, "attempts": 0,
        "not_before": now if not_before is None else not_before,
    }  # fmt: skip
    if body is not None:
        row["body"] = dict(body)
    if insert_missing(conn, outbox, row, ["key"]):
        return "written"
    same, soon = outbox.c.key == key, row["not_before"]
    # One that was tried waits for its next attempt, whoever else would have it sent.
    waits = (outbox.c.state == "waiting") & (outbox.c.attempts == 0) & (outbox.c.not_before > soon)
    conn.execute(sa.update(outbox).where(same, waits).values(not_before=soon))
    # Its channel was off for a while.
    withdrawn = same & (outbox.c.state == "withdrawn")
    again = row | {"body": row.get("body", sa.null()), "held_until": None}
    return "written" if conn.execute(sa.update(outbox).where(withdrawn).values(**again)).rowcount else "known"


def put_acknowledged(conn: sa.Connection, *, project_id: int, incident_id: int, now: int) -> None:
    """Have it told that somebody sees to an incident (at `now`, µs UTC), where a pager was told of the incident.

    People need no message of it, but a pager calls the next one until it knows.
    """
    told = sa.select(outbox.c.channel_id).where(outbox.c.incident_id == incident_id)
    pagers = sa.select(channels.c.name).where(channels.c.kind.in_(PAGERS), channels.c.id.in_(told))
    for name in sorted(conn.execute(pagers).scalars()):
        put(
            conn, project_id=project_id, channel=name, reason="acknowledged", now=now, incident_id=incident_id,
            key=f"acknowledged/{incident_id}/{now}/{name}",
        )  # fmt: skip


def is_due(conn: sa.Connection, *, now: int) -> bool:
    """Whether anything may be to be sent (µs UTC): a look that writes nothing and holds up nobody."""
    due = sa.select(outbox.c.id).where(outbox.c.state == "waiting", outbox.c.not_before <= now).limit(1)
    return conn.execute(due).first() is not None


def claim(
    conn: sa.Connection,
    *,
    now: int,
    wall_now: int,
    hold_seconds: float,
    limit: int = 100,
    not_to: Collection[int] = (),
) -> list[Notification]:
    """Take what is due, one row of each channel at most; it is the caller's until `hold_seconds` are over.

    Parameters
    ----------
    now : of the server's clock, µs UTC: what is due goes by it.
    wall_now : of the machine's, µs UTC: claims go by that, however fast the server's clock runs.
    limit : most rows.
    not_to : ids of channels of which nothing is taken now.

    Notes
    -----
    A channel of which a row is claimed has to wait, and so has what comes after a row of the same incident that could
    not be sent yet. Channels whose last message arrived come before those whose did not, then what waits longest: those
    of a service that hangs keep nobody else waiting, however much there is for them.
    """
    held = outbox.alias("held")
    earlier = outbox.alias("earlier")
    busy = sa.select(held.c.channel_id).where(held.c.state == "waiting", held.c.held_until > wall_now)
    blocked = sa.exists().where(
        earlier.c.channel_id == outbox.c.channel_id, earlier.c.incident_id == outbox.c.incident_id,
        earlier.c.state == "waiting", earlier.c.id < outbox.c.id,
    )  # fmt: skip
    rank = sa.func.row_number().over(
        partition_by=outbox.c.channel_id, order_by=(outbox.c.not_before, outbox.c.id)
    )
    fails = channels.c.last_error.is_not(None).label("fails")
    due = (
        sa.select(outbox.c.id, outbox.c.not_before, fails, rank.label("rank"))
        .join(channels, channels.c.id == outbox.c.channel_id)
        .where(outbox.c.state == "waiting", outbox.c.not_before <= now, channels.c.enabled)
        .where(outbox.c.channel_id.not_in(busy), outbox.c.channel_id.not_in(list(not_to)), ~blocked)
        .subquery()
    )
    first = (
        sa.select(due.c.id)
        .where(due.c.rank == 1)
        .order_by(due.c.fails, due.c.not_before, due.c.id)
        .limit(limit)
    )
    # Of two workers that look at once one gets the row: the other skips it, or finds it held.
    free = outbox.c.held_until.is_(None) | (outbox.c.held_until <= wall_now)
    taken = (
        sa.select(outbox.c.id)
        .where(outbox.c.id.in_(first), outbox.c.state == "waiting", free)
        .with_for_update(skip_locked=True)
    )
    ids = list(conn.execute(taken).scalars())
    if not ids:
        return []
    until = wall_now + round(hold_seconds * _SECOND_US)
    conn.execute(sa.update(outbox).where(outbox.c.id.in_(ids)).values(held_until=until))
    return read_notifications(conn, outbox.c.id.in_(ids))


def hold(conn: sa.Connection, ids: Collection[int], *, wall_now: int, hold_seconds: float) -> None:
    """Hold on for longer to rows that are being sent, by the machine's time in µs UTC."""
    until = wall_now + round(hold_seconds * _SECOND_US)
    mine = outbox.c.id.in_(list(ids)) & (outbox.c.state == "waiting")
    conn.execute(sa.update(outbox).where(mine).values(held_until=until))


def freeze(conn: sa.Connection, notification: Notification, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep what a row tells; returns what it tells from now on, which another may have kept before."""
    mine = (outbox.c.id == notification.id) & outbox.c.body.is_(sa.null())
    conn.execute(sa.update(outbox).where(mine).values(body=dict(body)))
    held: Mapping[str, Any] = conn.execute(
        sa.select(outbox.c.body).where(outbox.c.id == notification.id)
    ).scalar_one()
    return held


def done(
    conn: sa.Connection,
    notification: Notification,
    *,
    now: int,
    note: str = "",
    body: Mapping[str, Any] | None = None,
) -> None:
    """Note that a row has arrived, on the row, its channel, and in its incident's history.

    Parameters
    ----------
    note : which of several recipients would not take it, and why.
    body : in place of what was kept: the language is known in which it was sent.
    """
    sent = {"state": "sent", "sent_at": now, "attempts": outbox.c.attempts + 1, "held_until": None}
    if body is not None:
        sent["body"] = dict(body)
    waiting = (outbox.c.id == notification.id) & (outbox.c.state == "waiting")
    if conn.execute(sa.update(outbox).where(waiting).values(**sent)).rowcount:
        note_attempt(conn, notification.channel_id, error=None, now=now)
        if note:
            note_attempt(conn, notification.channel_id, error=note, now=now)
        _tell_history(conn, notification, "notified", now, **({"note": note} if note else {}))


def failed(
    conn: sa.Connection,
    notification: Notification,
    *,
    error: str,
    now: int,
    rng: np.random.Generator,
    for_good: bool = False,
    after_seconds: float | None = None,
    body: Mapping[str, Any] | None = None,
) -> State:
    """Note that a row could not be sent; it is tried again later, or given up.

    Parameters
    ----------
    for_good : the receiver said that it would never take it.
    after_seconds : how long the receiver asked to wait.
    body : in place of what was kept: some recipients may have it.

    Returns
    -------
    The row's state: `waiting`, or `dead`, of which the project's events then tell.
    """
    attempts, error = notification.attempts + 1, error[:_LONGEST_ERROR]
    note_attempt(conn, notification.channel_id, error=error, now=now)
    old = now - notification.created_at >= GIVEN_UP_SECONDS * _SECOND_US
    ended = for_good or (old and attempts >= FEWEST_ATTEMPTS)
    pause_seconds = max(pause(attempts, rng), after_seconds or 0.0)
    changed = {
        "attempts": attempts, "last_error": error, "held_until": None, "state": "dead" if ended else "waiting",
        "not_before": notification.not_before if ended else now + round(pause_seconds * _SECOND_US),
    }  # fmt: skip
    if body is not None:
        changed["body"] = dict(body)
    waiting = (outbox.c.id == notification.id) & (outbox.c.state == "waiting")
    if conn.execute(sa.update(outbox).where(waiting).values(**changed)).rowcount and ended:
        _tell_history(conn, notification, "not_notified", now, error=error)
        record(
            conn, model_id=None, project_id=notification.project_id, kind="notification_failed", at=now,
            name=say(
                "channel {channel} could not be told ({reason}): {error}",
                channel=notification.channel, reason=word(notification.reason), error=error,
            ),
            details={"channel": notification.channel, "notification": notification.id},
        )  # fmt: skip
    return "dead" if ended else "waiting"


def pause(attempts: int, rng: np.random.Generator) -> float:
    """Seconds before the next attempt: a random share of 30 s · 2ⁿ, an hour at most.

    Parameters
    ----------
    attempts : made so far, 1 or more.

    Examples
    --------
    >>> 0.0 <= pause(1, np.random.default_rng(0)) <= 30.0 < 3600.0 >= pause(20, np.random.default_rng(0))
    True
    """
    longest = min(FIRST_PAUSE_SECONDS * 2.0 ** min(attempts - 1, 30), LONGEST_PAUSE_SECONDS)
    return float(rng.uniform(0.0, longest))


def beyond_recall(conn: sa.Connection, keys: Collection[str]) -> set[str]:
    """Keys of messages that were sent, given up, or are just being sent; nobody takes the others until the commit."""
    asked = sa.select(outbox.c.key, outbox.c.state, outbox.c.held_until).where(outbox.c.key.in_(list(keys)))
    held = conn.execute(asked.order_by(outbox.c.id).with_for_update()).all()
    return {row.key for row in held if row.state in ("sent", "dead") or row.held_until is not None}


def withdraw(conn: sa.Connection, *, incident_id: int, keys: Collection[str] | None = None) -> int:
    """Have what waits of an incident not be sent, all of it or some; returns how many rows.

    What is just being sent may have arrived, and stays.
    """
    mine = (
        (outbox.c.incident_id == incident_id) & (outbox.c.state == "waiting") & outbox.c.held_until.is_(None)
    )
    if keys is not None:
        mine &= outbox.c.key.in_(list(keys))
    return conn.execute(sa.update(outbox).where(mine).values(state="withdrawn")).rowcount


def _tell_history(
    conn: sa.Connection, notification: Notification, kind: str, now: int, **more: object
) -> None:
    if notification.incident_id is None:
        return
    told = {"channel": notification.channel, "reason": notification.reason, "notification": notification.id}
    row = {
        "project_id": notification.project_id, "incident_id": notification.incident_id, "alert_id": None, "at": now,
        "actor": "server", "kind": kind, "details": {**told, **more},
    }  # fmt: skip
    conn.execute(alert_events.insert().values(**row))
