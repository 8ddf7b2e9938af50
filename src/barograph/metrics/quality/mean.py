"""Mean and standard deviation, from exact sums."""

from __future__ import annotations

import math

from barograph.locale.said import say
from barograph.metrics.intervals import Interval
from barograph.metrics.mean_intervals import RawMoments, skewed_interval
from barograph.metrics.quality.finite import finite_cells
from barograph.metrics.quality.share import effective_part, valued
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined, Value
from barograph.metrics.views import ColumnView, Moments


def mean(view: ColumnView) -> Result:
    """Mean of the finite values, in the column's unit.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import column_of
    >>> mean(column_of([1.0, 2.0, None, 6.0])).value
    3.0
    """
    found = view.moments()
    if isinstance(found, Undefined):
        return found
    low, high = float(view.sums.minimum[0]), float(view.sums.maximum[0])
    value = min(max(found.mean, low), high)
    return Value(value=value, n=_rows(view), interval=_mean_interval(view, found, value))


def standard_deviation(view: ColumnView) -> Result:
    """Standard deviation of the finite values with divisor n, in the column's unit; 0 where constant.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import column_of
    >>> standard_deviation(column_of([1.0, 3.0])).value
    1.0
    """
    found = view.moments()
    if isinstance(found, Undefined):
        return found
    if _rows(view) < 2:
        return Undefined(reason="too_few_rows", detail=say("a spread needs two finite values; there is one"))
    if found.variance is None:
        detail = say("squares of {column} are beyond the largest number", column=repr(view.column.name))
        return Undefined(reason="overflow", detail=detail)
    return Value(value=_deviation(view, found.variance), n=_rows(view))


def _deviation(view: ColumnView, variance: float) -> float:
    """Root of the variance, held to what the extremes allow, which is 0 where there is one value."""
    return min(math.sqrt(variance), float(view.sums.maximum[0]) / 2 - float(view.sums.minimum[0]) / 2)


def _mean_interval(view: ColumnView, found: Moments, value: float) -> Interval | None:
    """Hall's interval; skewness and kurtosis are those of the cells, whose widths hardly matter to them."""
    effective = effective_part(view, _rows(view))
    cells = finite_cells(view)
    if effective < 2.0 or found.variance is None or isinstance(cells, Undefined):
        return None
    sd = _deviation(view, found.variance)
    if sd <= 0.0:
        return value, value
    z = (cells.first / 2.0 + cells.last / 2.0 - value) / sd
    weight = cells.weights.sum()
    third, fourth = (float((cells.weights * z**power).sum() / weight) for power in (3, 4))
    ends = skewed_interval(RawMoments(first=0.0, second=1.0, third=third, fourth=fourth), effective)
    limits = None if ends is None else (value + sd * ends[0], value + sd * ends[1])
    return limits if limits is not None and all(math.isfinite(end) for end in limits) else None


def _rows(view: ColumnView) -> int:
    return int(view.counts[valued(view)].sum())


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="quality.mean", title="Mean", scope="column", applies_to=("numeric", "text"), compute=mean, unit="column",
        definition="Σ w·x/Σ w over the finite values (of a text column: lengths in characters), from integer sums: "
        "exact to 2⁻⁵¹ of the reference's scale a row, whatever their order. Undefined where a value is so large "
        "that sums overflow. Interval: Hall's for skewed rows over Kish's effective rows, skewness and "
        "kurtosis from the cells; none below two.",
        misleads="One far value moves it; the median stays. The interval trusts rows to be independent draws.",
        source="numpy.average; Hall, J. R. Stat. Soc. B 54 (1992) 221; Kish, Survey Sampling (1965)",
    ),
    MetricSpec(
        name="quality.standard_deviation", title="Standard deviation", scope="column", applies_to=("numeric", "text"),
        compute=standard_deviation, unit="column", range=(0.0, None), minimum_rows=2,
        definition="√(Σ w(x − x̄)²/Σ w) over the finite values (of a text column: lengths in characters), divisor n, "
        "from integer sums. Undefined where squares overflow. No interval.",
        misleads="Far values dominate it; half the distance of two quantiles is steadier. pandas divides by n − 1.",
        source="numpy.std",
    ),
)  # fmt: skip
