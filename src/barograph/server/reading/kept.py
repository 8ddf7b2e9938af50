"""Figures that a reader had computed, kept for the next one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from barograph.server.reading.series import Series, to_keep
from barograph.store.database import Database
from barograph.store.errors import StoreUnavailable
from barograph.store.points import keep_all


def keep(database: Database, found: Iterable[Series]) -> None:
    """Keep what was computed; where nothing can be written, reading goes on."""
    figures = to_keep(found)
    if figures:
        with contextlib.suppress(StoreUnavailable), database.writing() as conn:
            keep_all(conn, figures)
