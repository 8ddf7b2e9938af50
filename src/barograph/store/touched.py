"""Days whose rows or labels have changed: their figures are computed again, and monitors look at them again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

import sqlalchemy as sa

from barograph.store.tables.monitors import unjudged_days
from barograph.store.tables.worker import dirty_days
from barograph.store.upsert import upsert

_KEYS: Final = ["model_id", "version_id", "day"]
#: In place of a version: somebody has begun to look at the day.
_TAKEN_UP: Final = -1


def touch_days(conn: sa.Connection, model_id: int, places: Iterable[tuple[int, int]]) -> None:
    """Say, in the transaction that changes them, which days of which versions changed.

    Parameters
    ----------
    places : version and local day, days since 1970-01-01.
    """
    rows = [{"model_id": model_id, "version_id": version, "day": day} for version, day in sorted(set(places))]
    for table in (dirty_days, unjudged_days):
        upsert(conn, table, rows, _KEYS)


def unjudged(conn: sa.Connection) -> dict[int, set[int]]:
    """Local days whose figures have changed since monitors last looked, by model."""
    found: dict[int, set[int]] = {}
    for model_id, day in conn.execute(sa.select(unjudged_days.c.model_id, unjudged_days.c.day)):
        found.setdefault(model_id, set()).add(day)
    return found


def take_up_unjudged(conn: sa.Connection, model_id: int, days: Collection[int]) -> None:
    """Say that days are about to be looked at: they stay on the list until that is done, as does what changes then."""
    mine = (unjudged_days.c.model_id == model_id) & unjudged_days.c.day.in_(list(days))
    conn.execute(sa.delete(unjudged_days).where(mine))
    rows = [{"model_id": model_id, "version_id": _TAKEN_UP, "day": day} for day in sorted(days)]
    upsert(conn, unjudged_days, rows, _KEYS)


def forget_unjudged(conn: sa.Connection, model_id: int, days: Collection[int]) -> None:
    """Take days that were taken up off the list, once they were looked at."""
    mine = (unjudged_days.c.model_id == model_id) & unjudged_days.c.day.in_(list(days))
    conn.execute(sa.delete(unjudged_days).where(mine, unjudged_days.c.version_id == _TAKEN_UP))
