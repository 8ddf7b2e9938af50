"""Largest change of one cell's share."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from barograph.metrics.drift.counts import pair


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
    return float(np.abs(counts.p - counts.q).max())
