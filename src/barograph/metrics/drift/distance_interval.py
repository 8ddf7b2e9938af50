"""95 % interval of a distance between two count vectors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from barograph.metrics.drift.counts import Floats, shares
from barograph.metrics.intervals import Interval

#: A distance of several pairs of count vectors at once, along the last axis.
Distances = Callable[[Floats, Floats], Floats]

_DRAWS: Final = 300
_STEPS: Final = 10
#: True differences looked at are at most so many times those seen.
_LARGEST: Final = 4.0


def distance_interval(
    distance: Distances, reference: Floats, current: Floats, *, rng: np.random.Generator
) -> Interval:
    """Distances under which the one seen is no outlier.

    A distance of two samples is too large on average, the more so the fewer rows there are, and a bootstrap
    repeats that on top. So the differences seen, times t, are taken for the true ones, noise as of multinomial
    draws from the shares of both sides together is added, and the interval ends where the distance seen is the
    97.5 % or the 2.5 % quantile.

    Parameters
    ----------
    reference, current : rows per cell, shape (cells,); cells empty on both sides left out.
    rng : for 300 draws of each side.

    Notes
    -----
    Cost: O(cells · 6,000), 3 ms for 20 cells. Coverage: benchmarks/RESULTS.md. Source: inversion of a test
    along one line of alternatives, DiCiccio & Romano, Int. Stat. Rev. 58 (1990) 59.

    Examples
    --------
    >>> from barograph.metrics.drift.total_variation import total_variation_each
    >>> sides = np.array([500.0, 300.0, 200.0]), np.array([450.0, 300.0, 250.0])
    >>> low, high = distance_interval(total_variation_each, *sides, rng=np.random.default_rng(0))
    >>> low < 0.05 < high
    True
    """
    sides = shares(reference), shares(current)
    rows = reference.sum(), current.sum()
    whole = [max(round(float(n)), 1) for n in rows]
    middle = shares(reference + current)
    noise = [rng.multinomial(k, middle, _DRAWS) / k - middle for k in whole]

    def at(t: float, drawn: bool) -> Floats:
        """The distance where the differences seen, times t, are the true ones; with or without noise."""
        moved = []
        for n, p, e in zip(rows, sides, noise, strict=True):
            true = np.maximum(middle + t * (p - middle), 0.0)
            moved.append(n * np.maximum(true + e, 0.0) if drawn else n * true)
        return distance(moved[0], moved[1])

    seen = float(distance(reference, current))
    ends = []
    for level in (0.975, 0.025):
        low, high = 0.0, _LARGEST
        for _ in range(_STEPS):
            t = (low + high) / 2.0
            low, high = (t, high) if float(np.quantile(at(t, True), level)) < seen else (low, t)
        ends.append(float(at(low if level > 0.5 else high, False)))
    return min(ends[0], seen), max(ends[1], seen)
