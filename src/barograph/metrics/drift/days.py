"""Days that weeks and months are made of: not every week has all of them, nor as many rows on each as others do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.metrics.drift.counts import Floats
from barograph.metrics.drift.variation import Variation
from barograph.profile.value import Profile
from barograph.schema.readings import UTC_TIME
from barograph.windows import parse_every

_DAY_SECONDS: Final = 86_400.0
_DAYS_OF_THE_WEEK: Final = 7
#: Share of the reference's weeks, and of the days that they have, that says what a whole week is.
_MOST: Final = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Local days of some windows that are longer.

    Attributes
    ----------
    number : days with rows, shape (windows,).
    rows : by day of the week, Monday first; shape (windows, 7).
    """

    number: NDArray[np.int64]
    rows: Floats

    def mix(self, variation: Variation) -> Floats | None:
        """Share of each window's rows that each phase has; None where the column's days are all alike.

        Rows on a day of the week that the reference lacks are taken for those of any day.
        """
        if variation.phases is None:
            return None
        place = variation.phases - 1
        usual = variation.sums.sum(axis=1)
        rows = self.rows[:, place]
        elsewhere = self.rows.sum(axis=1, keepdims=True) - rows.sum(axis=1, keepdims=True)
        rows = rows + elsewhere * usual / usual.sum()
        mixed: Floats = rows / np.maximum(rows.sum(axis=1, keepdims=True), 1.0)
        return mixed


def days_of(windows: Profile) -> Days | None:
    """Days of the windows of a profile; None where they are no longer than a day, or were not added up from any.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import profile_of
    >>> days_of(profile_of([1.0, 2.0])) is None
    True
    """
    every, made_of = windows.grid.every, windows.made_of
    if every is None or made_of is None or parse_every(every).approximate_seconds <= _DAY_SECONDS:
        return None
    times = (
        pl.Series(made_of.starts, dtype=pl.Int64).cast(UTC_TIME).dt.convert_time_zone(windows.grid.timezone)
    )
    date = times.dt.date().to_physical().to_numpy().astype(np.int64)
    place, _ = np.unique(np.stack([made_of.place, date]), axis=1)
    rows = np.zeros((len(windows.cells), _DAYS_OF_THE_WEEK))
    np.add.at(rows, (made_of.place, times.dt.weekday().to_numpy() - 1), made_of.rows)
    return Days(number=np.bincount(place, minlength=len(rows)), rows=rows)


def days_needed(windows: Profile) -> float:
    """Days that a week or month needs rows on, to be judged by others like it; 0 where `days_of` knows of none.

    9 in 10 of those that 9 in 10 of the windows have.
    """
    held = days_of(windows)
    return 0.0 if held is None else _MOST * float(np.quantile(held.number, 1.0 - _MOST, method="lower"))
