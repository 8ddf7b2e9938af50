"""Cramér's V between side and cell."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from barograph.metrics.drift.counts import Floats, pair, shares


def cramers_v(reference: ArrayLike, current: ArrayLike) -> float:
    """Cramér's V of the 2 × cells table: ``√(χ² / N)``, the association of side and cell.

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
    χ² without pooling or correction; cells empty on both sides are left out. Positive by noise alone, and
    smaller where one side has few rows. Symmetric. Cost: O(cells).
    Source: Cramér (1946); `scipy.stats.contingency.association(method="cramer")`.

    Examples
    --------
    >>> round(cramers_v([10, 10, 20], [20, 20, 20]), 4)
    0.1667
    """
    counts = pair(reference, current)
    return float(cramers_v_each(counts.reference, counts.current))


def cramers_v_each(reference: Floats, current: Floats) -> Floats:
    """`cramers_v` of several pairs of count vectors at once, each along the last axis."""
    n, m = (side.sum(axis=-1, keepdims=True) for side in (reference, current))
    both, difference = reference + current, shares(reference) - shares(current)
    # χ² as nm Σ (p − q)²/(a + b); a cell without a row adds nothing.
    terms = np.divide(difference * difference, both, out=np.zeros_like(both), where=both > 0)
    chi2 = (n * m / (n + m) * terms).sum(axis=-1)
    return np.asarray(np.minimum(np.sqrt(chi2), 1.0))
