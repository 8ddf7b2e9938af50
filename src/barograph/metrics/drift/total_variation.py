"""Total variation: the share of rows that would have to move."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from barograph.metrics.drift.counts import Floats, pair, shares


def total_variation(reference: ArrayLike, current: ArrayLike) -> float:
    """Total variation distance ``½ Σ |pᵢ − qᵢ|``: the share of rows that would have to move.

    Parameters
    ----------
    reference, current : array-like of shape (cells,)
        Rows per cell of the test grid; nulls, invalid and unseen values are cells of their own.

    Returns
    -------
    float in [0, 1]; 0 where the shares agree, 1 where they have no cell in common.

    Raises
    ------
    DataError
        Cells not aligned, or a side without rows.

    Notes
    -----
    Empty cells count as shares of 0. Positive by noise alone (see `effect`). Symmetric. Cost: O(cells).
    Source: Levin & Peres, Markov Chains and Mixing Times (2017), §4.1.

    Examples
    --------
    >>> total_variation([40, 25, 20, 10, 5], [32, 25, 20, 15, 8]).__round__(6)
    0.08
    """
    counts = pair(reference, current)
    return float(total_variation_each(counts.reference, counts.current))


def total_variation_each(reference: Floats, current: Floats) -> Floats:
    """`total_variation` of several pairs of count vectors at once, each along the last axis."""
    moved: Floats = 0.5 * np.abs(shares(reference) - shares(current)).sum(axis=-1)
    return moved
