"""A change of a mean divided among segments: shares that moved, and means that changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentMeans:
    """One side of a division, per segment; shape (segments,).

    Attributes
    ----------
    weight : Σ weight of the judged rows, in any unit.
    rows : judged rows.
    effective_rows : what their intervals rest on.
    mean : of the loss; 0 where there is no row.
    variance : of this mean; NaN where unknown.
    """

    weight: Floats
    rows: Floats
    effective_rows: Floats
    mean: Floats
    variance: Floats

    @property
    def share(self) -> Floats:
        """Share of the weight."""
        share: Floats = self.weight / self.weight.sum()
        return share


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """Mix and within of each segment and in all, with the variance of each; the last entry is in all."""

    mix: Floats
    mix_variance: Floats
    within: Floats
    within_variance: Floats


def mix_and_within(reference: SegmentMeans, current: SegmentMeans) -> Amounts:
    """Divide a change of a mean among segments.

    Notes
    -----
    ``Σ (π'_g − π_g)((R_g + R'_g)/2 − c) + Σ (R'_g − R_g)(π_g + π'_g)/2`` with c the mean of both sides' figures, which
    leaves the sum as it is and gives a segment no part for growing where it is like the rest. A segment that is new or
    gone has the mean of the side that knows it on both. Variances by the delta method: shares are multinomial, means
    independent.

    Examples
    --------
    >>> def side(weight, mean):
    ...     rows = np.array(weight)
    ...     return SegmentMeans(
    ...         weight=rows, rows=rows, effective_rows=rows, mean=np.array(mean), variance=np.full(2, 0.01)
    ...     )
    >>> amounts = mix_and_within(side([50.0, 50.0], [1.0, 3.0]), side([25.0, 75.0], [1.0, 4.0]))
    >>> amounts.mix.round(3).tolist(), amounts.within.round(3).tolist()
    ([0.406, 0.219, 0.625], [0.0, 0.625, 0.625])
    """
    p, q = reference.share, current.share
    before = np.where(reference.weight > 0.0, reference.mean, current.mean)
    after = np.where(current.weight > 0.0, current.mean, reference.mean)
    centre = 0.5 * float(p @ before + q @ after)
    level, rise = 0.5 * (before + after) - centre, after - before
    moved, share = q - p, 0.5 * (p + q)
    own = np.where(p > 0.0, reference.variance, 0.0) + np.where(q > 0.0, current.variance, 0.0)
    shares = [(p, float(reference.effective_rows.sum())), (q, float(current.effective_rows.sum()))]
    return Amounts(
        mix=_with_total(moved * level),
        mix_variance=_variances(level, shares) + _with_total((0.5 * moved) ** 2 * own),
        within=_with_total(rise * share),
        within_variance=_variances(0.5 * rise, shares) + _with_total(share * share * own),
    )


def _with_total(values: Floats) -> Floats:
    return np.append(values, values.sum())


def _variances(factor: Floats, shares: list[tuple[Floats, float]]) -> Floats:
    """Variance of factor · share for each segment and of their sum, from both sides' multinomial shares."""
    out = np.zeros(len(factor) + 1)
    for share, n in shares:
        squares = factor * factor * share
        mean = float(factor @ share)
        out += np.append(squares * (1.0 - share), squares.sum() - mean * mean) / max(n, 1.0)
    return np.maximum(out, 0.0)
