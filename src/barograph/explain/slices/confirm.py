"""Whether a segment's loss is higher on rows it was not found on."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Masks = NDArray[np.bool_]

#: Below so many rows a segment is not tested.
FEWEST = 8
#: Losses are cut so many standard deviations from their mean where two profiles are compared.
_CAP = 5.0


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


def rose(now: tuple[Floats, Floats, Masks], before: tuple[Floats, Floats, Masks]) -> float:
    """p-value that the loss inside, over that outside, is no higher now than before: Welch's t, one-sided.

    Parameters
    ----------
    now, before : loss, the rows each stands for, and which are inside.

    Notes
    -----
    Losses of both are cut five standard deviations from their common mean, so that one row does not speak for all.
    0 where fewer than 8 rows were inside or outside before: nothing speaks against it.

    Examples
    --------
    >>> some, inside = np.array([0.0, 1.0] * 50), np.arange(100) < 50
    >>> rose((some + inside, np.ones(100), inside), (some, np.ones(100), inside)) < 1e-6
    True
    """
    loss, count = np.concatenate((now[0], before[0])), np.concatenate((now[1], before[1]))
    mean = float(np.average(loss, weights=count))
    away = _CAP * math.sqrt(float(np.average((loss - mean) ** 2, weights=count)))
    sides = [
        _moments(np.clip(values[held], mean - away, mean + away), rows[held])
        for values, rows, mask in (now, before)
        for held in (mask, ~mask)
    ]
    if min(n for n, _, _ in sides[2:]) < FEWEST:
        return 0.0
    if min(n for n, _, _ in sides[:2]) < FEWEST:
        return 1.0
    more = sides[0][1] - sides[1][1] - (sides[2][1] - sides[3][1])
    errors = [variance / n for n, _, variance in sides]
    if sum(errors) <= 0.0:
        return 0.0 if more > 0.0 else 1.0
    from scipy.special import stdtr

    freedom = sum(errors) ** 2 / sum(e * e / (n - 1.0) for e, (n, _, _) in zip(errors, sides, strict=True))
    return float(stdtr(freedom, -more / math.sqrt(sum(errors))))


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
