"""Jensen–Shannon distance."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from barograph.metrics.drift.counts import Floats, pair, shares


def jensen_shannon(reference: ArrayLike, current: ArrayLike) -> float:
    """Jensen–Shannon distance ``√(½ Σ pᵢ log₂(pᵢ/mᵢ) + ½ Σ qᵢ log₂(qᵢ/mᵢ))`` with m = (p + q)/2.

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
    Base 2, square root taken. An empty cell adds 0 (0 log 0 = 0). Symmetric. Cost: O(cells).
    Source: Lin (1991), IEEE Trans. Inf. Theory 37; `scipy.spatial.distance.jensenshannon(p, q, base=2)`.

    Examples
    --------
    >>> round(jensen_shannon([50, 30, 20], [30, 30, 40]), 6)
    0.206731
    """
    counts = pair(reference, current)
    return float(jensen_shannon_each(counts.reference, counts.current))


def jensen_shannon_each(reference: Floats, current: Floats) -> Floats:
    """`jensen_shannon` of several pairs of count vectors at once, each along the last axis."""
    from scipy.special import rel_entr

    p, q = shares(reference), shares(current)
    middle = (p + q) / 2.0
    divergence = (rel_entr(p, middle) + rel_entr(q, middle)).sum(axis=-1) / (2.0 * np.log(2.0))
    return np.asarray(np.sqrt(np.clip(divergence, 0.0, 1.0)))
