"""Days whose rows or labels have changed: their figures are computed again, and monitors look at them again."""

from __future__ import annotations

from collections.abc import Iterable
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
