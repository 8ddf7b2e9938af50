"""The smallest change that matters, where a monitor does not say."""

from __future__ import annotations

from typing import Final

from barograph.metrics.spec import MetricSpec

#: Of total variation and of shares; of what cannot be below 0, relative.
MATTERS: Final = 0.005
_MATTERS_RELATIVE: Final = 0.02


def smallest_change(spec: MetricSpec, expected: float) -> float:
    """.005 of a share, 2 % of what is expected of a metric that cannot be below 0, else none.

    Source: design/003.

    Examples
    --------
    >>> from barograph.metrics.registry import metric
    >>> smallest_change(metric("quality.null_share"), 0.2), smallest_change(metric("performance.mae"), 50.0)
    (0.005, 1.0)
    """
    if spec.range == (0.0, 1.0):
        return MATTERS
    return _MATTERS_RELATIVE * abs(expected) if spec.range == (0.0, None) else 0.0
