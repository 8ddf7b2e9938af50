"""Days whose rows or labels have changed: their figures are computed again, and monitors look at them again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

import sqlalchemy as sa

from barograph.store.tables.monitors import unjudged_days
from barograph.store.tables.worker import dirty_days
from barograph.store.upsert import upsert

_KEYS: Final = ["model_id", "version_id", "day"]


def touch_days(conn: sa.Connection, model_id: int, places: Iterable[tuple[int, int]]) -> None:
    """Say, in the transaction that changes them, which days of which versions changed.

    Parameters
    ----------
    places : version and local day, days since 1970-01-01.
    """
    rows = [{"model_id": model_id, "version_id": version, "day": day} for version, day in sorted(set(places))]
    for table in (dirty_days, unjudged_days):
        upsert(conn, table, rows, _KEYS)


def unjudged(conn: sa.Connection) -> dict[int, set[tuple[int, int]]]:
    """Days whose figures have changed since monitors last looked: by model, version and local day."""
    found: dict[int, set[tuple[int, int]]] = {}
    for model_id, version_id, day in conn.execute(sa.select(unjudged_days)):
        found.setdefault(model_id, set()).add((version_id, day))
    return found


def forget_unjudged(conn: sa.Connection, model_id: int, days: Collection[int]) -> None:
    """Take days off the list, before they are looked at: what changes meanwhile is on it again."""
    mine = (unjudged_days.c.model_id == model_id) & unjudged_days.c.day.in_(list(days))
    conn.execute(sa.delete(unjudged_days).where(mine))
