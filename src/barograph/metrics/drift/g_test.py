"""Two-sample G test."""

from __future__ import annotations

from numpy.typing import ArrayLike

from barograph.metrics.drift.counts import pair
from barograph.metrics.drift.pooling import pooled
from barograph.metrics.drift.results import Tested
from barograph.metrics.drift.unseen import Mask


def g_test(reference: ArrayLike, current: ArrayLike, *, unseen: Mask | None = None) -> Tested:
    """Two-sample G test (likelihood ratio): ``2 Σ O ln(O/E)`` over the 2 × cells table.

    Parameters
    ----------
    reference, current : array-like of shape (cells,)
        Rows per cell of the test grid; nulls, invalid and unseen values are cells of their own.
    unseen : ndarray of bool of shape (cells,), optional
        Cells of values the grid did not keep; they are pooled (see `pooled`).

    Returns
    -------
    Tested
        Statistic in [0, ∞), 0 where the shares agree; degrees of freedom = cells after pooling − 1.
        With a single cell left: statistic 0, p-value 1.

    Raises
    ------
    DataError
        Cells not aligned, or a side without rows.

    Notes
    -----
    Natural logarithm; an observed 0 adds 0. Cells expected to hold fewer than 5 rows on either side are
    pooled. Cost: O(cells). Source: Wilks (1935); `scipy.stats.chi2_contingency(lambda_="log-likelihood")`.

    Examples
    --------
    >>> result = g_test([10, 10, 20], [20, 20, 20])
    >>> round(result.statistic, 4), round(result.p_value, 4)
    (2.7689, 0.2505)
    """
    from scipy.special import chdtrc, xlogy

    a, b = pooled(pair(reference, current), unseen=unseen)
    if len(a) < 2:
        return Tested(statistic=0.0, p_value=1.0, degrees_of_freedom=0.0)
    n, m = a.sum(), b.sum()
    total = a + b
    g = 2.0 * (xlogy(a, a * (n + m) / (total * n)) + xlogy(b, b * (n + m) / (total * m))).sum()
    statistic = float(max(g, 0.0))
    return Tested(
        statistic=statistic,
        p_value=float(chdtrc(len(a) - 1, statistic)),
        degrees_of_freedom=float(len(a) - 1),
    )
