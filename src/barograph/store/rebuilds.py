"""Days whose profiles are to be made anew from their rows."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from barograph.store.tables.sources import source_days
from barograph.store.tables.worker import rebuild_days as table
from barograph.store.upsert import upsert


def ask_rebuild(conn: sa.Connection, model_id: int, days: Collection[tuple[int, int]], *, at: int) -> None:
    """Ask for versions and days of a model; the worker counts them again before it applies anything more.

    Parameters
    ----------
    days : version id and day (days since 1970-01-01). Ask before rows are removed: a crash between then leaves no
        wrong sums, and a day that did not change is made the same again.
    at : microseconds UTC.
    """
    rows = [
        {"model_id": model_id, "version_id": version, "day": day, "asked_at": at}
        for version, day in sorted(set(days))
    ]
    upsert(conn, table, rows, ["model_id", "version_id", "day"])


def asked_rebuilds(conn: sa.Connection, model_id: int) -> list[tuple[int, int]]:
    """The versions and days asked for, the oldest day first."""
    found = (
        sa.select(table.c.version_id, table.c.day)
        .where(table.c.model_id == model_id)
        .order_by(table.c.day, table.c.version_id)
    )
    return [(row.version_id, row.day) for row in conn.execute(found)]


def models_to_rebuild(conn: sa.Connection) -> list[int]:
    """The models of which days are asked for."""
    return list(conn.scalars(sa.select(table.c.model_id).distinct().order_by(table.c.model_id)))


def days_of_sources(conn: sa.Connection, model_id: int) -> frozenset[tuple[int, int]]:
    """Versions and days with rows that were counted and not copied: these cannot be counted again from here."""
    found = sa.select(source_days.c.version_id, source_days.c.day).where(source_days.c.model_id == model_id)
    return frozenset((row.version_id, row.day) for row in conn.execute(found))


def asked_at(conn: sa.Connection, model_id: int, version_id: int, day: int) -> int | None:
    """When a day was asked for last, microseconds UTC; None where it was not."""
    return conn.execute(sa.select(table.c.asked_at).where(_is(model_id, version_id, day))).scalar()


def rebuild_done(conn: sa.Connection, model_id: int, version_id: int, day: int, *, asked: int | None) -> None:
    """Take a day off the list, unless it was asked for again since `asked`."""
    if asked is not None:
        conn.execute(sa.delete(table).where(_is(model_id, version_id, day), table.c.asked_at <= asked))


def _is(model_id: int, version_id: int, day: int) -> sa.ColumnElement[bool]:
    return (table.c.model_id == model_id) & (table.c.version_id == version_id) & (table.c.day == day)
