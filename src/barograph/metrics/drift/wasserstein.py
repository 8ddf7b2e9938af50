"""Wasserstein distance on bins."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from barograph.errors import DataError
from barograph.metrics.drift.cdf import OrderedCells, differences
from barograph.metrics.drift.counts import pair


def wasserstein(
    reference: ArrayLike, current: ArrayLike, *, cells: OrderedCells, reference_sd: float = 1.0
) -> float:
    """First Wasserstein distance ``∫ |F − G| dx / reference sd``: how far values moved, in reference sds.

    Parameters
    ----------
    reference, current : array-like of shape (cells,)
        Rows per ordered cell of the full grid, cells beyond the range included; nulls are left out.
    cells : OrderedCells
        Lower and upper edge of every cell, and the mean of each side's values in the cells beyond the range.
    reference_sd : float
        Standard deviation of the reference, greater than 0; 1 gives the distance in the column's unit.

    Returns
    -------
    float in [0, ∞); 0 where the distributions agree.

    Raises
    ------
    DataError
        Cells not aligned, a side without rows, or a standard deviation that is not positive.

    Notes
    -----
    Rows are uniform inside a bin, so the error against the rows is at most the mean bin width; cells of one
    value [v, nextafter v) have no width, and cells beyond the range lie at their values' mean. Symmetric but
    for the norm. Cost: O(cells log cells). Source: Vallender (1974); `scipy.stats.wasserstein_distance`.

    Examples
    --------
    >>> edges = OrderedCells(lower=np.array([0.0, 1.0, 2.0]), upper=np.array([1.0, 2.0, 3.0]))
    >>> wasserstein([10, 10, 0], [0, 10, 10], cells=edges)
    1.0
    """
    if not reference_sd > 0:
        raise DataError(
            f"the reference's standard deviation is {reference_sd}; expected more than 0 (constant column?)"
        )
    width, left, right = differences(pair(reference, current), cells)
    size = np.abs(left) + np.abs(right)
    crossing = left * right < 0
    trapezoid = size / 2.0
    crossed = (left * left + right * right) / np.where(crossing, 2.0 * size, 1.0)
    return float(np.sum(width / reference_sd * np.where(crossing, crossed, trapezoid)))
