"""Numbers that stand for a missing value: noticed, and taken out where somebody says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.schema.model import Schema
from barograph.schema.readings import read_numbers

_SENTINELS: Final = (-9, -99, -999, -9999, -99999, 999, 9999, 99999)
#: Share of rows from which -1 is noticed, and other values beside it: of -1, 0 and 1 each may mean what it says.
_ONE_SHARE: Final = 0.01
_ONE_OTHERS: Final = 3


def stand_in(values: NDArray[Any], rows: NDArray[np.int64]) -> tuple[int, str] | None:
    """A value that looks like a stand-in for missing, and why; None where there is none.

    Parameters
    ----------
    values, rows : distinct values in order, and how often each occurs.

    Examples
    --------
    >>> stand_in(np.array([-999.0, 1.0, 5.0]), np.array([3, 9, 9]))
    (-999, '-999 in 3 rows, the only negative value')
    """
    if len(values) < 3:
        return None
    for at, beside, far in ((0, 1, -1), (-1, -2, 0)):
        value, next_one = float(values[at]), float(values[beside])
        only_negative = value < 0 <= next_one
        if not _may_be(value, int(rows[at]), int(rows.sum()), others=len(values) - 1):
            continue
        if only_negative or (value != -1 and abs(next_one - value) > abs(float(values[far]) - next_one)):
            apart = "the only negative value" if only_negative else "far from every other value"
            return int(value), f"{int(value)} in {rows[at]:,} rows, {apart}"
    return None


def suggest_null_values(sample: pl.DataFrame, schema: Schema) -> Iterator[tuple[str, str, str]]:
    """Values that may mean missing: the column, the value as text, and why.

    Examples
    --------
    >>> from barograph.schema.model import Column
    >>> frame = pl.DataFrame({"calls": [-1, 0, 1, 2, 3] * 9})
    >>> list(suggest_null_values(frame, Schema(columns=(Column(name="calls", kind="numeric"),))))
    [('calls', '-1', '-1 in 9 rows, the only negative value')]
    """
    for column in schema.columns:
        if column.kind != "numeric" or column.name not in sample.columns:
            continue
        numbers = _numbers(without(sample.get_column(column.name), column.null_values))
        distinct, rows = np.unique(numbers, return_counts=True)
        found = stand_in(distinct, rows.astype(np.int64))
        if found is not None:
            yield column.name, str(found[0]), found[1]


def without(raw: pl.Series, null_values: Sequence[str]) -> pl.Series:
    """A raw column with null in place of some values, as text or as the numbers they write.

    Examples
    --------
    >>> without(pl.Series([-1, 2]), ["-1"]).to_list(), without(pl.Series(["-1.0", "2"]), ["-1"]).to_list()
    ([None, 2], [None, '2'])
    """
    if not null_values or not (raw.dtype == pl.String or raw.dtype.is_numeric()):
        return raw
    name, raw = raw.name, raw.alias("values")
    meant = read_numbers(pl.Series(list(null_values), dtype=pl.String)).drop_nulls().to_list()
    numbers = read_numbers(raw) if raw.dtype == pl.String else raw.cast(pl.Float64)
    gone = numbers.is_in(meant).fill_null(False)
    if raw.dtype == pl.String:
        gone = gone | raw.is_in(list(null_values)).fill_null(False)
    return raw.zip_with(~gone, pl.Series("values", [None], dtype=raw.dtype)).alias(name)


def _may_be(value: float, rows: int, all_rows: int, *, others: int) -> bool:
    if value == -1:
        return rows >= _ONE_SHARE * all_rows and others >= _ONE_OTHERS
    return value in _SENTINELS and rows >= 2


def _numbers(raw: pl.Series) -> NDArray[np.float64]:
    numbers = (
        read_numbers(raw.alias("values")) if raw.dtype == pl.String else raw.cast(pl.Float64, strict=False)
    )
    finite: NDArray[np.float64] = numbers.filter(numbers.is_finite()).to_numpy()
    return finite
