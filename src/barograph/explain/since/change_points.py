"""Where a series changes its level: exact penalised segmentation with pruning (PELT)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from barograph.errors import DataError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Dropping starts costs more than one look at them, so it waits for several ends.
_PRUNED_EVERY = 8


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
    A start that already costs more than the best end can win no later and is dropped, so the time grows with the
    length where changes are spread over it, and with its square, about 3 ns a pair, where there is none.
    Source: Killick, Fearnhead & Eckley, JASA 107 (2012) 1590, arXiv 1101.1438.

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


def _last_starts(sums: Floats, *, penalty: float, first: int) -> Ints:
    """For every end, the start of its last segment in the best cutting up to there."""
    n = sums.shape[1] - 1
    # Of the starts still held: Σw, Σwy, and the best cost up to there less Σwy².
    weight, value, base = np.zeros(n + 1), np.zeros(n + 1), np.zeros(n + 1)
    start, last = np.zeros(n + 1, np.int64), np.zeros(n + 1, np.int64)
    base[0], held = -penalty, 1
    for end in range(first, n + 1):
        distance = sums[1, end] - value[:held]
        distance *= distance
        distance /= sums[0, end] - weight[:held]
        cost = base[:held] - distance
        winner = int(cost.argmin())
        best = float(cost[winner]) + penalty
        last[end] = start[winner]
        if end % _PRUNED_EVERY == 0:
            kept = np.flatnonzero(cost <= best)
            for array in (weight, value, base, start):
                array[: len(kept)] = array[kept]
            held = len(kept)
        weight[held], value[held], base[held], start[held] = sums[0, end], sums[1, end], best, end
        held += 1
    return last


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
