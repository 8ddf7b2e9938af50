"""Versions of a model, made when a row first names them."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.store.catalog.values import Version
from barograph.store.tables.catalog import versions as table
from barograph.store.upsert import insert_missing

#: Made once, for it is asked for every model that is judged.
_OF_MODEL = sa.select(table).where(table.c.model_id == sa.bindparam("of_model")).order_by(table.c.id)


def version_id(conn: sa.Connection, model_id: int, name: str, *, now: int) -> tuple[int, bool]:
    """The id of a version, and whether it was made just now.

    Parameters
    ----------
    name : as the rows write it; empty where they name none.
    now : when it is seen first, microseconds UTC.
    """
    asked = sa.select(table.c.id).where(table.c.model_id == model_id, table.c.name == name)
    held = conn.execute(asked).scalar_one_or_none()
    if held is not None:
        return held, False
    row = {"model_id": model_id, "name": name, "created_at": now}
    made = insert_missing(conn, table, row, ["model_id", "name"])
    return conn.execute(asked).scalar_one(), made


def versions(conn: sa.Connection, model_id: int) -> list[Version]:
    """The versions of a model, first seen first."""
    return [Version(**row._mapping) for row in conn.execute(_OF_MODEL, {"of_model": model_id})]
