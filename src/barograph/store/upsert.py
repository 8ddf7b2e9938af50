"""Insert rows, or change those that are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def upsert(
    conn: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]], keys: Sequence[str]
) -> None:
    """Insert rows; where one with the same keys is there, set its other columns.

    Parameters
    ----------
    rows : all with the same columns.
    keys : columns of a primary key or unique constraint.

    Notes
    -----
    A key that comes twice in `rows`: the later row wins. Where `rows` have no other columns than `keys`, rows that
    are there stay as they are.
    """
    if not rows:
        return
    others = [name for name in rows[0] if name not in keys]
    statement = _insert(conn, table)
    if others:
        values = {name: statement.excluded[name] for name in others}
        conn.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=values), list(rows))
    else:
        conn.execute(statement.on_conflict_do_nothing(index_elements=list(keys)), list(rows))


def insert_missing(conn: sa.Connection, table: sa.Table, row: Mapping[str, Any], keys: Sequence[str]) -> bool:
    """Insert a row unless one with the same keys is there; returns whether it was inserted."""
    statement = _insert(conn, table).on_conflict_do_nothing(index_elements=list(keys)).values(**row)
    # Rows are counted by what comes back: not every driver tells the number of those that were inserted.
    return conn.execute(statement.returning(table.c[keys[0]])).first() is not None


def insert_all_missing(
    conn: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]], keys: Sequence[str]
) -> None:
    """Insert rows, all with the same columns; those with the keys of one that is there are left out."""
    if rows:
        conn.execute(_insert(conn, table).on_conflict_do_nothing(index_elements=list(keys)), list(rows))


def add_to(conn: sa.Connection, table: sa.Table, keys: Mapping[str, Any], amounts: Mapping[str, int]) -> None:
    """Add amounts to the columns of one row; where there is none, it is inserted with them."""
    statement = _insert(conn, table).values(**keys, **amounts)
    added = {name: table.c[name] + statement.excluded[name] for name in amounts}
    conn.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=added))


def _insert(conn: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if conn.dialect.name == "sqlite" else postgresql.insert(table)
