"""Totals and means per row."""

from __future__ import annotations

from barograph.metrics.custom.average import average
from barograph.metrics.performance.figures import figure
from barograph.metrics.values import Result, Undefined
from barograph.profile.value import Profile
from barograph.schema.custom.model import CustomMetric


def total(cell: Profile, *, metric: CustomMetric) -> Result:
    """Sum over all rows that the logged ones stand for; the interval takes their number as given.

    Examples
    --------
    >>> from barograph.metrics.custom.arrays import profile_of
    >>> rows = profile_of({"x": [1.0, 2.0, None, 6.0]}, {"lost": {"sum": "x"}}, fraction=0.5)
    >>> total(rows, metric=rows.schema.metrics[0]).value
    18.0
    """
    found = average(cell, metric)
    if isinstance(found, Undefined):
        return found
    ends = found.mean.interval
    interval = None if ends is None else (ends[0] * found.weight, ends[1] * found.weight)
    return figure(found.mean.value * found.weight, found.mean.n, interval)


def per_row(cell: Profile, *, metric: CustomMetric) -> Result:
    """Mean over the rows that give a number.

    Examples
    --------
    >>> from barograph.metrics.custom.arrays import profile_of
    >>> rows = profile_of({"x": [1.0, 2.0, None, 6.0]}, {"lost": {"sum": "x", "per": "row"}})
    >>> per_row(rows, metric=rows.schema.metrics[0]).value
    3.0
    """
    found = average(cell, metric)
    return found if isinstance(found, Undefined) else found.mean
