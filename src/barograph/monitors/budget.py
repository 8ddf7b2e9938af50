"""The budget of false alarms, as a p-value for one window."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist
from typing import Final

import numpy as np

from barograph.monitors.condition import Budget

_DAY_SECONDS: Final = 86_400.0
#: However few windows there are, chance of more than 1 in 20 is no alarm.
_HIGHEST_LEVEL: Final = 0.05
#: How far neighbouring windows are taken to be alike: the correlation of what they are judged by.
ALIKE: Final = 0.6
#: Points at which what windows were is held, over so many standard deviations below the level.
_POINTS: Final = 64
_DEEP: Final = 6.0
_HALVINGS: Final = 40


def budget_level(budget: Budget, *, window_seconds: float, series: int, in_a_row: int = 1) -> float:
    """The p-value from which a window is breached, so that all series together spend the budget.

    Of a series that alerts on one window it is ``s = count · (window / days) / series``, at most .05: the expected
    number of breached windows of valid p-values is the sum of their levels, whatever depends on what. Breached windows
    in a row are one episode, so that episodes are fewer.

    Of one that alerts on several in a row it is the level that so many reach together with probability s, see
    `level_of_run`. `barograph.alerts.replayed` counts episodes.

    Parameters
    ----------
    window_seconds : length of the windows.
    series : of one model that share the budget.
    in_a_row : windows that have to be breached.

    Examples
    --------
    >>> round(budget_level(Budget(), window_seconds=86_400.0, series=1), 5)
    0.01095
    >>> round(budget_level(Budget(), window_seconds=86_400.0, series=4, in_a_row=2), 5)
    0.01336
    """
    share = window_seconds / _DAY_SECONDS / budget.days
    return level_of_run(min(budget.count * share / max(series, 1), _HIGHEST_LEVEL), in_a_row)


@lru_cache(maxsize=1_024)
def level_of_run(share: float, windows: int) -> float:
    """The level L at most .05 with ``P(p₁ ≤ L, …, pₙ ≤ L) = share`` of n windows in a row.

    The p-values are uniform, their normal scores a Gaussian process of first order with a correlation of .6: a window
    depends on the one before it.

    Notes
    -----
    The correlation is an assumption, not an estimate: where means of windows have one of .7 their p-values have less,
    as rows add noise and the smallest of many columns changes from window to window. Windows alike by .9 make 2.8 times
    as many runs. Simulated: design/018. Cost: 1 ms, remembered.
    Source: Joe, Multivariate Models and Dependence Concepts (1997), §8, for Markov chains of a copula.

    Examples
    --------
    >>> [round(level_of_run(0.002, n), 4) for n in (1, 2, 3)]
    [0.002, 0.0105, 0.0273]
    """
    if windows <= 1:
        return share
    low, high = share, _HIGHEST_LEVEL
    for _ in range(_HALVINGS):
        middle = math.sqrt(low * high)
        if chance_of_run(middle, windows) > share:
            high = middle
        else:
            low = middle
    return math.sqrt(low * high)


def chance_of_run(level: float, windows: int) -> float:
    """Probability that so many windows in a row have p-values of no more than a level.

    Examples
    --------
    >>> round(chance_of_run(0.01, 1), 4), round(chance_of_run(0.01, 2), 5)
    (0.01, 0.00188)
    """
    highest = NormalDist().inv_cdf(level)
    places, weights = np.polynomial.legendre.leggauss(_POINTS)
    x, weights = highest + _DEEP * (places - 1.0) / 2.0, weights * _DEEP / 2.0
    chance = np.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)
    free = 1.0 - ALIKE * ALIKE
    onward = np.exp(-0.5 * (x[:, None] - ALIKE * x) ** 2 / free) / math.sqrt(2.0 * math.pi * free)
    for _ in range(windows - 1):
        chance = (onward * weights * chance).sum(axis=1)
    return float((weights * chance).sum())
