"""Keys of the API as they are stored; how they are made and verified is the server's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from barograph.store.errors import NotFound
from barograph.store.tables.access import api_keys


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredKey:
    """One key, without its secret.

    Parameters
    ----------
    key_id : what is shown of it, and names it.
    name : what it is for.
    role : `admin`, `editor`, `viewer` or `ingest`.
    projects : names of those it may see; None for all.
    digest : SHA-256 of its secret.
    created_by : id of the key it was made with, or `bootstrap`.
    created_at, expires_at, revoked_at, last_used_at : µs UTC; None for never.
    """

    key_id: str
    name: str
    role: str
    projects: tuple[str, ...] | None
    digest: bytes
    created_by: str
    created_at: int
    expires_at: int | None = None
    revoked_at: int | None = None
    last_used_at: int | None = None


def add_key(conn: sa.Connection, key: StoredKey) -> None:
    """Store a new key."""
    conn.execute(
        api_keys.insert().values(
            key_id=key.key_id,
            name=key.name,
            role=key.role,
            projects=None if key.projects is None else list(key.projects),
            digest=key.digest,
            created_by=key.created_by,
            created_at=key.created_at,
            expires_at=key.expires_at,
            revoked_at=key.revoked_at,
            last_used_at=key.last_used_at,
        )
    )


def find_key(conn: sa.Connection, key_id: str) -> StoredKey | None:
    """The key of that id, revoked and expired ones too."""
    row = conn.execute(sa.select(api_keys).where(api_keys.c.key_id == key_id)).one_or_none()
    return None if row is None else _stored(row)


def all_keys(conn: sa.Connection) -> Sequence[StoredKey]:
    """All keys, the oldest first."""
    return [_stored(row) for row in conn.execute(sa.select(api_keys).order_by(api_keys.c.created_at))]


def has_keys(conn: sa.Connection) -> bool:
    """Whether any key was ever made."""
    return conn.execute(sa.select(api_keys.c.key_id).limit(1)).first() is not None


def revoke_key(conn: sa.Connection, key_id: str, *, at: int) -> StoredKey:
    """Revoke a key; one that was revoked before stays so.

    Raises
    ------
    NotFound
        Where there is no such key.
    """
    found = find_key(conn, key_id)
    if found is None:
        raise NotFound(f"no key {key_id!r}; GET /v1/keys lists those there are.")
    unrevoked = (api_keys.c.key_id == key_id) & api_keys.c.revoked_at.is_(None)
    conn.execute(api_keys.update().where(unrevoked).values(revoked_at=at))
    return found


def mark_used(conn: sa.Connection, key_id: str, *, at: int) -> None:
    """Note when a key was last used."""
    conn.execute(api_keys.update().where(api_keys.c.key_id == key_id).values(last_used_at=at))


def _stored(row: sa.Row[tuple[object, ...]]) -> StoredKey:
    held = dict(row._mapping)
    projects = held.pop("projects")
    return StoredKey(projects=None if projects is None else tuple(projects), **held)
