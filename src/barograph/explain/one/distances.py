"""How far apart rows are: numbers in standard deviations of their column, categories equal or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.frames.names import values_of
from barograph.metrics.quality.finite import finite_cells
from barograph.metrics.quality.quantile import quantile_of
from barograph.metrics.values import Undefined
from barograph.metrics.views import ColumnView, column_view
from barograph.profile.grid import CategoricalGrid
from barograph.profile.value import Profile
from barograph.profile.values import as_numbers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Shares on either side, and how many standard deviations of a normal lie between their quantiles.
_SPREADS: Final = ((0.25, 1.34898), (0.05, 3.28971), (0.01, 4.65270))
#: Hours: half a week is as far as two hours of a week can be apart, on average they are 42.
_WEEK, _APART = 168.0, 42.0
#: Values are no further apart than this, so that distances stay finite.
_FARTHEST: Final = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordinate:
    """One column of some rows, ready to be compared.

    Attributes
    ----------
    x : numbers in units of the column's spread, hours of the week, or codes of categories; NaN where missing.
    """

    way: Literal["number", "hour", "category"]
    x: Floats


def spread_of(view: ColumnView) -> float:
    """Standard deviation of a numeric column, from its quantiles.

    The widest of what the middle 50, 90 and 98 % say a normal column's would be: long tails and columns that mostly
    hold one value do not make their rare values far from everything.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import column_of
    >>> round(spread_of(column_of(list(range(1001)))))
    371
    """
    cells = finite_cells(view)
    if isinstance(cells, Undefined) or not cells.rows.sum():
        return 1.0
    wide = [(quantile_of(cells, 1.0 - tail) - quantile_of(cells, tail)) / sds for tail, sds in _SPREADS]
    return max(wide) or (cells.maximum - cells.minimum) or abs(cells.maximum) or 1.0


def coordinates(
    reference: Profile, frames: tuple[pl.DataFrame, ...], names: tuple[str, ...]
) -> tuple[dict[str, Coordinate], ...]:
    """The columns of several frames on one scale, that of the reference.

    Parameters
    ----------
    reference : profile of one cell.
    frames : rows as samples keep them.
    """
    found: tuple[dict[str, Coordinate], ...] = tuple({} for _ in frames)
    for name in names:
        view = column_view(reference, name)
        if isinstance(view, Undefined):
            continue
        columns = [
            values_of(frame, name) if name in frame.columns else _nothing(frame, name) for frame in frames
        ]
        for out, column in zip(found, _placed(view, columns, reference.grid.timezone), strict=True):
            out[name] = column
    return found


def _nothing(frame: pl.DataFrame, name: str) -> pl.Series:
    return pl.Series(name, [None], dtype=pl.Float64).new_from_index(0, frame.height)


def _placed(view: ColumnView, columns: list[pl.Series], timezone: str) -> list[Coordinate]:
    if isinstance(view.grid, CategoricalGrid):
        texts = [column.cast(pl.String).alias("values") for column in columns]
        known = pl.Enum(pl.concat(texts).drop_nulls().unique().sort())
        codes = [text.cast(known).to_physical().cast(pl.Float64).fill_null(np.nan) for text in texts]
        return [Coordinate(way="category", x=code.to_numpy()) for code in codes]
    if view.grid.kind == "datetime":
        times = [c.fill_nan(None).cast(pl.Int64).cast(pl.Datetime("us", "UTC")) for c in columns]
        return [Coordinate(way="hour", x=as_numbers(time, "datetime", timezone)) for time in times]
    unit = spread_of(view)
    with np.errstate(over="ignore"):
        numbers = [c.fill_null(np.nan).to_numpy() / unit for c in columns]
    return [Coordinate(way="number", x=np.where(np.isfinite(x), x, np.nan)) for x in numbers]


def distances(
    one: Mapping[str, Coordinate], other: Mapping[str, Coordinate], *, rows: Ints | slice = slice(None)
) -> Floats:
    """Mean over the columns of how far apart rows are, shape (rows of one, rows of the other).

    Parameters
    ----------
    rows : those of the first that are compared.
    """
    total: Floats | None = None
    for name, column in one.items():
        apart = differences(column, other[name], rows=rows)
        total = apart if total is None else np.add(total, apart, out=total)
    assert total is not None  # there is a column to compare by: see explain_one
    total /= len(one)
    return total


def differences(one: Coordinate, other: Coordinate, *, rows: Ints | slice = slice(None)) -> Floats:
    """How far apart rows are in one column; 1 where one of the two is missing, or the categories differ."""
    x, y = one.x[rows][:, None], other.x[None, :]
    if one.way == "category":
        apart: Floats = (x != y).astype(np.float64)
        apart[np.isnan(x) & np.isnan(y)] = 0.0
        return apart
    apart = np.abs(x - y)
    if one.way == "hour":
        apart = np.minimum(apart, _WEEK - apart) / _APART
    np.minimum(apart, _FARTHEST, out=apart)
    without = np.isnan(x) | np.isnan(y)
    if without.any():
        apart[without] = np.where(np.isnan(x) & np.isnan(y), 0.0, 1.0)[without]
    return apart
