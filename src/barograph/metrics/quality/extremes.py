"""Smallest and largest value."""

from __future__ import annotations

import math

from barograph.metrics.quality.share import nothing, valued
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Value
from barograph.metrics.views import ColumnView


def minimum(view: ColumnView) -> Result:
    """Smallest finite value, in the column's unit; times in microseconds since 1970, UTC.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import column_of
    >>> minimum(column_of([3.0, -1.5, float("-inf")])).value
    -1.5
    """
    return _extreme(view, float(view.sums.minimum[0]))


def maximum(view: ColumnView) -> Result:
    """Largest finite value, in the column's unit; times in microseconds since 1970, UTC.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import column_of
    >>> maximum(column_of([3.0, -1.5, float("inf")])).value
    3.0
    """
    return _extreme(view, float(view.sums.maximum[0]))


def _extreme(view: ColumnView, value: float) -> Result:
    return (
        Value(value=value, n=int(view.counts[valued(view)].sum())) if math.isfinite(value) else nothing(view)
    )


_KINDS = ("numeric", "datetime", "text")
_OF = (
    "of the finite values, whatever their weight (of a text column: lengths in characters; of times: microseconds "
    "since 1970-01-01 UTC); nulls, NaN and infinities are left out. No interval."
)
_MISLEADS = "One row decides it, and it moves outwards as rows are added; compare windows of like size."

METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="quality.minimum", title="Smallest value", scope="column", applies_to=_KINDS, compute=minimum,
        unit="column", definition=f"The smallest {_OF}", misleads=_MISLEADS, source="numpy.min",
    ),
    MetricSpec(
        name="quality.maximum", title="Largest value", scope="column", applies_to=_KINDS, compute=maximum,
        unit="column", definition=f"The largest {_OF}", misleads=_MISLEADS, source="numpy.max",
    ),
)  # fmt: skip
