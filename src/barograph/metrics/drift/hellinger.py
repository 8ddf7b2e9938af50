"""Hellinger distance."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from barograph.metrics.drift.counts import Floats, pair, shares


def hellinger(reference: ArrayLike, current: ArrayLike) -> float:
    """Hellinger distance ``√(1 − Σ √(pᵢ qᵢ))``.

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
    Computed as ``√(½ Σ (√pᵢ − √qᵢ)²)``, the same without cancellation. An empty cell counts as a share of 0.
    Symmetric. Cost: O(cells). Source: Hellinger (1909); Le Cam & Yang, Asymptotics in Statistics (2000), §3.

    Examples
    --------
    >>> round(hellinger([50, 30, 20], [30, 30, 40]), 6)
    0.172797
    """
    counts = pair(reference, current)
    return float(hellinger_each(counts.reference, counts.current))


def hellinger_each(reference: Floats, current: Floats) -> Floats:
    """`hellinger` of several pairs of count vectors at once, each along the last axis."""
    difference = np.sqrt(shares(reference)) - np.sqrt(shares(current))
    return np.asarray(np.minimum(np.sqrt(0.5 * (difference * difference).sum(axis=-1)), 1.0))
