"""Insert rows, or change those that are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
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
    others = tuple(name for name in rows[0] if name not in keys)
    conn.execute(_upserting(conn.dialect.name, table, tuple(keys), others), list(rows))


def insert_missing(conn: sa.Connection, table: sa.Table, row: Mapping[str, Any], keys: Sequence[str]) -> bool:
    """Insert a row unless one with the same keys is there; returns whether it was inserted."""
    statement = (
        _insert(conn.dialect.name, table).on_conflict_do_nothing(index_elements=list(keys)).values(**row)
    )
    # Rows are counted by what comes back: not every driver tells the number of those that were inserted.
    return conn.execute(statement.returning(table.c[keys[0]])).first() is not None


def insert_all_missing(
    conn: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]], keys: Sequence[str]
) -> None:
    """Insert rows, all with the same columns; those with the keys of one that is there are left out."""
    if rows:
        conn.execute(_upserting(conn.dialect.name, table, tuple(keys), ()), list(rows))


def add_to(conn: sa.Connection, table: sa.Table, keys: Mapping[str, Any], amounts: Mapping[str, int]) -> None:
    """Add amounts to the columns of one row; where there is none, it is inserted with them."""
    statement = _insert(conn.dialect.name, table).values(**keys, **amounts)
    added = {name: table.c[name] + statement.excluded[name] for name in amounts}
    conn.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=added))


@cache
def _upserting(
    dialect: str, table: sa.Table, keys: tuple[str, ...], others: tuple[str, ...]
) -> sqlite.Insert | postgresql.Insert:
    """The statement of `upsert`, made once for each choice of columns; without others it changes nothing."""
    statement = _insert(dialect, table)
    if not others:
        return statement.on_conflict_do_nothing(index_elements=list(keys))
    values = {name: statement.excluded[name] for name in others}
    return statement.on_conflict_do_update(index_elements=list(keys), set_=values)


def _insert(dialect: str, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
