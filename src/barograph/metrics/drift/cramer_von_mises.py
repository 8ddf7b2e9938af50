"""Two-sample Cramér–von Mises test on bins."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from barograph.metrics.drift.counts import Floats, pair
from barograph.metrics.drift.results import Tested

#: Beyond it the limit's tail, about exp(−π²x/2), is below what 1 − P can show.
_FAR = 8.0
#: Terms of the limit's series, enough up to `_FAR`.
_TERMS = 24


def cramer_von_mises(reference: ArrayLike, current: ArrayLike) -> Tested:
    """Two-sample Cramér–von Mises T: squared distance of the distribution functions over the joint ranks.

    ``U/(nm(n+m)) − (4nm − 1)/(6(n+m))`` with ``U = n Σ (rᵢ − i)² + m Σ (sⱼ − j)²``, r and s mid-ranks.

    Parameters
    ----------
    reference, current : array-like of shape (cells,)
        Rows per ordered cell of the full grid, cells beyond the range included; nulls are left out.

    Returns
    -------
    Tested
        Statistic, larger for a larger difference; p-value from the limit distribution.

    Raises
    ------
    DataError
        Cells not aligned, or a side without rows.

    Notes
    -----
    Rows of one bin are ties. Agrees with `scipy.stats.cramervonmises_2samp(method="asymptotic")`; many ties
    make the p-value rough, as SciPy's. Symmetric. Cost: O(cells). Source: Anderson (1962), Ann. Math. Stat. 33.

    Examples
    --------
    >>> result = cramer_von_mises([20, 20, 10], [10, 20, 20])
    >>> round(result.statistic, 4), result.p_value < 0.05
    (0.7, True)
    """
    counts = pair(reference, current)
    n, m = counts.n_reference, counts.n_current
    total, product = n + m, n * m
    tied = counts.reference + counts.current
    middle = np.cumsum(tied) - (tied - 1.0) / 2.0
    u = n * _squared_lag(counts.reference, middle) + m * _squared_lag(counts.current, middle)
    t = u / (product * total) - (4.0 * product - 1.0) / (6.0 * total)
    mean = (1.0 + 1.0 / total) / 6.0
    variance = (total + 1.0) * (4.0 * product * total - 3.0 * (n * n + m * m) - 2.0 * product)
    variance /= 45.0 * total**2 * 4.0 * product
    if variance <= 0:
        return Tested(statistic=float(t), p_value=1.0)
    return Tested(statistic=float(t), p_value=_limit_tail(1.0 / 6.0 + (t - mean) / np.sqrt(45.0 * variance)))


def _squared_lag(side: Floats, middle: Floats) -> float:
    """Σ over the side's rows of (mid-rank − own rank)²."""
    lag = middle - (np.cumsum(side) - side)
    return float(
        np.sum(side * lag * lag - lag * side * (side + 1.0) + side * (side + 1.0) * (2.0 * side + 1.0) / 6.0)
    )


def _limit_tail(x: float) -> float:
    """P(T > x) in the limit, the series of Csörgő & Faraway (1996), eq. 1.3."""
    from scipy.special import gamma, kv

    if not 0.003 <= x <= _FAR:
        return 1.0 if x < 0.003 else 0.0
    k = np.arange(_TERMS)
    y = (4.0 * k + 1.0) ** 2 / (16.0 * x)
    terms = gamma(k + 0.5) / gamma(k + 1.0) * np.sqrt(4.0 * k + 1.0) * np.exp(-y) * kv(0.25, y)
    return float(np.clip(1.0 - terms.sum() / (np.pi**1.5 * np.sqrt(x)), 0.0, 1.0))
