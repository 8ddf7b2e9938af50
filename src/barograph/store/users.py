"""People as they are stored; how passwords are made and checked is the server's."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from barograph.errors import did_you_mean
from barograph.store.errors import Conflict, NotFound
from barograph.store.tables.access import sessions, users
from barograph.store.upsert import insert_missing


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One person.

    Attributes
    ----------
    password : its hash.
    role : admin, editor or viewer.
    projects : names of those they may see; None for all.
    language : the one they chose; None: the browser's.
    created_at, disabled_at : µs UTC.
    """

    id: int
    name: str
    password: str
    role: str
    projects: tuple[str, ...] | None
    language: str | None
    team: str | None
    created_by: str
    created_at: int
    disabled_at: int | None


def add_user(
    conn: sa.Connection,
    *,
    name: str,
    password: str,
    role: str,
    projects: tuple[str, ...] | None,
    created_by: str,
    now: int,
    team: str | None = None,
) -> User:
    """Store a new person; raises Conflict where the name is taken."""
    row = {
        "name": name, "password": password, "role": role, "projects": None if projects is None else list(projects),
        "language": None, "team": team, "created_by": created_by, "created_at": now, "disabled_at": None,
    }  # fmt: skip
    if not insert_missing(conn, users, row, ["name"]):
        raise Conflict(f"there is a user {name!r} already; choose another name.")
    return user(conn, name)


def user(conn: sa.Connection, name: str) -> User:
    """The person of a name; raises NotFound, with the nearest name there is."""
    row = conn.execute(sa.select(users).where(users.c.name == name)).one_or_none()
    if row is None:
        known = list(conn.scalars(sa.select(users.c.name)))
        raise NotFound(f"no user {name!r}{did_you_mean(name, known) or '.'}")
    return _user(row)


def user_by_id(conn: sa.Connection, user_id: int) -> User:
    """The person of an id; raises NotFound."""
    row = conn.execute(sa.select(users).where(users.c.id == user_id)).one_or_none()
    if row is None:
        raise NotFound(f"no user of id {user_id}.")
    return _user(row)


def all_users(conn: sa.Connection) -> list[User]:
    """All people, by name."""
    return [_user(row) for row in conn.execute(sa.select(users).order_by(users.c.name))]


def change_user(conn: sa.Connection, user_id: int, **changed: object) -> None:
    """Set some of `password`, `role`, `projects`, `language`, `team`, `disabled_at`.

    A new password, and being disabled, ends the person's sessions.
    """
    conn.execute(sa.update(users).where(users.c.id == user_id).values(**changed))
    if "password" in changed or changed.get("disabled_at") is not None:
        conn.execute(sa.delete(sessions).where(sessions.c.user_id == user_id))


def _user(row: sa.Row[tuple[object, ...]]) -> User:
    held = dict(row._mapping)
    projects = held.pop("projects")
    return User(**held, projects=None if projects is None else tuple(projects))
