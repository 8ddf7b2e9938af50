"""Workers that are alive: each holds a lease in its own name, and renews it after every step."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.store.leases import claim, release
from barograph.store.tables.leases import leases

_PREFIX = "worker/"


def mark_alive(conn: sa.Connection, worker: str, *, now: int, seconds: float) -> None:
    """Say that a worker is at work, and will say so again within `seconds`; `now` in µs UTC of the real time."""
    claim(conn, _PREFIX + worker, worker, now, seconds)


def mark_gone(conn: sa.Connection, worker: str) -> None:
    """Say that a worker has stopped."""
    release(conn, _PREFIX + worker, worker)


def alive_workers(conn: sa.Connection, now: int) -> list[str]:
    """Names of the workers that were heard of in time."""
    mine = leases.c.name.startswith(_PREFIX, autoescape=True)
    asked = sa.select(leases.c.owner).where(mine, leases.c.expires_at > now).order_by(leases.c.owner)
    return list(conn.scalars(asked))
