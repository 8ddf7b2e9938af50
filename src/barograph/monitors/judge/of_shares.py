"""Whether a window's share differs from those of windows in which nothing is wrong: beta-binomial tails."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.locale.said import Said
from barograph.metrics.quality.unseen import outside_by_chance
from barograph.metrics.values import Value
from barograph.monitors.condition import Side
from barograph.monitors.judge.beta_binomial import beta_binomial_tail
from barograph.monitors.judge.of_values import Tested, compare_value
from barograph.monitors.judge.own_variation import own_variation
from barograph.monitors.judge.window_figures import WindowFigures, share_rows
from barograph.monitors.verdict import Seen

Floats = NDArray[np.float64]

#: Shares of values that the reference never had: the figure of its own windows is a record among the others.
RECORDS: Final = ("quality.beyond_range_share", "quality.unseen_share")
#: With so many hits and misses in every window log odds are as good as normal.
_MANY_HITS: Final = 5.0
#: The rate of rows varies at most so much that half of the windows would be all and half nothing.
_LEAST_SUM: Final = 0.5
#: Of windows whose level wanders so many count as independent (a lag-1 correlation of .7).
_INDEPENDENT: Final = 0.2
#: The least lead of a record, in standard deviations of rows.
_LEAST_LEAD: Final = 0.125


def compare_share(
    figure: Value, own: WindowFigures, seen: Seen, *, side: Side, level: float
) -> Tested | Said:
    """p-value of a share of few or many rows, where the rate itself wanders from window to window.

    With 5 hits and 5 misses in every window log odds are tested by Student's t (`of_values.compare_value`). Else
    the window's hits are beta-binomial with mean ``m = (X + ½)/(N + 1)`` of the windows' X hits in N rows, so that 0 of
    24 is not certain, and variance of the rate ``between²(1 + 1/K_mean) + m(1 − m)/(N + 2)``; ``between²`` is what the
    windows' variance is beyond ``m(1 − m)/n``. The tail is taken to that of Student's t with the degrees of freedom
    that this variance has. Rows of figures that are no rates, such as AUC, are those that make Wilson's interval as
    wide.

    Values the reference never had (`RECORDS`): own windows hold a few records and else 0. Their p-value is no less
    than that of as many rows beyond the range of N like ones, ``q^x (1 + x(1 − q))`` with ``q = n/(n + N)``, and no
    less than that of a whole window's level so far beyond the others (`_of_level`).

    Returns
    -------
    Tested, or why it is unknown. Its limits are of a beta distribution with the same variance, as charts draw them.

    Notes
    -----
    Simulated with 28 windows at a level of 1/91: records 0 to .1 times the alarms due where levels do not wander,
    up to 1.2 where they wander by half of what rows differ by, 3 to 10 where they wander by more and remember
    (lag-1 correlation .7 to .97). Source: Skellam, J. R. Stat. Soc. B 10 (1948) 257; Jeffreys' prior; Korn & Graubard,
    Surv. Methodol. 24 (1998) 193, for effective rows.

    Examples
    --------
    >>> from barograph.metrics.intervals import wilson
    >>> from barograph.metrics.registry import metric
    >>> from barograph.monitors.judge.window_figures import window_figures
    >>> from barograph.monitors.verdict import Figure
    >>> day, none = 86_400_000_000, Value(value=0.0, n=24, interval=wilson(0, 24))
    >>> past = [Figure(start=i * day, end=(i + 1) * day, result=none) for i in range(12)]
    >>> now = Value(value=1 / 24, n=24, interval=wilson(1, 24))
    >>> seen = Seen(spec=metric("quality.null_share"), current=Figure(start=12 * day, end=13 * day, result=now))
    >>> round(compare_share(now, window_figures(past), seen, side="above", level=0.01).p_value, 3)
    0.039
    """
    rows = own.share_rows()
    is_record = seen.spec.name in RECORDS
    if (
        not is_record
        and len(rows)
        and float((np.minimum(own.values, 1.0 - own.values) * rows).min()) >= _MANY_HITS
    ):
        return compare_value(figure, own, seen, side=side, level=level, scale="logit")
    current = (seen.current.start, seen.current.end)
    found = own_variation(own.values, own.starts, current, seen.timezone)
    if isinstance(found, str):
        return found
    kept = rows[found.kept]
    hits, of = float((own.values[found.kept] * kept).sum()), float(kept.sum())
    mean = (hits + 0.5) / (of + 1.0)
    even = mean * (1.0 - mean)
    between = max(found.variance - even * float((1.0 / rows.clip(min=1.0)).mean()), 0.0)
    of_rate = between * (1.0 + 1.0 / found.of_mean) + even / (of + 2.0)
    n = max(share_rows(figure), 1.0)
    total = of_rate + even / n
    free = math.inf
    if between > 0.0:
        free = (found.k_eff - 1.0) * max(total / found.variance, 1.0) ** 2
    p_value = _p_value(figure.value * n, n, (mean, max(even / of_rate - 1.0, _LEAST_SUM)), side, free)
    if is_record:
        p_value = max(
            p_value,
            _of_record(figure.value * n, n, float(rows.sum())),
            _of_level(figure.value, n, own, rows),
        )
    limits = _limits(mean, total, free, side, level)
    return Tested(p_value=p_value, expected=mean, limits=limits, own=found)


def _p_value(x: float, n: float, rate: tuple[float, float], side: Side, free: float) -> float:
    mean, total = rate
    alpha, beta = mean * total, (1.0 - mean) * total
    above = 1.0 if side == "below" else beta_binomial_tail(x, n, alpha, beta)
    below = 1.0 if side == "above" else beta_binomial_tail(n - x, n, beta, alpha)
    p_value = min(2.0 * min(above, below), 1.0) if side == "both" else min(above, below)
    return _as_of_student(p_value, free)


def _of_record(x: float, n: float, rows: float) -> float:
    """Chance that so many rows of a window lie where none of the reference's did, were all rows alike."""
    return outside_by_chance(math.floor(x + 1e-9), current=round(n), reference=round(rows))


def _of_level(share: float, n: float, own: WindowFigures, rows: Floats) -> float:
    """Chance that the level of a whole window lies so far beyond those of all others.

    ``(K/5 + 1)^(−D/max(M, ⅛))``: D how far beyond the range, in standard deviations of rows that are normal, the window
    has to lie for this share; M the furthest of the K own windows. A fifth of them, as levels that wander remember.
    """
    furthest = max(float(_beyond(own.values, rows).max()), _LEAST_LEAD)
    distance = float(_beyond(np.array([share]), np.array([n]))[0])
    return float((_INDEPENDENT * len(own.values) + 1.0) ** (-distance / furthest))


def _beyond(shares: Floats, rows: Floats) -> Floats:
    """Standard deviations from the first share that can be seen, one row in n + 1, to each share."""
    from scipy.special import ndtri

    first = 1.0 / (rows + 1.0)
    distance: Floats = ndtri(np.clip(shares, first, 1.0 - first)) - ndtri(first)
    return distance


def _as_of_student(p_value: float, free: float) -> float:
    """The tail of Student's t as far out as a normal one of this probability."""
    from scipy.special import ndtri, stdtr

    if math.isinf(free) or not 0.0 < p_value < 0.5:
        return p_value
    return float(stdtr(free, ndtri(p_value)))


def _limits(
    mean: float, variance: float, free: float, side: Side, level: float
) -> tuple[float | None, float | None]:
    from scipy.special import betaincinv, ndtr, stdtrit

    tail = level / 2.0 if side == "both" else level
    if math.isfinite(free):
        tail = float(ndtr(stdtrit(free, tail)))
    total = max(mean * (1.0 - mean) / variance - 1.0, _LEAST_SUM)
    alpha, beta = mean * total, (1.0 - mean) * total
    low = None if side == "above" else float(betaincinv(alpha, beta, tail))
    return low, None if side == "below" else float(betaincinv(alpha, beta, 1.0 - tail))
