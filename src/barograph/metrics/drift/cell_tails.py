"""Tail probabilities of one cell's count, given both sides' rows and the cell's total."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def cell_tails(
    reference: ArrayLike, current: ArrayLike, *, totals: tuple[float, float]
) -> tuple[Floats, Floats]:
    """P(X ≤ x) and P(X ≥ x) of the current count of each cell under no change.

    Given the margins, X is hypergeometric. Its tails come from the double saddlepoint formula with
    continuity correction, ``Φ(−r) + φ(r)(1/u − 1/r)``, r the signed root of the corrected 2 × 2 table's G.

    Parameters
    ----------
    reference, current : array-like of shape (cells,)
        Rows per cell; they may be fractional (weights scaled to an effective number of rows).
    totals : (float, float)
        Rows of the reference and of the current side.

    Returns
    -------
    (lower, upper) : ndarray of float64 of shape (cells,), each in [0, 1]
        A cell that can only take the value it took has both at 1.

    Notes
    -----
    Relative error against the exact tail at most 10 % for p > 1e-12, cells of 1 to 10⁶ rows, and 30 % where one
    side has 30 times the rows of the other or more (measured in the property tests). Unlike a standardised
    residual it stays honest for rare cells: with 500 categories the level per cell is about 1e-5, where a
    normal residual of a cell with 5 rows is off by a factor of 10.
    Source: Skovgaard (1987), J. Appl. Prob. 24, 875–887; Butler, Saddlepoint Approximations (2007), §4.1.

    Examples
    --------
    >>> lower, upper = cell_tails([1.0], [9.0], totals=(100.0, 100.0))
    >>> bool(abs(upper[0] - 0.0092) < 3e-4)
    True
    """
    a, x = np.asarray(reference, dtype=np.float64), np.asarray(current, dtype=np.float64)
    n, m = totals
    upper = np.where(a > 0, _upper(x, a, m - x, n - a), all_on_one_side(x, side=m, other=n))
    lower = np.where(x > 0, _upper(a, x, n - a, m - x), all_on_one_side(a, side=n, other=m))
    return lower, upper


def all_on_one_side(cell: ArrayLike, *, side: float, other: float) -> Floats:
    """Probability that all rows of a cell fall on one side, given the cell's rows: the exact end of the tail.

    ``C(side, t) / C(side + other, t)``, written with log-gamma so that t may be fractional.

    Parameters
    ----------
    cell : array-like of shape (cells,)
        Rows of the cell, both sides together.
    side, other : float
        Rows of the side that would hold them all, and of the other.

    Returns
    -------
    ndarray of float64 of shape (cells,), in [0, 1]

    Examples
    --------
    >>> all_on_one_side([0.0, 1.0], side=100.0, other=300.0).round(4)
    array([1.  , 0.25])
    """
    from scipy.special import gammaln

    t = np.asarray(cell, dtype=np.float64)
    fits = np.minimum(t, side)
    n = side + other
    log_p = gammaln(side + 1) - gammaln(side - fits + 1) - gammaln(n + 1) + gammaln(n - fits + 1)
    return np.where(t <= side, np.exp(np.minimum(log_p, 0.0)), 0.0)


def _upper(x: Floats, a: Floats, c: Floats, d: Floats) -> Floats:
    """P(X ≥ x) for the table [[x, a], [c, d]] with its margins fixed."""
    from scipy.special import ndtr, xlogy

    free = (x > 0.5) & (d > 0.5)
    x, a, c, d = (np.where(free, side, 1.0) for side in (x, a, c, d))
    table = np.stack([x - 0.5, a + 0.5, c + 0.5, d - 0.5])
    rows, columns, n = (x + a, c + d), (x + c, a + d), x + a + c + d
    expected = (
        np.stack([rows[0] * columns[0], rows[0] * columns[1], rows[1] * columns[0], rows[1] * columns[1]]) / n
    )
    ratio = np.where(free, table / expected, 1.0)
    g = 2.0 * xlogy(table, ratio).sum(axis=0)
    log_odds = np.where(free, np.log(np.maximum(table[0] * table[3] / (table[1] * table[2]), 1e-300)), 0.0)
    r = np.sign(log_odds) * np.sqrt(np.maximum(g, 0.0))
    spread = np.sqrt(table.prod(axis=0) / (columns[0] * columns[1]) / (rows[0] * rows[1] / n))
    u = 2.0 * np.sinh(log_odds / 2.0) * spread
    # Both terms of 1/u − 1/r grow without bound at the mean, where the tail is near one half anyway.
    far = np.abs(r) > 0.05
    with np.errstate(under="ignore"):
        density = np.exp(-0.5 * r * r) / np.sqrt(2.0 * np.pi)
        correction = density * (1.0 / np.where(far, u, 1.0) - 1.0 / np.where(far, r, 1.0))
        tail = ndtr(-r) + np.where(far, correction, 0.0)
    return np.where(free, np.clip(tail, 0.0, 1.0), 1.0)
