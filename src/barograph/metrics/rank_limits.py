"""Which quantiles of the rows hold a quantile of their distribution."""

from __future__ import annotations


def rank_limits(q: float, n: float) -> tuple[float, float] | None:
    """Shares of the rows between whose quantiles the q-quantile of the distribution lies in 95 % of samples.

    The number of rows below the true quantile is binomial; its 2.5 % and 97.5 % quantiles, taken between whole
    numbers as the incomplete beta function has them, are the ranks, each counted to its row's middle.

    Parameters
    ----------
    q : between 0 and 1.
    n : rows; with weights the effective rows.

    Returns
    -------
    Shares in [0, 1]; None where all rows lie on one side of the quantile in over 2.5 % of samples.

    Notes
    -----
    Wilson's interval of q is another thing: it stands for unknown shares, and is too short towards the ends here.
    Source: Conover, Practical Nonparametric Statistics (1999), §3.2; Hutson, J. Appl. Stat. 26 (1999) 343.

    Examples
    --------
    >>> low, high = rank_limits(0.5, 100.0)
    >>> round(low, 3), round(high, 3)
    (0.402, 0.598)
    >>> rank_limits(0.95, 20.0) is None
    True
    """
    from scipy.special import bdtrik

    if max(q, 1.0 - q) ** n > 0.025:
        return None
    low, high = ((float(bdtrik(level, n, q)) + 0.5) / n for level in (0.025, 0.975))
    return max(low, 0.0), min(high, 1.0)
