"""Heartbeats: in which minutes a host was heard, one row an hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from barograph.operations.view import HOUR_US, MINUTE_US, Beats
from barograph.store.tables.readings import heartbeats

_KEYS = ("model_id", "hour", "host", "version")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """A sign of life; `at` in µs UTC, and how often such signs come."""

    model_id: int
    at: int
    host: str = ""
    version: str = ""
    interval_seconds: int = 60


def add_heartbeats(conn: sa.Connection, given: Sequence[Heartbeat]) -> None:
    """Note in which minutes hosts were heard; the same heartbeat twice is one."""
    held: dict[tuple[int, int, str, str], tuple[int, int]] = {}
    for beat in given:
        place = beat.model_id, beat.at - beat.at % HOUR_US, beat.host, beat.version
        minutes, _ = held.get(place, (0, 0))
        held[place] = minutes | 1 << beat.at % HOUR_US // MINUTE_US, beat.interval_seconds
    # In one order everywhere, so that two processes do not wait for each other's rows.
    rows = [
        {**dict(zip(_KEYS, place, strict=True)), "minutes": minutes, "interval_seconds": seconds}
        for place, (minutes, seconds) in sorted(held.items())
    ]
    if not rows:
        return
    insert = (sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert)(heartbeats)
    joined = {
        "minutes": heartbeats.c.minutes.bitwise_or(insert.excluded.minutes),
        "interval_seconds": insert.excluded.interval_seconds,
    }
    conn.execute(insert.on_conflict_do_update(index_elements=list(_KEYS), set_=joined), rows)


def read_heartbeats(conn: sa.Connection, model_id: int, *, first: int, end: int) -> tuple[Beats, ...]:
    """Hours from the one before `first` until before `end` (µs UTC), and the first hour there ever was."""
    of_model = heartbeats.c.model_id == model_id
    began = conn.execute(sa.select(sa.func.min(heartbeats.c.hour)).where(of_model)).scalar()
    asked = sa.select(heartbeats).where(
        of_model,
        heartbeats.c.hour < end,
        (heartbeats.c.hour >= first - 2 * HOUR_US) | (heartbeats.c.hour == began),
    )
    return tuple(
        Beats(
            hour=row.hour, minutes=row.minutes, interval_seconds=row.interval_seconds, host=row.host,
            version=row.version,
        )
        for row in conn.execute(asked.order_by(heartbeats.c.hour, heartbeats.c.host, heartbeats.c.version))
    )  # fmt: skip


def drop_heartbeats(conn: sa.Connection, *, before: int) -> int:
    """Delete hours that began before a time, µs UTC; returns how many."""
    return conn.execute(heartbeats.delete().where(heartbeats.c.hour < before)).rowcount
