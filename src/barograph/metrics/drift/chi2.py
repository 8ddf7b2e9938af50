"""Two-sample χ² test of homogeneity."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from barograph.metrics.drift.counts import Floats, pair
from barograph.metrics.drift.pooling import pooled
from barograph.metrics.drift.results import Tested
from barograph.metrics.drift.unseen import Mask


def chi2(reference: ArrayLike, current: ArrayLike, *, unseen: Mask | None = None, ordered: int = 0) -> Tested:
    """Two-sample χ² of "both sides are draws from one distribution over the cells".

    ``Σ (O − E)²/E`` over the 2 × cells table, ``E = row total · cell total / N``. Both sides are samples.

    Parameters
    ----------
    reference, current : array-like of shape (cells,)
        Rows per cell of the test grid; nulls, invalid and unseen values are cells of their own.
    unseen : ndarray of bool of shape (cells,), optional
        Cells of values the reference has none of; they are pooled (see `pooled`).
    ordered : int
        The first so many cells are ranges in order, pooled with their neighbours.

    Returns
    -------
    Tested
        Statistic in [0, ∞), 0 where the shares agree; degrees of freedom = cells after pooling − 1.
        With a single cell left: statistic 0, p-value 1.

    Raises
    ------
    DataError
        Cells not aligned, or a side without rows.

    Notes
    -----
    Cells expected to hold fewer than 5 rows on either side are pooled. Cost: O(cells).
    Source: Pearson (1900); `scipy.stats.chi2_contingency` without correction.

    Examples
    --------
    >>> result = chi2([10, 10, 20], [20, 20, 20])
    >>> round(result.statistic, 4), round(result.p_value, 4)
    (2.7778, 0.2494)
    """
    return tested_on_pooled(pooled(pair(reference, current), unseen=unseen, ordered=ordered), chi2_statistic)


def tested_on_pooled(cells: tuple[Floats, Floats], statistic: Callable[[Floats, Floats], float]) -> Tested:
    """A statistic of the pooled cells against χ² with as many degrees of freedom as there are cells, less one."""
    from scipy.special import chdtrc

    a, b = cells
    if len(a) < 2:
        return Tested(statistic=0.0, p_value=1.0, degrees_of_freedom=0.0)
    found, freedom = statistic(a, b), len(a) - 1
    return Tested(statistic=found, p_value=float(chdtrc(freedom, found)), degrees_of_freedom=float(freedom))


def chi2_statistic(reference: Floats, current: Floats) -> float:
    """Σ (O − E)²/E of two count vectors without empty cells.

    Written as ``nm Σ (p − q)² / (a + b)``, which is the same and needs no table.

    Examples
    --------
    >>> chi2_statistic(np.array([10.0, 10.0]), np.array([10.0, 30.0])).__round__(4)
    3.75
    """
    n, m = float(reference.sum()), float(current.sum())
    difference = reference / n - current / m
    return float(n * m * np.sum(difference * difference / (reference + current)))
