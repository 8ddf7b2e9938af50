"""Whether a figure lies beyond a limit by more than chance."""

from __future__ import annotations

import math
from typing import Final

from barograph.checks.condition import Limit
from barograph.checks.expression import value_of
from barograph.checks.widened import widened
from barograph.metrics.address import Address
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Value

_P_VALUE: Final = "drift.p_value"


def is_distance(spec: MetricSpec) -> bool:
    """Whether a metric is a distance from the reference.

    Of unchanged rows it is above 0, by how much depends on their number. Its interval says how large the distance
    is; whether there is one at all, `drift.p_value` knows better.

    Examples
    --------
    >>> from barograph.metrics.registry import metric
    >>> is_distance(metric("drift.psi")), is_distance(metric("drift.share"))
    (True, False)
    """
    return spec.scope == "drift" and spec.range[0] == 0.0 and spec.name != _P_VALUE


def p_value_of(address: Address) -> Address:
    """The address of the p-value that goes with a distance.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> str(p_value_of(parse_address('drift.psi(column="x", segment="a=1")')))
    'drift.p_value(column="x", segment="a=1")'
    """
    return Address(_P_VALUE, tuple((n, v) for n, v in address.arguments if n in ("column", "segment")))


def is_beyond(broken: Limit, spec: MetricSpec, figures: tuple[Value | None, Value], level: float) -> bool:
    """Whether the interval of the figure's distance from the limit leaves out 0.

    MOVER: the distances of the facing ends, of the figure and of the limit, added as squares. A limit
    without `reference` has no interval of its own.
    """
    reference, current = figures
    low, high = widened(current, spec, level)
    ends = (math.nan,) if reference is None else widened(reference, spec, level)
    limit = value_of(broken.expression, math.nan if reference is None else reference.value)
    limits = [limit, *(value_of(broken.expression, end) for end in ends)]
    above = current.value > limit
    near, far = (low, max(limits)) if above else (high, min(limits))
    spread = math.hypot(current.value - near, far - limit)
    return spread == 0.0 or abs(current.value - limit) > spread
