"""Two-sample z test, from moments."""

from __future__ import annotations

from barograph.metrics.drift.moments import Moments, mean_difference
from barograph.metrics.drift.results import Tested


def z(reference: Moments, current: Moments) -> Tested:
    """Two-sample z: ``(ȳ − x̄) / √(s²ₓ/n + s²_y/m)`` against the normal, for means of many rows and shares.

    Parameters, result and errors are those of `welch_t`, which is the one to use with few rows.

    Notes
    -----
    On the sums, not on bins; variances are not pooled. Cost: O(1). Source: the central limit theorem; Lehmann &
    Romano, Testing Statistical Hypotheses (2005), §11.3.

    Examples
    --------
    >>> result = z(Moments(n=50, mean=0.0, variance=1.0), Moments(n=50, mean=0.5, variance=1.0))
    >>> round(result.statistic, 2), round(result.p_value, 4)
    (2.5, 0.0124)
    """
    from scipy.special import ndtr

    difference, error = mean_difference(reference, current)
    statistic = difference / error
    return Tested(statistic=statistic, p_value=float(2.0 * ndtr(-abs(statistic))))
