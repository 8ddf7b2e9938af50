"""A figure with its interval, unless it is beyond the largest number."""

from __future__ import annotations

import math

from barograph.locale.said import say
from barograph.metrics.values import Result, Undefined, Value


def figure(value: float, n: int, interval: tuple[float, float] | None = None) -> Result:
    """The figure; an interval that is not finite is none.

    Examples
    --------
    >>> figure(1.0, 3, (0.5, float("inf"))).interval is None
    True
    """
    if not math.isfinite(value):
        return Undefined(reason="overflow", detail=say("the figure is beyond the largest number"))
    if interval is None or not all(map(math.isfinite, interval)):
        return Value(value=value, n=n)
    # A figure at an end of its interval may be rounded past it.
    return Value(value=value, n=n, interval=(min(interval[0], value), max(interval[1], value)))
