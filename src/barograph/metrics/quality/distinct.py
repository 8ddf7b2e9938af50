"""How many different values a column holds."""

from __future__ import annotations

import numpy as np

from barograph.metrics.intervals import Z
from barograph.metrics.quality.share import nothing, valued
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined, Value
from barograph.metrics.views import ColumnView
from barograph.profile.grid import NumericGrid
from barograph.profile.sketch import DISTINCT_ERROR, distinct


def distinct_count(view: ColumnView) -> Result:
    """Number of different values, exact where every row lies in a cell of one value.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import column_of
    >>> distinct_count(column_of(["a", "b", "a", None], kind="categorical")).value
    2.0
    """
    rows = int(view.counts[valued(view)].sum())
    if rows == 0:
        return nothing(view)
    fewest, exact = _cells_held(view)
    if exact:
        return Value(value=float(fewest), n=rows)
    estimate = distinct(view.sums.sketch[0])
    ends = (estimate, estimate / (1 + Z * DISTINCT_ERROR), estimate / (1 - Z * DISTINCT_ERROR))
    value, low, high = (float(min(max(round(end), fewest), rows)) for end in ends)
    return Value(value=value, n=rows, interval=(low, high))


def distinct_share(view: ColumnView) -> Result:
    """Different values per logged value, in (0, 1]; 1 where no value repeats.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import column_of
    >>> distinct_share(column_of([1.0, 1.0, 2.0, 2.0])).value
    0.5
    """
    found = distinct_count(view)
    if isinstance(found, Undefined):
        return found
    ends = None if found.interval is None else (found.interval[0] / found.n, found.interval[1] / found.n)
    return Value(value=found.value / found.n, n=found.n, interval=ends)


def _cells_held(view: ColumnView) -> tuple[int, bool]:
    """Cells that hold a value, and whether each of them can hold one value only."""
    grid, codes = view.grid, np.flatnonzero(valued(view))
    held = codes[view.counts[codes] > 0]
    if isinstance(grid, NumericGrid) and view.sums.minimum[0] == view.sums.maximum[0]:
        return 1, True
    return len(held), bool(grid.exact[held].all())


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="quality.distinct_count", title="Distinct values", scope="column",
        applies_to=("numeric", "categorical", "datetime"), compute=distinct_count, unit="values", range=(0.0, None),
        definition="Different finite values or categories; nulls, NaN, infinities and mismatches are none. Exact, "
        "without an interval, where each row lies in a bin of one value or a named category; else HyperLogLog with "
        "256 registers, rounded, its interval from the relative standard error of 6.5 %.",
        misleads="It grows with the number of rows; compare windows of like size.",
        source="Flajolet et al. (2007); Ertl (2017), arXiv 1702.01284",
    ),
    MetricSpec(
        name="quality.distinct_share", title="Distinct values per value", scope="column",
        applies_to=("numeric", "categorical", "datetime"), compute=distinct_share, unit="share of values",
        range=(0.0, 1.0),
        definition="`quality.distinct_count` over the logged rows that hold a value, whatever their weight.",
        misleads="It falls as rows are added; near 1 it marks an identifier, which no distribution describes.",
        source="Flajolet et al. (2007); Ertl (2017), arXiv 1702.01284",
    ),
)  # fmt: skip
