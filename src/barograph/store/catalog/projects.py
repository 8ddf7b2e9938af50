"""Projects."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.store.catalog.names import check_name, not_found
from barograph.store.catalog.values import Project
from barograph.store.errors import Conflict
from barograph.store.tables.catalog import projects as table
from barograph.store.upsert import insert_missing


def create_project(conn: sa.Connection, name: str, *, now: int) -> Project:
    """Make a project; raises Conflict where there is one of that name, InvalidName for a name that cannot be one."""
    check_name("project", name)
    if not insert_missing(conn, table, {"name": name, "created_at": now}, ["name"]):
        raise Conflict(f"project {name!r} exists already; choose another name or use it as it is.")
    return project(conn, name)


def project(conn: sa.Connection, name: str) -> Project:
    """The project of a name; raises NotFound."""
    row = conn.execute(sa.select(table).where(table.c.name == name)).one_or_none()
    if row is None:
        raise not_found("project", name, (p.name for p in projects(conn)))
    return Project(**row._mapping)


def projects(conn: sa.Connection) -> list[Project]:
    """All projects, by name."""
    return [Project(**row._mapping) for row in conn.execute(sa.select(table).order_by(table.c.name))]
