"""Leases: a process claims work for a while, so that no other does the same.

A lease that is not renewed in time is free again, whatever became of its owner. What it guards must be safe all the
same, for a process may be held up past its lease: the worker's cursor moves in the transaction that writes.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from barograph.store.tables.leases import leases

_SECOND_US = 1_000_000


def claim(conn: sa.Connection, name: str, owner: str, now: int, seconds: float) -> bool:
    """Claim work, or renew what is one's own; returns whether `owner` holds it now.

    Parameters
    ----------
    name : of the work, such as ``"apply/3"``.
    owner : names this process among all that may claim.
    now : microseconds UTC.
    seconds : after which it is free again.
    """
    insert = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    row = {"name": name, "owner": owner, "expires_at": now + round(seconds * _SECOND_US)}
    statement = insert(leases).values(**row)
    mine_or_free = (leases.c.owner == owner) | (leases.c.expires_at <= now)
    taken = statement.on_conflict_do_update(
        index_elements=["name"],
        set_={"owner": statement.excluded.owner, "expires_at": statement.excluded.expires_at},
        where=mine_or_free,
    )
    return conn.execute(taken.returning(leases.c.owner)).first() is not None


def renew(conn: sa.Connection, name: str, owner: str, now: int, seconds: float) -> bool:
    """Hold on for longer; False where it has gone to another, and then the work must stop."""
    until = now + round(seconds * _SECOND_US)
    mine = (leases.c.name == name) & (leases.c.owner == owner)
    return conn.execute(sa.update(leases).where(mine).values(expires_at=until)).rowcount == 1


def release(conn: sa.Connection, name: str, owner: str) -> None:
    """Free what is one's own; what has gone to another stays with it."""
    conn.execute(sa.delete(leases).where(leases.c.name == name, leases.c.owner == owner))


def holder(conn: sa.Connection, name: str, now: int) -> str | None:
    """Who holds it; None where it is free."""
    held = (leases.c.name == name) & (leases.c.expires_at > now)
    return conn.execute(sa.select(leases.c.owner).where(held)).scalar_one_or_none()
