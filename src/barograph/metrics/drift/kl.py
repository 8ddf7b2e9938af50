"""Kullback–Leibler divergence."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from barograph.metrics.drift.counts import Floats, pair
from barograph.metrics.drift.smoothing import smoothed


def kl(reference: ArrayLike, current: ArrayLike) -> float:
    """Kullback–Leibler divergence of current from reference ``Σ qᵢ ln(qᵢ/pᵢ)``, ½ added to every count.

    The extra length of messages, in nats a row, when today's rows are written in yesterday's code.

    Parameters
    ----------
    reference, current : array-like of shape (cells,)
        Rows per cell of the test grid; nulls, invalid and unseen values are cells of their own.

    Returns
    -------
    float in [0, ∞); 0 where the shares agree. Not symmetric.

    Raises
    ------
    DataError
        Cells not aligned, or a side without rows.

    Notes
    -----
    Natural logarithm. Cells empty on both sides are left out, then every remaining cell gets ½ on each side,
    so the value is finite. Cost: O(cells). Source: Kullback & Leibler (1951); `scipy.stats.entropy(q, p)`.

    Examples
    --------
    >>> round(kl([50, 30, 20], [30, 30, 40]), 6)
    0.120158
    """
    counts = pair(reference, current)
    return float(kl_each(counts.reference, counts.current))


def kl_each(reference: Floats, current: Floats) -> Floats:
    """`kl` of several pairs of count vectors at once, each along the last axis."""
    p, q = smoothed(reference, current)
    return np.asarray(np.maximum((q * np.log(q / p)).sum(axis=-1), 0.0))
