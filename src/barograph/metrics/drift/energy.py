"""Energy distance on bins."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from barograph.errors import DataError
from barograph.metrics.drift.cdf import OrderedCells, differences
from barograph.metrics.drift.counts import pair


def energy(
    reference: ArrayLike, current: ArrayLike, *, cells: OrderedCells, reference_sd: float = 1.0
) -> float:
    """Energy distance ``√(2 ∫ (F − G)² dx / reference sd)``.

    Parameters
    ----------
    reference, current : array-like of shape (cells,)
        Rows per ordered cell of the full grid, cells beyond the range included; nulls are left out.
    cells : OrderedCells
        Lower and upper edge of every cell, and the mean of each side's values in the cells beyond the range.
    reference_sd : float
        Standard deviation of the reference, greater than 0; 1 gives SciPy's value.

    Returns
    -------
    float in [0, ∞); 0 where the distributions agree.

    Raises
    ------
    DataError
        Cells not aligned, a side without rows, or a standard deviation that is not positive.

    Notes
    -----
    On bins as in `wasserstein`. Symmetric but for the norm. Cost: O(cells log cells).
    Source: Székely & Rizzo (2013); `scipy.stats.energy_distance`.

    Examples
    --------
    >>> edges = OrderedCells(lower=np.array([0.0, 5.0]), upper=np.array([0.0, 5.0]))
    >>> round(energy([1, 0], [0, 1], cells=edges), 4)
    3.1623
    """
    if not reference_sd > 0:
        raise DataError(
            f"the reference's standard deviation is {reference_sd}; expected more than 0 (constant column?)"
        )
    width, left, right = differences(pair(reference, current), cells)
    squared = (left * left + left * right + right * right) / 3.0
    return float(np.sqrt(2.0 * np.sum(width / reference_sd * squared)))
