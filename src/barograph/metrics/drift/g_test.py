"""Two-sample G test."""

from __future__ import annotations

from numpy.typing import ArrayLike

from barograph.metrics.drift.chi2 import tested_on_pooled
from barograph.metrics.drift.counts import Floats, pair
from barograph.metrics.drift.pooling import pooled
from barograph.metrics.drift.results import Tested
from barograph.metrics.drift.unseen import Mask


def g_test(
    reference: ArrayLike, current: ArrayLike, *, unseen: Mask | None = None, ordered: int = 0
) -> Tested:
    """Two-sample G test (likelihood ratio): ``2 Σ O ln(O/E)`` over the 2 × cells table.

    Natural logarithm; an observed 0 adds 0. Parameters, pooling, result and errors are those of `chi2`, to which
    it comes near with many rows a cell.

    Notes
    -----
    Cost: O(cells). Source: Wilks (1935); `scipy.stats.chi2_contingency(lambda_="log-likelihood")`.

    Examples
    --------
    >>> result = g_test([10, 10, 20], [20, 20, 20])
    >>> round(result.statistic, 4), round(result.p_value, 4)
    (2.7689, 0.2505)
    """
    return tested_on_pooled(pooled(pair(reference, current), unseen=unseen, ordered=ordered), _statistic)


def _statistic(reference: Floats, current: Floats) -> float:
    from scipy.special import xlogy

    n, m = reference.sum(), current.sum()
    expected = (reference + current) / (n + m)
    terms = xlogy(reference, reference / (expected * n)) + xlogy(current, current / (expected * m))
    return float(max(2.0 * terms.sum(), 0.0))
