"""How strongly columns go together: one function a statistic, over many pairs of columns at once.

Columns are the rows of a matrix: numbers as float64 with NaN where there is none, categories as integer
codes with -1 where there is none. Every pair uses the rows that both columns have, with their weights.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Of what remains after a mean is taken out, the share that rounding can leave of a constant.
_ROUNDING = 1e-12


def pearson(x: Floats, y: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Pearson's r of every row of `x` with every row of `y`.

    Parameters
    ----------
    x, y : shape (p, n) and (k, n).
    weights : shape (n,), such as how often each row occurs.

    Returns
    -------
    r in [-1, 1], NaN where either is constant over their common rows, and Σ weight of these rows;
    both of shape (p, k).

    Notes
    -----
    Source: scipy.stats.pearsonr. Cost: five products of (p, n) and (n, k).

    Examples
    --------
    >>> r, rows = pearson(np.array([[1.0, 2.0, 3.0]]), np.array([[3.0, 2.0, 1.0]]), np.ones(3))
    >>> r.tolist(), rows.tolist()
    ([[-1.0]], [[3.0]])
    """
    (a, has_a), (b, has_b) = _standardised(x, weights), _standardised(y, weights)
    weighted_a, weighted_has = a * weights, has_a * weights
    rows = weighted_has @ has_b.T
    sum_a, sum_b = weighted_a @ has_b.T, weighted_has @ b.T
    square_a, square_b = (weighted_a * a) @ has_b.T, weighted_has @ (b * b).T
    with np.errstate(invalid="ignore", divide="ignore"):
        covariance = weighted_a @ b.T - sum_a * sum_b / rows
        variance_a, variance_b = square_a - sum_a * sum_a / rows, square_b - sum_b * sum_b / rows
        r = np.clip(covariance / np.sqrt(variance_a * variance_b), -1.0, 1.0)
    varies = (variance_a > _ROUNDING * square_a) & (variance_b > _ROUNDING * square_b)
    return np.where(varies, r, np.nan), rows


def midranks(x: Floats, weights: Floats) -> Floats:
    """Rank of every value within its row of `x`, ties at their mean, as if each occurred `weight` times.

    Examples
    --------
    >>> midranks(np.array([[5.0, 1.0, 5.0, np.nan]]), np.array([1.0, 2.0, 1.0, 1.0])).tolist()
    [[3.5, 1.5, 3.5, nan]]
    """
    order = np.argsort(x, axis=1)
    values, after = np.take_along_axis(x, order, axis=1), np.cumsum(weights[order], axis=1)
    opens = np.ones(x.shape, bool)
    opens[:, 1:] = values[:, 1:] != values[:, :-1]
    closes = np.roll(opens, -1, axis=1)
    closes[:, -1:] = True
    start = np.maximum.accumulate(np.where(opens, after - weights[order], 0.0), axis=1)
    end = np.minimum.accumulate(np.where(closes, after, np.inf)[:, ::-1], axis=1)[:, ::-1]
    ranks = np.empty_like(x)
    np.put_along_axis(ranks, order, (start + end + 1.0) / 2.0, axis=1)
    ranks[np.isnan(x)] = np.nan
    return ranks


def correlation_ratio(x: Floats, codes: Ints, weights: Floats) -> tuple[Floats, Floats]:
    """Correlation ratio η of every row of `x` with every categorical column: √(variance between/variance).

    Parameters
    ----------
    x : shape (p, n).
    codes : category of each row, -1 where there is none, shape (m, n).
    weights : shape (n,).

    Returns
    -------
    η in [0, 1], NaN where the numbers or the category are constant over the common rows, and Σ weight of
    these rows; both of shape (p, m).

    Notes
    -----
    Source: Fisher, Statistical Methods for Research Workers (1925), §44. scipy.stats.f_oneway has
    F = η²/(1 − η²)·(n − k)/(k − 1).

    Examples
    --------
    >>> correlation_ratio(np.array([[1.0, 1.0, 5.0, 5.0]]), np.array([[0, 0, 1, 1]]), np.ones(4))[0].tolist()
    [[1.0]]
    """
    a, has = _standardised(x, weights)
    square = a * a
    eta, rows = np.full((len(x), len(codes)), np.nan), np.zeros((len(x), len(codes)))
    for j, code in enumerate(codes if len(x) else ()):
        levels = np.arange(int(code.max(initial=0)) + 1)
        one_hot = (code[:, None] == levels) * weights[:, None]
        counts, sums = has @ one_hot, a @ one_hot
        rows[:, j], total = counts.sum(axis=1), sums.sum(axis=1)
        squares = square @ np.where(code >= 0, weights, 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            whole = total * total / rows[:, j]
            between = np.where(counts > 0, sums * sums / counts, 0.0).sum(axis=1) - whole
            ratio = np.sqrt(np.clip(between / (squares - whole), 0.0, 1.0))
        varies = (squares - whole > _ROUNDING * squares) & ((counts > 0).sum(axis=1) > 1)
        eta[:, j] = np.where(varies, ratio, np.nan)
    return eta, rows


def cramers_v(one: Ints, others: Ints, weights: Floats) -> tuple[Floats, Floats]:
    """Bias-corrected Cramér's V of one categorical column with every row of `others`.

    Parameters
    ----------
    one : codes, -1 where there is none, shape (n,).
    others : shape (m, n).
    weights : shape (n,).

    Returns
    -------
    V in [0, 1], NaN where either is constant over the common rows, and Σ weight of these rows; both of
    shape (m,).

    Notes
    -----
    ``φ̃² = max(0, χ²/n − (r − 1)(k − 1)/(n − 1))``, ``r̃ = r − (r − 1)²/(n − 1)``, k̃ likewise,
    ``V = √(φ̃²/min(r̃ − 1, k̃ − 1))``. Source: Bergsma, J. Korean Stat. Soc. 42 (2013) 323.

    Examples
    --------
    >>> a = np.array([0, 0, 1, 1, -1])
    >>> cramers_v(a, a[None, :], np.ones(5))[0].tolist()
    [1.0]
    """
    width, height = int(others.max(initial=0)) + 2, int(one.max(initial=0)) + 2
    # One array written twice: with a temporary for every term this line took longer than all that follow.
    place = others + (np.arange(len(others)) * (height * width) + width + 1)[:, None]
    place += one * width
    spread = np.broadcast_to(weights, place.shape).ravel()
    table = np.bincount(place.ravel(), weights=spread, minlength=len(others) * height * width)
    table = table.reshape(len(others), height, width)[:, 1:, 1:]
    by_one, by_other = table.sum(axis=2), table.sum(axis=1)
    n = by_one.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        # χ²/n = Σ n_ij²/(n_i n_j) − 1; an empty row or column adds nothing.
        scaled = table * np.where(by_one > 0, 1.0 / by_one, 0.0)[:, :, None]
        scaled *= table
        phi = (scaled.sum(axis=1) * np.where(by_other > 0, 1.0 / by_other, 0.0)).sum(axis=1) - 1.0
        r, k = ((side > 0).sum(axis=1).astype(np.float64) for side in (by_one, by_other))
        corrected = np.maximum(phi - (r - 1.0) * (k - 1.0) / (n - 1.0), 0.0)
        room = np.minimum(r - (r - 1.0) ** 2 / (n - 1.0), k - (k - 1.0) ** 2 / (n - 1.0)) - 1.0
        v = np.sqrt(np.clip(corrected / room, 0.0, 1.0))
    return np.where((r > 1) & (k > 1) & (room > 0), v, np.nan), n


def _standardised(x: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Each row moved and scaled into [-2, 2] with mean 0, and 0 where it has no value; then where it has one."""
    has = np.isfinite(x)
    low = np.min(x, axis=1, initial=np.inf, where=has) / 2.0
    high = np.max(x, axis=1, initial=-np.inf, where=has) / 2.0
    half = np.where(high > low, high - low, 1.0)[:, None]
    middle = np.add(high, low, out=np.zeros_like(low), where=high >= low)[:, None]
    scaled = np.where(has & (high > low)[:, None], x / half - middle / half, 0.0)
    there = has.astype(np.float64)
    total = there @ weights
    mean = np.divide(scaled @ weights, total, out=np.zeros_like(total), where=total > 0)
    scaled -= mean[:, None]
    scaled *= there
    return scaled, there
