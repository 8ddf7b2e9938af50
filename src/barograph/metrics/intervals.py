"""95 % intervals from stored sums, and the interval and verdict of a change."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from barograph.metrics.spec import Direction
from barograph.metrics.values import Value

Floats = NDArray[np.float64]
Interval = tuple[float, float]
Verdict = Literal["better", "worse", "changed", "no change shown", "unknown"]

#: Two-sided 95 % quantile of the normal distribution.
Z = 1.959963984540054


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Current minus reference, its 95 % interval, and what it shows."""

    value: float
    interval: Interval | None
    verdict: Verdict


def wilson(successes: float, rows: float) -> Interval:
    """Wilson's score interval of a rate.

    Parameters
    ----------
    successes, rows : may be effective (fractional) rows; rows > 0.

    Notes
    -----
    Source: Wilson (1927); Newcombe (1998), method 3.

    Examples
    --------
    >>> low, high = wilson(9, 10)
    >>> round(low, 4), round(high, 4)
    (0.5958, 0.9821)
    """
    share = min(max(successes / rows, 0.0), 1.0)
    centre = share + Z * Z / (2.0 * rows)
    spread = Z * math.sqrt(share * (1.0 - share) / rows + Z * Z / (4.0 * rows * rows))
    scale = 1.0 + Z * Z / rows
    return max((centre - spread) / scale, 0.0), min((centre + spread) / scale, 1.0)


def student(degrees_of_freedom: float) -> float:
    """Two-sided 95 % quantile of Student's t.

    Examples
    --------
    >>> round(student(9), 4)
    2.2622
    """
    from scipy.special import stdtrit

    return float(stdtrit(degrees_of_freedom, 0.975))


def mean_interval(total: float, total_of_squares: float, n: float) -> Interval | None:
    """Student's interval of a mean from Σx and Σx²; None below two rows.

    Parameters
    ----------
    n : rows; with weights the effective rows, and both sums scaled to them.

    Examples
    --------
    >>> low, high = mean_interval(15.0, 55.0, 5)
    >>> round(low, 4), round(high, 4)
    (1.0368, 4.9632)
    """
    if n < 2.0:
        return None
    mean = total / n
    half = student(n - 1.0) * math.sqrt(_variance(mean, total_of_squares / n) / (n - 1.0))
    return mean - half, mean + half


def log_interval(value: float, variance: float, degrees_of_freedom: float) -> Interval | None:
    """Interval of a positive figure, symmetric on the logarithm; None below one degree of freedom.

    Parameters
    ----------
    variance : of the figure itself.
    degrees_of_freedom : of this variance.

    Examples
    --------
    >>> low, high = log_interval(2.0, 0.04, 100.0)
    >>> round(low, 4), round(high, 4)
    (1.6401, 2.4389)
    """
    if degrees_of_freedom < 1.0 or value <= 0.0 or not math.isfinite(variance):
        return (value, value) if value == 0.0 and degrees_of_freedom >= 1.0 else None
    half = min(student(degrees_of_freedom) * math.sqrt(max(variance, 0.0)) / value, 700.0)
    return value * math.exp(-half), value * math.exp(half)


def sd_interval(sd: float, fourth: float, n: float, *, t: float = Z) -> Interval | None:
    """Bonett's interval of a standard deviation (divisor n − 1), for any distribution with a fourth moment.

    Parameters
    ----------
    fourth : mean of the fourth power of the distance from the mean.
    t : quantile used; larger where few rows make most of the fourth moment.

    Notes
    -----
    ``exp(ln(c s²) ± t·c·√((γ − (n − 3)/n)/(n − 1)))`` with c = n/(n − z) and kurtosis γ. None below five rows.
    Source: Bonett, Computational Statistics & Data Analysis 50 (2006) 775.

    Examples
    --------
    >>> low, high = sd_interval(1.0, 3.0, 100)
    >>> round(low, 4), round(high, 4)
    (0.8734, 1.1678)
    """
    if n < 5.0 or not math.isfinite(fourth):
        return None
    if sd <= 0.0:
        return 0.0, 0.0
    kurtosis = max(fourth / (sd * sd * (n - 1.0) / n) ** 2, 1.0)
    c = n / (n - Z)
    half = min(t * c * math.sqrt(max(kurtosis - (n - 3.0) / n, 0.0) / (n - 1.0)), 1400.0)
    return sd * math.sqrt(c) * math.exp(-half / 2.0), sd * math.sqrt(c) * math.exp(half / 2.0)


def logit_interval(value: float, variance: float) -> Interval:
    """Interval of a figure strictly between 0 and 1, symmetric on the logit.

    Examples
    --------
    >>> low, high = logit_interval(0.9, 0.001)
    >>> round(low, 4), round(high, 4)
    (0.8188, 0.9471)
    """
    half = Z * math.sqrt(max(variance, 0.0)) / (value * (1.0 - value))
    odds = math.log(value / (1.0 - value))
    return _expit(odds - half), _expit(odds + half)


def fisher_interval(value: float, variance: float) -> Interval:
    """Interval of a figure strictly between -1 and 1, symmetric on Fisher's z."""
    half = Z * math.sqrt(max(variance, 0.0)) / (1.0 - value * value)
    z = math.atanh(value)
    return math.tanh(z - half), math.tanh(z + half)


def multinomial_variance(counts: Floats, gradient: Floats) -> float:
    """Delta-method variance of a smooth function of a table's shares.

    Parameters
    ----------
    counts : rows per cell of the table.
    gradient : derivative of the figure by each cell's share, same shape.

    Notes
    -----
    ``(Σ q g² − (Σ q g)²)/N`` with shares q. Source: Agresti, Categorical Data Analysis (2013), §16.1.

    Examples
    --------
    >>> multinomial_variance(np.array([30.0, 70.0]), np.array([1.0, 0.0])).__round__(6)
    0.0021
    """
    total = float(counts.sum())
    q = counts / total
    mean = float((q * gradient).sum())
    centred = gradient - mean
    return float((q * centred * centred).sum()) / total


def combined(
    value: float,
    lows: Floats,
    highs: Floats,
    *,
    rates: Floats,
    shares: Floats,
    correlation: Floats | None = None,
) -> Interval:
    """MOVER: interval of ``Σ shareᵢ·rateᵢ`` from the interval of each.

    Parameters
    ----------
    correlation : of the rates' estimates, shape (rates, rates); independent where left out.

    Notes
    -----
    Source: Zou & Donner, Statistics in Medicine 27 (2008) 1693; correlated: Zou, Psychol. Methods 12 (2007) 399.

    Examples
    --------
    >>> rates = np.array([0.5, 0.7])
    >>> low, high = combined(0.6, rates - 0.3, rates + 0.4, rates=rates, shares=np.array([0.5, 0.5]))
    >>> round(low, 4), round(high, 4)
    (0.3879, 0.8828)
    """
    together = np.eye(len(rates)) if correlation is None else correlation
    below, above = shares * (rates - lows), shares * (highs - rates)
    down, up = (math.sqrt(max(float(side @ together @ side), 0.0)) for side in (below, above))
    return value - down, value + up


def difference_interval(reference: Value, current: Value) -> Interval | None:
    """MOVER interval of current minus reference; None where either has no interval.

    Notes
    -----
    Lower end ``d − √((c − l_c)² + (u_r − r)²)``, upper end likewise. For two means this is Welch's interval
    up to its degrees of freedom; for two rates Newcombe's method 10. Source: Zou & Donner (2008).
    """
    if reference.interval is None or current.interval is None:
        return None
    (low_r, high_r), (low_c, high_c) = reference.interval, current.interval
    d = current.value - reference.value
    down = math.hypot(current.value - low_c, high_r - reference.value)
    up = math.hypot(high_c - current.value, reference.value - low_r)
    return (d - down, d + up) if math.isfinite(d - down) and math.isfinite(d + up) else None


def change(reference: Value, current: Value, direction: Direction) -> Change:
    """Compare two figures of independent rows.

    Parameters
    ----------
    direction : of the metric. Where zero is best, better means nearer to zero.

    Returns
    -------
    Change
        `unknown` where figures differ without an interval; `no change shown` where it covers 0; `better` or
        `worse` where it does not and the direction says so; else `changed`.

    Examples
    --------
    >>> before = Value(value=4.0, n=600, interval=(3.25, 4.75))
    >>> after = Value(value=7.0, n=200, interval=(6.0, 8.0))
    >>> change(before, after, "lower_is_better")
    Change(value=3.0, interval=(1.75, 4.25), verdict='worse')
    """
    value = current.value - reference.value
    interval = difference_interval(reference, current)
    if interval is None:
        verdict: Verdict = "unknown" if value else "no change shown"
    elif interval[0] <= 0.0 <= interval[1]:
        verdict = "no change shown"
    else:
        verdict = _verdict(reference, current, direction)
    return Change(value=value, interval=interval, verdict=verdict)


def _verdict(reference: Value, current: Value, direction: Direction) -> Verdict:
    """What a shown change means."""
    if direction == "neutral":
        return "changed"
    if direction != "zero_is_best":
        rose = current.value > reference.value
        return "better" if rose == (direction == "higher_is_better") else "worse"
    sizes = difference_interval(_size(reference), _size(current))
    if sizes is None or sizes[0] <= 0.0 <= sizes[1]:
        return "changed"
    return "worse" if sizes[0] > 0.0 else "better"


def _size(figure: Value) -> Value:
    """The absolute value and its interval."""
    low, high = figure.interval or (figure.value, figure.value)
    nearest = 0.0 if low <= 0.0 <= high else min(abs(low), abs(high))
    return Value(value=abs(figure.value), n=figure.n, interval=(nearest, max(abs(low), abs(high))))


def _variance(mean: float, mean_square: float) -> float:
    """Variance with divisor n; a difference within rounding of nothing is nothing."""
    variance = mean_square - mean * mean
    return variance if variance > 1e-14 * mean_square else 0.0


def _expit(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x)) if x > -700.0 else 0.0
