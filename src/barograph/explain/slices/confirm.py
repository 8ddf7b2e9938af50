"""Whether a segment's loss is higher on rows it was not found on."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Below so many rows a segment is not tested.
FEWEST = 8


def higher(inside: tuple[Floats, Floats], outside: tuple[Floats, Floats]) -> float:
    """p-value that the mean loss inside is no higher than outside: Welch's t, one-sided.

    Parameters
    ----------
    inside, outside : loss, and the rows each stands for.

    Notes
    -----
    The variance inside is taken no smaller than outside: a few rows that happen to be alike show nothing. 1 below 8
    rows on either side. Source: Welch, Biometrika 34 (1947) 28.

    Examples
    --------
    >>> ones, some = np.ones(20), np.array([0.0, 1.0] * 50)
    >>> round(higher((ones, ones), (some, np.ones(100))), 6)
    0.000186
    """
    (n, mean, variance), (m, other, spread) = (_moments(*side) for side in (inside, outside))
    if min(n, m) < FEWEST:
        return 1.0
    a, b = max(variance, spread) / n, spread / m
    if a + b <= 0.0:
        return 0.0 if mean > other else 1.0
    from scipy.special import stdtr

    freedom = (a + b) ** 2 / (a * a / (n - 1.0) + b * b / (m - 1.0))
    return float(stdtr(freedom, (other - mean) / math.sqrt(a + b)))


def adjusted(p_values: list[float]) -> list[float]:
    """Benjamini–Hochberg's p-values: those at most q hold a share of at most q false ones on average.

    Examples
    --------
    >>> adjusted([0.01, 0.5, 0.02])
    [0.03, 0.5, 0.03]
    """
    out, least = [1.0] * len(p_values), 1.0
    for rank, i in sorted(enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])), reverse=True):
        least = min(least, p_values[i] * len(p_values) / (rank + 1))
        out[i] = least
    return out


def _moments(loss: Floats, count: Floats) -> tuple[float, float, float]:
    n = float(count.sum())
    if n < 2.0:
        return n, 0.0, 0.0
    mean = float((loss * count).sum()) / n
    return n, mean, float((count * (loss - mean) ** 2).sum()) / (n - 1.0)
