"""A data fault as a value: its kind, its rows, its time, its evidence, and how rows are told and repaired."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.explain.sampled import column_of

FaultKind = Literal[
    "type_change", "nulls", "stuck", "truncation", "default_value", "unit", "categories", "timezone",
    "duplicates", "outage",
]  # fmt: skip
Bools = NDArray[np.bool_]

#: Values are equal to a fault's own within this share of it: sums of rows beyond the range are rounded.
_NEAR: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTest:
    """Which rows of a sample's frame a fault has hit: all that is set must hold; nothing set holds for every row.

    Attributes
    ----------
    column : what the tests of a value look at; None where no column is.
    null : the row holds no value.
    values : numbers, one of which the row holds.
    categories : texts, one of which the row holds.
    ranges : from, inclusive, and to, exclusive, of numbers the row's lies in one of.
    outside : the same, where the row's number lies in none.
    within : a category column and its value, in rows of which alone the fault is.
    timestamp, spans : in which stretches of time, the end excluded; no span is any time.
    repeated : the row is there more than once; needs the rows' counts.
    none : rows that never came; no row of a frame is one.
    """

    column: str | None = None
    null: bool = False
    values: tuple[float, ...] = ()
    categories: tuple[str, ...] = ()
    ranges: tuple[tuple[float, float], ...] = ()
    outside: tuple[tuple[float, float], ...] = ()
    within: tuple[str, str] | None = None
    timestamp: str | None = None
    spans: tuple[tuple[datetime, datetime], ...] = ()
    repeated: bool = False
    none: bool = False

    def hits(self, frame: pl.DataFrame, count: NDArray[np.float64] | None = None) -> Bools:
        """Rows of the frame that are hit; shape (rows,).

        Parameters
        ----------
        frame : as in `SampledRows`: numbers, datetimes (microseconds) and texts (length) as Float64, categories as
            String.
        count : rows each stands for, of which all but one are surplus where the fault is repeated rows.

        Examples
        --------
        >>> test = RowTest(column="x", values=(-999.0,))
        >>> test.hits(pl.DataFrame({"x": [1.0, -999.0, None]})).tolist()
        [False, True, False]
        """
        if self.none:
            return np.zeros(frame.height, bool)
        held = np.ones(frame.height, bool)
        if self.repeated:
            held &= np.zeros(frame.height, bool) if count is None else count > 1.0
        if self.column is not None and self.column in frame.columns:
            held &= self._by_value(column_of(frame, self.column))
        elif self.column is not None:
            held &= self.null
        if self.within is not None and self.within[0] in frame.columns:
            held &= (column_of(frame, self.within[0]) == self.within[1]).fill_null(False).to_numpy()
        if self.spans and self.timestamp is not None and self.timestamp in frame.columns:
            at = column_of(frame, self.timestamp).fill_null(np.nan).to_numpy()
            held &= np.logical_or.reduce([(at >= _micros(a)) & (at < _micros(b)) for a, b in self.spans])
        return held

    def _by_value(self, series: pl.Series) -> Bools:
        if self.null:
            empty = series.is_null()
            return (empty | series.is_nan().fill_null(True) if series.dtype.is_float() else empty).to_numpy()
        if self.categories:
            return series.is_in(list(self.categories)).fill_null(False).to_numpy()
        if not series.dtype.is_numeric():
            return np.ones(len(series), bool)
        x = series.cast(pl.Float64).fill_null(np.nan).to_numpy()
        held = np.ones(len(x), bool)
        if self.values:
            held &= np.logical_or.reduce(
                [np.isclose(x, v, rtol=_NEAR, atol=0.0) | (x == v) for v in self.values]
            )
        if self.ranges:
            held &= np.logical_or.reduce([(x >= a) & (x < b) for a, b in self.ranges])
        for low, high in self.outside:
            held &= ~((x >= low) & (x < high)) & ~np.isnan(x)
        return held


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """How the values of rows that are hit become what they should have been.

    Attributes
    ----------
    column : whose values.
    scale, offset : number · scale + offset.
    renamed : text by text.
    hours : added to a datetime, or to an hour of the day, which begins anew after 23.
    """

    column: str
    scale: float = 1.0
    offset: float = 0.0
    renamed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    hours: float = 0.0
    of_day: bool = False

    def repaired(self, series: pl.Series) -> pl.Series:
        """The values repaired; all of them, hit or not.

        Examples
        --------
        >>> Repair(column="x", scale=1000.0).repaired(pl.Series("x", [1.5])).to_list()
        [1500.0]
        """
        if self.renamed:
            return series.replace(dict(self.renamed))
        if self.of_day:
            return (series + self.hours) % 24.0
        if self.hours:
            return series + self.hours * 3_600e6
        return series * self.scale + self.offset


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Data that went wrong.

    Attributes
    ----------
    column : None where whole rows are concerned.
    name : in a few words, such as ``income divided by 1,000``.
    rows : hit, of all current rows; for `outage` the rows that are missing.
    share : of the current rows, those hit; of the rows that should have come, those missing.
    start, end : of the windows hit; None without windows, and `end` where the fault reaches the last one.
    p_value : chance of as much without a fault, corrected for all that was looked at.
    evidence : a sentence with numbers.
    test : which rows are hit.
    repair : None where what the values were cannot be known.
    """

    kind: FaultKind
    column: str | None
    name: str
    rows: int
    share: float
    start: datetime | None
    end: datetime | None
    p_value: float
    evidence: str
    test: RowTest
    repair: Repair | None = None

    def hits(self, frame: pl.DataFrame, count: NDArray[np.float64] | None = None) -> Bools:
        """Rows of a sample's frame that are hit; see `RowTest.hits`."""
        return self.test.hits(frame, count)

    def repaired(self, frame: pl.DataFrame) -> pl.DataFrame | None:
        """The frame with the rows that are hit repaired; None where no repair is known."""
        if self.repair is None or self.repair.column not in frame.columns:
            return None
        old = column_of(frame, self.repair.column)
        new = self.repair.repaired(old).cast(old.dtype)
        return frame.with_columns(new.zip_with(pl.Series(self.hits(frame)), old).alias(self.repair.column))


def _micros(time: datetime) -> float:
    return time.timestamp() * 1e6
