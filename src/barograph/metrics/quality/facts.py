"""Zeros, negative numbers, and numbers outside the range the schema declares."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from barograph.locale.said import say, word
from barograph.metrics.quality.finite import bounds
from barograph.metrics.quality.share import share, valued
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined
from barograph.metrics.views import ColumnView
from barograph.profile.columns import FACTS
from barograph.profile.grid import NumericGrid

Mask = NDArray[np.bool_]


def zero_share(view: ColumnView) -> Result:
    """Share of the finite values that are 0.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import column_of
    >>> zero_share(column_of([0.0, -0.0, 3.0, 4.0])).value
    0.5
    """
    return _fact_share(view, "zeros", (0.0, 0.0), outside=False)


def negative_share(view: ColumnView) -> Result:
    """Share of the finite values that are below 0.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import column_of
    >>> negative_share(column_of([-1.0, -0.0, 3.0, 4.0])).value
    0.25
    """
    return _fact_share(view, "negatives", (0.0, np.inf), outside=True)


def out_of_range_share(view: ColumnView) -> Result:
    """Share of the finite values outside the schema's inclusive `range`; 0 is best.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import column_of
    >>> out_of_range_share(column_of([-1.0, 0.0, 30.0, 140.0], limits=(0.0, 120.0))).value
    0.5
    """
    low, high = view.column.range or (None, None)
    if low is None and high is None:
        detail = say("the schema declares no range for {column}", column=repr(view.column.name))
        return Undefined(reason="not_applicable", detail=detail)
    limits = (-np.inf if low is None else low, np.inf if high is None else high)
    return _fact_share(view, "out_of_range", limits, outside=True)


def _fact_share(view: ColumnView, fact: str, limits: tuple[float, float], *, outside: bool) -> Result:
    if not isinstance(view.grid, NumericGrid):
        return Undefined(
            reason="not_applicable",
            detail=say("{column} is {kind}", column=repr(view.column.name), kind=word(view.column.kind)),
        )
    rows = int(view.sums.facts[0, FACTS.index(fact)])
    whole = valued(view)
    if view.sums.weighted is None:
        return share(view, float(rows), whole)
    certain, possible = _codes(view.grid, limits, outside=outside)
    counts, weights = view.counts[whole], view.weights[whole]
    # Facts are counted without weights: where a bin holds rows of both sorts, its weight is divided evenly.
    left, divided = rows - int(counts[certain].sum()), int(counts[possible].sum())
    part = float(weights[certain].sum()) + float(weights[possible].sum()) * (
        left / divided if divided else 0.0
    )
    return share(view, part, whole)


def _codes(grid: NumericGrid, limits: tuple[float, float], *, outside: bool) -> tuple[Mask, Mask]:
    """Codes whose values all lie within (or outside) the limits, and those of which some may."""
    first, last = bounds(grid)
    low, high = limits
    within: Mask = (first >= low) & (last <= high)
    apart: Mask = (last < low) | (first > high)
    return (apart, ~apart & ~within) if outside else (within, ~apart & ~within)


_EVEN = (
    "Where rows have weights, a bin that holds rows of both sorts divides its weight evenly among them. "
    "Interval: Wilson's."
)

METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="quality.zero_share", title="Zeros", scope="column", applies_to=("numeric",), compute=zero_share,
        unit="share of values", range=(0.0, 1.0),
        definition=f"Values equal to 0, −0 among them, over all finite values. {_EVEN}",
        misleads="In a column of counts zeros are the usual case; look at the change.",
        source="Elementary; Wilson (1927)",
    ),
    MetricSpec(
        name="quality.negative_share", title="Negative values", scope="column", applies_to=("numeric",),
        compute=negative_share, unit="share of values", range=(0.0, 1.0),
        definition=f"Values below 0 over all finite values. {_EVEN}",
        misleads="For a quantity that has both signs it says only where the middle lies.",
        source="Elementary; Wilson (1927)",
    ),
    MetricSpec(
        name="quality.out_of_range_share", title="Values outside the declared range", scope="column",
        applies_to=("numeric",), compute=out_of_range_share, direction="lower_is_better", unit="share of values",
        range=(0.0, 1.0),
        definition="Values below the lower or above the upper limit of the schema's `range`, both limits allowed, "
        f"over all finite values; undefined where the schema declares none. {_EVEN}",
        misleads="It judges by what someone wrote in the schema; `quality.beyond_range_share` by what was seen.",
        source="Elementary; Wilson (1927)",
    ),
)  # fmt: skip
