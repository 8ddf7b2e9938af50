"""What total variation reads when nothing changed: the moments of its noise."""

from __future__ import annotations

from functools import cache

import numpy as np

from barograph.metrics.drift.counts import Floats, Pair
from barograph.metrics.drift.unseen import Mask, overflowed, single_rows

#: Terms of the folded normal's series; the remainder is below 0.2 % even for two cells (correlation −1).
_TERMS = 20


def expected_squared_tv(counts: Pair, *, unseen: Mask | None = None) -> float:
    """E₀[TV²]: mean of the squared total variation if all rows were dealt to the two sides at random.

    Given the cell totals the counts are multivariate hypergeometric. With Dᵢ = pᵢ − qᵢ,
    ``E₀[TV²] = ¼ (Σ E Dᵢ² + Σ_{i≠j} E|Dᵢ| E|Dⱼ| f(ρᵢⱼ))``, where E Dᵢ² and E|Dᵢ| are exact and
    ``f(ρ) = √(1−ρ²) + ρ asin ρ`` is the folded bivariate normal's factor.

    Parameters
    ----------
    counts : Pair
        Both sides' counts.
    unseen : ndarray of bool of shape (cells,), optional
        Cells of values the grid did not keep. As many of their rows as Good–Turing expects are taken as
        values of one row each; a merged cell would have less noise than its values.

    Returns
    -------
    float in [0, 1]

    Notes
    -----
    Conditioning on the totals keeps it right for sparse cells: a category with one row in all always adds
    ½/n, whatever its true share. Exact for two cells, within 2 % of the permutation mean up to 1,100.
    Cost: O(cells). Source: Leone, Nelson & Nottingham (1961), Technometrics 3, for folded moments.

    Examples
    --------
    >>> from barograph.metrics.drift.counts import pair
    >>> round(expected_squared_tv(pair([50, 50], [50, 50])), 5)
    0.00503
    """
    n, m = round(counts.n_reference), round(counts.n_current)
    total, copies = _cells(counts, unseen)
    if n + m < 2:
        return 0.0
    scale = 1.0 / n + 1.0 / m
    variance = n * m * total * (n + m - total) / ((n + m) ** 2 * (n + m - 1.0)) * scale**2
    mean = mean_deviation(total, side=m, other=n) * scale
    if copies.sum() == 2:
        # Both differences are the same one, with opposite signs.
        return float(min(variance[0], 1.0))
    odds = total / np.maximum(n + m - total, 1e-9)
    cross = _cross_sum(mean, odds, copies)
    return float(min(0.25 * (np.sum(copies * np.maximum(variance, 0.0)) + cross), 1.0))


def mean_deviation(cell: Floats, *, side: int, other: int) -> Floats:
    """E|X − EX| of the rows of a cell that fall on one side, X hypergeometric; exact for whole numbers.

    ``2 k (other − t + k)/N · P(X = k)`` with k = ⌊EX⌋ + 1; linear between whole t.

    Examples
    --------
    >>> mean_deviation(np.array([1.0, 2.0]), side=50, other=50).round(4)
    array([0.5   , 0.4949])
    """
    low = np.floor(cell)
    part = cell - low
    below = _whole_deviation(low, side=side, other=other)
    if not part.any():
        return below
    return (1.0 - part) * below + part * _whole_deviation(low + 1.0, side=side, other=other)


def _whole_deviation(t: Floats, *, side: int, other: int) -> Floats:
    from scipy.special import gammaln

    n = side + other
    k = np.floor(t * (side / n)) + 1.0
    possible = (k <= t) & (k <= side) & (other - t + k > 0)
    t_, k_ = np.where(possible, t, 1.0), np.where(possible, k, 1.0)

    def log_choose(a: Floats | float, b: Floats | float) -> Floats:
        return np.asarray(
            gammaln(np.add(a, 1.0)) - gammaln(np.add(b, 1.0)) - gammaln(np.subtract(a, b) + 1.0)
        )

    log_p = log_choose(t_, k_) + log_choose(n - t_, side - k_) - log_choose(float(n), float(side))
    return np.where(possible, 2.0 * k_ * (other - t_ + k_) / n * np.exp(log_p), 0.0)


def _cells(counts: Pair, unseen: Mask | None) -> tuple[Floats, Floats]:
    """Cell totals and how many cells there are of each, unseen values taken apart again."""
    total = counts.reference + counts.current
    if unseen is None or overflowed(counts, unseen):
        held = total[total > 0]
        return held, np.ones(len(held))
    rows = float(counts.current[unseen].sum())
    apart = min(rows, single_rows(counts, unseen) * counts.n_current / counts.n_reference)
    total = np.where(unseen, total * (1.0 - apart / rows if rows else 1.0), total)
    held = total[total > 0]
    return np.append(held, 1.0), np.append(np.ones(len(held)), apart)


def _cross_sum(mean: Floats, odds: Floats, copies: Floats) -> float:
    """Σ_{i≠j} mᵢ mⱼ f(ρᵢⱼ) with ρ² = oddsᵢ·oddsⱼ; the series separates, so no pair is ever formed.

    The largest cell alone can have odds above 1, where powers overflow: its pairs are summed directly.
    """
    top = int(np.argmax(odds))
    rho = np.sqrt(np.clip(odds * odds[top], 0.0, 1.0))
    weights = copies.copy()
    weights[top] -= 1.0
    with_top = 2.0 * mean[top] * np.sum(weights * mean * _fold(rho))
    rest, coefficients = 0.0, _series()
    small = np.where(weights > 0, np.minimum(odds, 1.0), 0.0)
    powers = np.ones((len(coefficients), len(mean)))
    np.multiply.accumulate(np.broadcast_to(small, (_TERMS, len(mean))), axis=0, out=powers[1:])
    terms = mean * powers
    weighted = weights * terms
    for coefficient, one, two in zip(
        coefficients, np.sum(weighted, axis=1), np.sum(weighted * terms, axis=1), strict=True
    ):
        rest += coefficient * float(one**2 - two)
    return float(with_top + rest)


def _fold(rho: Floats) -> Floats:
    return np.sqrt(np.maximum(1.0 - rho * rho, 0.0)) + rho * np.arcsin(rho)


@cache
def _series() -> Floats:
    """Coefficients of f in ρ², which begin 1, 1/2, 1/24, 1/80."""
    coefficients, b = [1.0], 1.0
    for k in range(_TERMS):
        coefficients.append(b / ((2 * k + 1) * (2 * k + 2)))
        b *= (2 * k + 1) / (2 * k + 2)
    return np.array(coefficients)
