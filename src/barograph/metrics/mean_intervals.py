"""95 % intervals of means of skewed and heavy-tailed rows, from their first four moments."""

from __future__ import annotations

import math
from dataclasses import dataclass

from barograph.metrics.intervals import Interval, student

#: Beyond so many standard deviations from 0 the mean takes the third and fourth moment's digits with it.
_MOST_DISTANT = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMoments:
    """Means of x, x², x³ and x⁴; NaN where a row overflowed."""

    first: float
    second: float
    third: float
    fourth: float

    @property
    def variance(self) -> float:
        """With divisor n; a difference within rounding of nothing is nothing."""
        variance = self.second - self.first * self.first
        return variance if variance > 1e-14 * self.second else 0.0

    @property
    def shape(self) -> tuple[float, float]:
        """Skewness and kurtosis; those of a normal distribution where rounding is all that is left of them."""
        m, variance = self.first, self.variance
        if variance <= 0.0 or abs(m) > _MOST_DISTANT * math.sqrt(variance):
            return 0.0, 3.0
        third = self.third - 3.0 * m * self.second + 2.0 * m**3
        fourth = self.fourth - 4.0 * m * self.third + 6.0 * m * m * self.second - 3.0 * m**4
        return third / variance**1.5, max(fourth / (variance * variance), 1.0)


def skewed_interval(moments: RawMoments, n: float) -> Interval | None:
    """Interval of a mean by Hall's transformation of Student's t; None below two rows.

    Student's interval of skewed rows ends too soon on the side of the long tail, all the more so where a few
    rows make most of the variance. Hall's monotone transformation takes the skewness out of t, and the degrees
    of freedom are those of the variance, ν = 2n/(κ − 1) with kurtosis κ: n − 1 or nearly so for normal rows,
    2 where one row is all of it.

    Parameters
    ----------
    n : rows; with weights the effective rows.

    Notes
    -----
    Coverage: benchmarks/RESULTS.md. No moment tells of rows so rare that none was drawn. Source: Hall, J. R.
    Stat. Soc. B 54 (1992) 221; Satterthwaite, Biometrics Bull. 2 (1946) 110.

    Examples
    --------
    >>> low, high = skewed_interval(RawMoments(first=1.0, second=2.0, third=6.0, fourth=24.0), 100.0)
    >>> round(low, 3), round(high, 3)
    (0.819, 1.249)
    """
    if n < 2.0 or not math.isfinite(moments.third + moments.fourth):
        return None
    error = math.sqrt(moments.variance / (n - 1.0))
    low, high = limits_of_t(moments, n)
    return moments.first - high * error, moments.first - low * error


def limits_of_t(moments: RawMoments, n: float) -> Interval:
    """Between which Student's t of the mean of skewed rows lies with 95 %, by Hall's transformation.

    Examples
    --------
    >>> low, high = limits_of_t(RawMoments(first=1.0, second=2.0, third=6.0, fourth=24.0), 100.0)
    >>> round(low, 3), round(high, 3)
    (-2.48, 1.801)
    """
    skewness, kurtosis = moments.shape
    t = student(degrees_of_freedom(kurtosis, n))
    low, high = (_without_skewness(end, skewness / math.sqrt(n)) for end in (-t, t))
    return low, high


def degrees_of_freedom(kurtosis: float, n: float) -> float:
    """Of a variance estimated from n rows: 2n/(κ − 1), from 1 to n − 1.

    Examples
    --------
    >>> degrees_of_freedom(3.0, 100.0), degrees_of_freedom(21.0, 100.0)
    (99.0, 10.0)
    """
    return min(max(2.0 * n / max(kurtosis - 1.0, 1e-9), 1.0), n - 1.0) if n > 2.0 else 1.0


def kurtosis_of_square(moments: RawMoments, n: float) -> float:
    """E x⁸/(E x⁴)² of x ≥ 0, extrapolated from the second to fourth moment; at most n.

    ``ln E xᵏ = a + b·k + c·(k + 1)ln(k + 1)`` through k = 2, 3, 4: what a generalised gamma distribution has up
    to a slower term. 12.7 for the size of a normal (11.7 is right), 73 for an exponential (70).

    Parameters
    ----------
    moments : of the absolute values.

    Examples
    --------
    >>> normal = RawMoments(first=0.7979, second=1.0, third=1.5958, fourth=3.0)
    >>> round(kurtosis_of_square(normal, 1000.0), 1)
    12.7
    """
    if not all(0.0 < m < math.inf for m in (moments.second, moments.third, moments.fourth)):
        return n
    second, third, fourth = (math.log(m) for m in (moments.second, moments.third, moments.fourth))
    c = (fourth - 2.0 * third + second) / (_growth(4) - 2.0 * _growth(3) + _growth(2))
    b = third - second - c * (_growth(3) - _growth(2))
    eighth = second + 6.0 * b + c * (_growth(8) - _growth(2))
    return min(math.exp(min(eighth - 2.0 * fourth, 700.0)), n)


def _growth(k: int) -> float:
    return (k + 1.0) * math.log(k + 1.0)


def _without_skewness(t: float, skewness: float) -> float:
    """Hall's inverse: the t of a skewed mean that stands where `t` stands in the symmetric distribution.

    `skewness` is that of the mean, γ/√n.
    """
    if abs(skewness) < 1e-6:
        return t
    inside = 1.0 + skewness * (t - skewness / 6.0)
    return 3.0 / skewness * (math.copysign(abs(inside) ** (1.0 / 3.0), inside) - 1.0)
