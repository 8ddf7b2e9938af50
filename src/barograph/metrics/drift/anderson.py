"""Two-sample Anderson–Darling test on bins."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from barograph.errors import DataError
from barograph.metrics.drift.counts import pair
from barograph.metrics.drift.results import Tested

#: Critical values of the standardised statistic of two samples, and their levels.
_CRITICAL = (0.325, 1.226, 1.961, 2.718, 3.752, 4.592, 6.546)
_LEVELS = (0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.001)
#: Rows up to which the variance's double sum is taken exactly; its limit beyond is right to 1e-4.
_EXACT_ROWS = 100_000


def anderson(reference: ArrayLike, current: ArrayLike) -> Tested:
    """Two-sample Anderson–Darling statistic, standardised: like Cramér–von Mises, tails weighted more.

    ``(A² − 1)/σ_N`` with A² the mid-rank form for ties (Scholz & Stephens 1987, eq. 7).

    Parameters
    ----------
    reference, current : array-like of shape (cells,)
        Rows per ordered cell of the full grid, cells beyond the range included; nulls are left out.

    Returns
    -------
    Tested
        Statistic, about 0 with no change and larger for a larger difference; p-value within [.001, .25],
        interpolated between published critical values as SciPy does.

    Raises
    ------
    DataError
        Cells not aligned, a side without rows, or fewer than 4 rows in all.

    Notes
    -----
    Rows of one bin are ties. Symmetric.
    Cost: O(cells + min(rows, 100,000)).
    Source: Scholz & Stephens (1987), JASA 82; `scipy.stats.anderson_ksamp`.

    Examples
    --------
    >>> result = anderson([20, 20, 10], [10, 20, 20])
    >>> round(result.statistic, 3), round(result.p_value, 3)
    (5.98, 0.002)
    """
    counts = pair(reference, current)
    held = (counts.reference + counts.current) > 0
    total = counts.n_reference + counts.n_current
    if total < 4:
        raise DataError(f"Anderson–Darling got {total:g} rows in all; expected at least 4")
    tied = counts.reference[held] + counts.current[held]
    below = np.cumsum(tied) - tied / 2.0
    weight = tied / total / (below * (total - below) - total * tied / 4.0) if len(tied) > 1 else np.zeros(1)
    a2 = 0.0
    for side, rows in (
        (counts.reference[held], counts.n_reference),
        (counts.current[held], counts.n_current),
    ):
        a2 += float(np.sum(weight * (total * (np.cumsum(side) - side / 2.0) - below * rows) ** 2)) / rows
    a2 *= (total - 1.0) / total
    statistic = (a2 - 1.0) / _sd(counts.n_reference, counts.n_current)
    return Tested(statistic=float(statistic), p_value=_p_value(float(statistic)))


def _p_value(statistic: float) -> float:
    """Interpolated, a quadratic in the logarithm of the level; the outermost levels beyond the table."""
    if statistic < _CRITICAL[0]:
        return _LEVELS[0]
    if statistic > _CRITICAL[-1]:
        return _LEVELS[-1]
    return float(np.exp(np.polyval(np.polyfit(_CRITICAL, np.log(_LEVELS), 2), statistic)))


def _sd(n: float, m: float) -> float:
    """Standard deviation of A² of two samples (Scholz & Stephens 1987, eq. 4)."""
    total = n + m
    shares = 1.0 / n + 1.0 / m
    if total <= _EXACT_ROWS:
        partial = np.cumsum(1.0 / np.arange(round(total) - 1, 1, -1.0))
        h, g = partial[-1] + 1.0, float(np.sum(partial / np.arange(2.0, round(total))))
    else:
        h, g = np.log(total - 1.0) + np.euler_gamma, np.pi**2 / 6.0
    a = (4.0 * g - 6.0) + (10.0 - 6.0 * g) * shares
    b = (2.0 * g - 4.0) * 4.0 + 16.0 * h + (2.0 * g - 14.0 * h - 4.0) * shares - 8.0 * h + 4.0 * g - 6.0
    c = (6.0 * h + 2.0 * g - 2.0) * 4.0 + (4.0 * h - 4.0 * g + 6.0) * 2.0 + (2.0 * h - 6.0) * shares + 4.0 * h
    d = (2.0 * h + 6.0) * 4.0 - 8.0 * h
    variance = (a * total**3 + b * total**2 + c * total + d) / ((total - 1.0) * (total - 2.0) * (total - 3.0))
    return float(np.sqrt(variance))
