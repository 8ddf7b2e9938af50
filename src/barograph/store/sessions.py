"""Who is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from barograph.store.tables.access import sessions as table

#: A session ends after so long without a request, and so long after it began, whatever happens.
IDLE_US: Final = 12 * 3_600 * 1_000_000
LONGEST_US: Final = 7 * 86_400 * 1_000_000
#: That it was seen is written so often at the most.
_SEEN_EVERY_US: Final = 300 * 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser that is signed in; of a user, or of a key.

    Attributes
    ----------
    digest : SHA-256 of its cookie.
    created_at, seen_at, expires_at : µs UTC.
    """

    digest: bytes
    user_id: int | None
    key_id: str | None
    address: str
    created_at: int
    seen_at: int
    expires_at: int


def begin(
    conn: sa.Connection, *, digest: bytes, user_id: int | None, key_id: str | None, address: str, now: int,
    lasts_us: int = LONGEST_US,
) -> None:  # fmt: skip
    """Store a new session, and forget those that are over."""
    conn.execute(sa.delete(table).where(table.c.expires_at <= now))
    conn.execute(
        table.insert().values(
            digest=digest, user_id=user_id, key_id=key_id, address=address, created_at=now, seen_at=now,
            expires_at=now + lasts_us,
        )
    )  # fmt: skip


def session(conn: sa.Connection, digest: bytes, *, now: int) -> Session | None:
    """The session of a cookie's digest, unless it is over."""
    row = conn.execute(sa.select(table).where(table.c.digest == digest)).one_or_none()
    if row is None or row.expires_at <= now or row.seen_at + IDLE_US <= now:
        return None
    return Session(**row._mapping)


def is_seen_again(found: Session, now: int) -> bool:
    """Whether it is time to write down that a session goes on."""
    return now - found.seen_at >= _SEEN_EVERY_US


def see(conn: sa.Connection, digest: bytes, *, now: int) -> None:
    """Write down that a session goes on."""
    conn.execute(sa.update(table).where(table.c.digest == digest).values(seen_at=now))


def end(conn: sa.Connection, digest: bytes) -> bool:
    """End a session; returns whether there was one."""
    return bool(conn.execute(sa.delete(table).where(table.c.digest == digest)).rowcount)


def end_all(conn: sa.Connection, *, user_id: int) -> int:
    """End all sessions of a user; returns how many there were."""
    return conn.execute(sa.delete(table).where(table.c.user_id == user_id)).rowcount


def sessions_of(
    conn: sa.Connection, *, user_id: int | None, key_id: str | None = None, now: int
) -> list[Session]:
    """The sessions of a user, or of a key, that are not over, the last used first."""
    whose = table.c.key_id == key_id if user_id is None else table.c.user_id == user_id
    asked = (
        sa.select(table)
        .where(whose, table.c.expires_at > now, table.c.seen_at > now - IDLE_US)
        .order_by(table.c.seen_at.desc())
    )
    return [Session(**row._mapping) for row in conn.execute(asked)]
