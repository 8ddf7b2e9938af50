"""Largest change of one cell's share."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from barograph.metrics.drift.counts import Floats, pair, shares
from barograph.metrics.intervals import difference_interval, wilson
from barograph.metrics.values import Value


def l_infinity(reference: ArrayLike, current: ArrayLike) -> float:
    """L-infinity distance ``max |pᵢ − qᵢ|``: the largest change of one cell's share.

    Parameters
    ----------
    reference, current : array-like of shape (cells,)
        Rows per cell of the test grid; nulls, invalid and unseen values are cells of their own.

    Returns
    -------
    float in [0, 1]; 0 where the shares agree.

    Raises
    ------
    DataError
        Cells not aligned, or a side without rows.

    Notes
    -----
    Empty cells count as shares of 0. Symmetric. Cost: O(cells).
    Source: Chebyshev distance, `scipy.spatial.distance.chebyshev`.

    Examples
    --------
    >>> round(l_infinity([50, 30, 20], [30, 30, 40]), 6)
    0.2
    """
    counts = pair(reference, current)
    return float(l_infinity_each(counts.reference, counts.current))


def l_infinity_each(reference: Floats, current: Floats) -> Floats:
    """`l_infinity` of several pairs of count vectors at once, each along the last axis."""
    return np.asarray(np.abs(shares(reference) - shares(current)).max(axis=-1))


def largest_possible(reference: Floats, current: Floats) -> float:
    """Upper 97.5 % limit of the largest change: the largest of the cells' own, each by Newcombe's method 10.

    The cell that changed most need not be the one that changed most in the sample.

    Examples
    --------
    >>> round(largest_possible(np.array([50.0, 30.0, 20.0]), np.array([30.0, 30.0, 40.0])), 4)
    0.3258
    """
    sides = [[_share(rows, counts.sum()) for rows in counts.tolist()] for counts in (reference, current)]
    changes = [difference_interval(a, b) for a, b in zip(*sides, strict=True)]
    return float(max((max(-ends[0], ends[1]) for ends in changes if ends is not None), default=0.0))


def _share(rows: float, total: float) -> Value:
    return Value(value=rows / total, n=round(rows), interval=wilson(rows, total))
