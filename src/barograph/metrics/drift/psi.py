"""Population stability index."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from barograph.metrics.drift.counts import Floats, pair
from barograph.metrics.drift.smoothing import smoothed


def psi(reference: ArrayLike, current: ArrayLike) -> float:
    """Population stability index ``Σ (qᵢ − pᵢ) ln(qᵢ/pᵢ)``, ½ added to every count of both sides.

    Parameters
    ----------
    reference, current : array-like of shape (cells,)
        Rows per cell of the test grid; nulls, invalid and unseen values are cells of their own.

    Returns
    -------
    float in [0, ∞); 0 where the shares agree. No upper limit, so no fixed one means "drift":
        with no change E[PSI] ≈ (cells − 1)(1/n + 1/m).

    Raises
    ------
    DataError
        Cells not aligned, or a side without rows.

    Notes
    -----
    Natural logarithm. Cells empty on both sides are left out, then every remaining cell gets ½ on each side.
    Symmetric. Cost: O(cells). Source: Kullback & Leibler (1951), Jeffreys' divergence J; Siddiqi, Credit Risk
    Scorecards (2006), for the name.

    Examples
    --------
    >>> round(psi([50, 30, 20], [30, 30, 40]), 6)
    0.233522
    """
    counts = pair(reference, current)
    return float(psi_each(counts.reference, counts.current))


def psi_each(reference: Floats, current: Floats) -> Floats:
    """`psi` of several pairs of count vectors at once, each along the last axis."""
    p, q = smoothed(reference, current)
    return np.asarray(((q - p) * np.log(q / p)).sum(axis=-1))
