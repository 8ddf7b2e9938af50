"""Where a series changes its level: exact penalised segmentation, starts dropped once they can win at no level."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from barograph.errors import DataError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Dropping starts costs more than one look at them, so it waits for several ends.
_PRUNED_EVERY = 4
#: Of the squares of the whole series, what rounding may put a start's cost off by.
_ROUNDED = 1e-12


def change_points(
    series: ArrayLike, *, penalty: float, weights: ArrayLike | None = None, first: int = 1
) -> tuple[int, ...]:
    """Cut a series where its level changes: the cuts of least penalised squared distance.

    Minimises ``Σ_segments Σ_i w_i (y_i − ȳ_segment)² + penalty · cuts`` exactly.

    Parameters
    ----------
    series : array-like of shape (n,)
        Finite values, in order.
    penalty : float
        What a cut costs, in the unit of the weighted squares; 0 or more.
    weights : array-like of shape (n,), optional
        Precisions, more than 0; 1 where not given.
    first : int
        The first value at which a new segment may begin; those before it are one segment.

    Returns
    -------
    tuple of int
        Index of the first value of every segment but the first, rising.

    Raises
    ------
    DataError
        No values, values that are not finite, weights that are not positive, a negative penalty.

    Notes
    -----
    A segment from a start costs ``q(μ)``, a parabola in its level. A later start is cheaper at every level where that
    is above what it begins with, and stays so: a start is kept for the levels at which none has beaten it, and dropped
    when none is left. So the time grows about with the length, also where there is no change. Optimal partitioning:
    Killick, Fearnhead & Eckley, JASA 107 (2012) 1590, arXiv 1101.1438; levels instead of costs: Maidstone, Hocking,
    Rigaill & Fearnhead, Stat. Comput. 27 (2017) 519, arXiv 1409.1842.

    Examples
    --------
    >>> change_points([1.0, 1.2, 0.9, 5.0, 5.1, 4.9], penalty=2.0)
    (3,)
    """
    y = np.asarray(series, dtype=np.float64)
    w = np.ones_like(y) if weights is None else np.asarray(weights, dtype=np.float64)
    _check(y, w, penalty)
    return _traced(_last_starts(_cumulated(y, w), penalty=penalty, first=max(first, 1)))


def _cumulated(y: Floats, w: Floats) -> Floats:
    """Σw, Σwy, Σwy² of the values before each index, shape (3, n + 1)."""
    y = y - np.average(y, weights=w)
    sums = np.zeros((3, len(y) + 1))
    np.cumsum((w, w * y, w * y * y), axis=1, out=sums[:, 1:])
    return sums


#: What is held of a start: its index, Σw and Σwy before it and the least cost up to it; the ends of the levels at which
#: no later start has beaten it; and the ends of those at which an earlier one does.
_AT, _WEIGHT, _VALUE, _BASE, _LOW, _HIGH, _FROM, _TO = range(8)


def _last_starts(sums: Floats, *, penalty: float, first: int) -> Ints:
    """For every end, the start of its last segment in the best cutting up to there."""
    n = sums.shape[1] - 1
    last = np.zeros(n + 1, np.int64)
    starts, held = np.zeros((8, n + 1)), 1
    starts[:, 0] = 0.0, 0.0, 0.0, -penalty, -np.inf, np.inf, np.inf, -np.inf
    rounded = _ROUNDED * (float(sums[2, n]) + penalty)
    for end in range(first, n + 1):
        span = sums[0, end] - starts[_WEIGHT, :held]
        centre = sums[1, end] - starts[_VALUE, :held]
        cost = centre * centre
        cost /= span
        np.subtract(starts[_BASE, :held], cost, out=cost)
        winner = int(cost.argmin())
        best = float(cost[winner]) + penalty
        last[end] = starts[_AT, winner]
        level, reach = centre[winner] / span[winner], (penalty / float(span[winner])) ** 0.5
        if end % _PRUNED_EVERY == 0:
            held = _pruned(starts, held, (centre / span, (best - cost + rounded) / span))
        starts[:, held] = end, *sums[:2, end], best, -np.inf, np.inf, level - reach, level + reach
        held += 1
    return last


def _pruned(starts: Floats, held: int, levels: tuple[Floats, Floats]) -> int:
    """How many starts may still win; those that cannot are dropped.

    Parameters
    ----------
    levels : of each start the middle and the squared half width of the levels at which the next start does not beat it.
    """
    middle, square = levels
    half = np.sqrt(np.maximum(square, 0.0))
    low, high = starts[_LOW, :held], starts[_HIGH, :held]
    np.maximum(low, middle - half, out=low)
    np.minimum(high, middle + half, out=high)
    alive = (square >= 0.0) & (low <= high)
    alive &= (low <= starts[_FROM, :held]) | (high >= starts[_TO, :held])
    kept = np.flatnonzero(alive)
    if len(kept) < held:
        starts[:, : len(kept)] = starts[:, kept]
    return len(kept)


def _traced(last: Ints) -> tuple[int, ...]:
    """From the last segment's start back to the first."""
    cuts = []
    at = int(last[-1])
    while at > 0:
        cuts.append(at)
        at = int(last[at])
    return tuple(reversed(cuts))


def _check(y: Floats, w: Floats, penalty: float) -> None:
    if y.ndim != 1 or len(y) == 0 or not np.isfinite(y).all():
        raise DataError(f"a series of shape {y.shape} cannot be cut; expected one row of finite values")
    if w.shape != y.shape or not (np.isfinite(w) & (w > 0)).all():
        raise DataError(
            f"weights of shape {w.shape} do not fit; expected one above 0 for each of {len(y)} values"
        )
    if not penalty >= 0:
        raise DataError(f"the penalty is {penalty}; expected 0 or more")
