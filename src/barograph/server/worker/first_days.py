"""Which days of the rows that wait for a grid are whole."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping
from typing import Final

import numpy as np
import polars as pl

from barograph.store.catalog import Model
from barograph.store.errors import Damaged
from barograph.store.log import Stored
from barograph.store.log.sql import SqlLog
from barograph.store.profiles.rows import days_of

#: Fewer rows than this fix no bins, unless no more have come in so many days.
ENOUGH_ROWS: Final = 200
LONGEST_WAIT_DAYS: Final = 7
#: Of a day that is over by the clock more rows may come as long as some have come lately.
_QUIET_US: Final = 5_000_000
_PAGE_ROWS: Final = 50_000


class FirstDays:
    """The rows of one model's log by the day on which they happened, read on as they come.

    Parameters
    ----------
    model : which has no grid, so that its log still holds all rows.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._rows: Counter[int] = Counter()
        self._newest = 0
        self._received_at = 0
        self._first_received_at: int | None = None
        self.through_seq = 0

    def read(self, log: SqlLog) -> None:
        """Read what has come since; costs the times of its rows alone."""
        while page := log.read(self._model.id, after=self.through_seq, rows=_PAGE_ROWS):
            for entry in page:
                if entry.kind == "predictions":
                    self._add(entry)
            self.through_seq = page[-1].seq

    def whole(self, *, now: int) -> list[int]:
        """The first whole days with 200 rows together, or all whole ones after a week; none where there are fewer.

        A day is whole once a batch came that holds later days alone, or, of a day that is over, nothing for 5 s.
        """
        if self._first_received_at is None:
            return []
        today = self._day(now)
        end = self._newest
        if now - self._received_at >= _QUIET_US:
            end = max(end, today)
        whole = {day: rows for day, rows in self._rows.items() if day < end}
        waited = today - self._day(self._first_received_at)
        return first_days(whole, ENOUGH_ROWS) or (sorted(whole) if waited >= LONGEST_WAIT_DAYS else [])

    def _add(self, entry: Stored) -> None:
        days = days_of(_times(entry), self._model.schema.timezone)
        if len(days):
            self._rows.update(
                dict(zip(*(c.tolist() for c in np.unique(days, return_counts=True)), strict=True))
            )
            self._newest = int(days.min())
        self._received_at = max(self._received_at, entry.received_at)
        if self._first_received_at is None:
            self._first_received_at = entry.received_at

    def _day(self, micros: int) -> int:
        return int(days_of(pl.Series([micros], dtype=pl.Int64), self._model.schema.timezone)[0])


def first_days(rows: Mapping[int, int], fewest: int) -> list[int]:
    """The first days that have so many rows together; none where all of them have fewer.

    Examples
    --------
    >>> first_days({7: 90, 5: 150, 6: 60}, 200)
    [5, 6]
    """
    held, total = [], 0
    for day in sorted(rows):
        held.append(day)
        total += rows[day]
        if total >= fewest:
            return held
    return []


def _times(entry: Stored) -> pl.Series:
    try:
        return pl.read_ipc_stream(io.BytesIO(entry.body), columns=["barograph_time"]).to_series()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise Damaged(
            f"entry {entry.seq} of the log cannot be read ({error}). Restore the log from a backup."
        ) from error
