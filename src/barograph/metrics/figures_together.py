"""Whether two figures rise and fall together, window by window."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.locale.said import say
from barograph.metrics.association import midranks
from barograph.metrics.correlation import fisher_z
from barograph.metrics.values import Result, Undefined, Value

#: Fewer windows say nothing.
FEWEST_WINDOWS: Final = 8


def spearman_of_windows(first: Sequence[float], second: Sequence[float]) -> Result:
    """Spearman's rank correlation of two figures over the same windows, in time order.

    Windows that follow one another are alike, so that they tell less than their number: the interval is Fisher's, with
    Bonett and Wright's variance ``(1 + r²/2)/(n′ − 3)``, where ``n′ = n (1 − a b)/(1 + a b)`` of the lag-1
    autocorrelations a and b of the ranks, at most n.

    Parameters
    ----------
    first, second : the figures, shape (n,), without gaps.

    Returns
    -------
    Result
        In [−1, 1], n being the windows; undefined of fewer than 8, or where one figure does not change.

    Notes
    -----
    Source: Bonett and Wright, Psychometrika 65 (2000) 23; Bartlett, J. R. Stat. Soc. 98 (1935) 536.

    Examples
    --------
    >>> spearman_of_windows([1, 2, 3, 4, 5, 6, 7, 8], [2, 1, 4, 3, 6, 5, 8, 7]).value
    0.9047619047619048
    """
    n = len(first)
    if n < FEWEST_WINDOWS:
        few = say("{n} windows have both; {fewest} are needed", n=n, fewest=FEWEST_WINDOWS)
        return Undefined(reason="too_few_rows", detail=few)
    x, y = _ranks(first), _ranks(second)
    if not x.any() or not y.any():
        return Undefined(reason="constant", detail=say("one of them is the same in every window"))
    r = float(np.clip((x * y).sum() / math.sqrt((x * x).sum() * (y * y).sum()), -1.0, 1.0))
    shared = max(_lag_one(x) * _lag_one(y), 0.0)
    effective = n * (1.0 - shared) / (1.0 + shared)
    if effective <= 4.0 or abs(r) == 1.0:
        return Value(value=r, n=n)
    return Value(value=r, n=n, interval=fisher_z(r, effective, "spearman"))


def _ranks(values: Sequence[float]) -> NDArray[np.float64]:
    """Ranks about their mean, those of equal values their own mean."""
    ranks = midranks(np.asarray(values, float)[None], np.ones(len(values)))[0]
    about: NDArray[np.float64] = ranks - ranks.mean()
    return about


def _lag_one(ranks: NDArray[np.float64]) -> float:
    return float((ranks[1:] * ranks[:-1]).sum() / (ranks * ranks).sum())
