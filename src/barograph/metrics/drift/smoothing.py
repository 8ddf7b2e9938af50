"""Half a row added to every cell, so that logarithms of empty cells exist."""

from __future__ import annotations

from barograph.metrics.drift.counts import Floats, Pair

#: Added to every count of both sides (Jeffreys' prior).
HALF = 0.5


def smoothed(counts: Pair) -> tuple[Floats, Floats]:
    """Shares of both sides with ½ added to every count; cells empty on both sides are left out first.

    Examples
    --------
    >>> from barograph.metrics.drift.counts import pair
    >>> smoothed(pair([3, 0, 0], [1, 2, 0]))
    (array([0.875, 0.125]), array([0.375, 0.625]))
    """
    held = (counts.reference + counts.current) > 0
    a, b = counts.reference[held] + HALF, counts.current[held] + HALF
    return a / a.sum(), b / b.sum()
