"""Cramér's V between side and cell."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from barograph.metrics.drift.chi2 import chi2_statistic
from barograph.metrics.drift.counts import pair


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
    held = (counts.reference + counts.current) > 0
    total = counts.n_reference + counts.n_current
    return float(min(np.sqrt(chi2_statistic(counts.reference[held], counts.current[held]) / total), 1.0))
