"""Welch's t test, from moments."""

from __future__ import annotations

from barograph.metrics.drift.moments import Moments, mean_difference
from barograph.metrics.drift.results import Tested


def welch_t(reference: Moments, current: Moments) -> Tested:
    """Welch's t: ``(ȳ − x̄) / √(s²ₓ/n + s²_y/m)``, Satterthwaite's degrees of freedom.

    Parameters
    ----------
    reference, current : Moments
        Rows, mean and sample variance of each side, from its sums; nulls left out.

    Returns
    -------
    Tested
        Statistic positive where current is higher, 0 where the means agree; two-sided p-value.

    Raises
    ------
    DataError
        Fewer than 2 rows on a side, or both sides constant.

    Notes
    -----
    On the sums, not on bins. Cost: O(1). Source: Welch (1947), Biometrika 34;
    `scipy.stats.ttest_ind(current, reference, equal_var=False)`.

    Examples
    --------
    >>> result = welch_t(Moments(n=50, mean=0.0, variance=1.0), Moments(n=50, mean=0.5, variance=1.0))
    >>> round(result.statistic, 2), round(result.p_value, 4)
    (2.5, 0.0141)
    """
    from scipy.special import stdtr

    difference, error = mean_difference(reference, current)
    parts = reference.variance / reference.n, current.variance / current.n
    freedom = (parts[0] + parts[1]) ** 2 / (
        parts[0] ** 2 / (reference.n - 1) + parts[1] ** 2 / (current.n - 1)
    )
    t = difference / error
    return Tested(statistic=t, p_value=float(2.0 * stdtr(freedom, -abs(t))), degrees_of_freedom=freedom)
