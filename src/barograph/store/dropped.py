"""Rows that clients report they could not keep, by hour and reason."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.operations.view import HOUR_US
from barograph.store.tables.readings import dropped_rows
from barograph.store.upsert import add_to


def add_dropped(conn: sa.Connection, *, model_id: int, at: int, reason: str, rows: int) -> None:
    """Count rows that were lost before they came here.

    Parameters
    ----------
    at : when they were lost, or when it was told, µs UTC.
    """
    key = {"model_id": model_id, "hour": at - at % HOUR_US, "reason": reason}
    add_to(conn, dropped_rows, key, {"rows": rows})


def read_dropped(conn: sa.Connection, model_id: int, *, first: int, end: int) -> dict[tuple[int, str], int]:
    """Rows by hour and reason, of hours that begin from `first` until before `end`, µs UTC."""
    asked = sa.select(dropped_rows.c.hour, dropped_rows.c.reason, dropped_rows.c.rows).where(
        dropped_rows.c.model_id == model_id, dropped_rows.c.hour >= first, dropped_rows.c.hour < end
    )
    return {(hour, reason): rows for hour, reason, rows in conn.execute(asked)}


def forget_dropped(conn: sa.Connection, *, before: int) -> int:
    """Delete hours that began before a time, µs UTC; returns how many."""
    return conn.execute(sa.delete(dropped_rows).where(dropped_rows.c.hour < before)).rowcount
