"""The reference's own variation: is the change more than its windows differ from each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from barograph.errors import DataError
from barograph.metrics.drift.counts import Floats
from barograph.metrics.drift.expected_scores import Wander, wander_of
from barograph.metrics.drift.pooling import SMALLEST_EXPECTED
from barograph.metrics.drift.window_correlation import neighbours_left_out


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """How much a column's reference windows differ from each other.

    Attributes
    ----------
    windows : how many there are.
    phases : hours of the day or days of the week of the windows, ascending; None where all are compared with all.
    sums : counts per phase and cell, cells with small expectations pooled; one row where there are no phases.
    used : windows with rows of each phase.
    kept : for every original cell, the pooled cell it belongs to.
    constant : all rows are in one original cell.
    wander : what the windows' χ² against the others has beyond its degrees of freedom.
    rho : lag-1 autocorrelation of the direction that wanders, noise and all.
    wander_rho : the same of what wanders, noise taken out.
    k_eff : effective number of independent windows, K(1 − ρ)/(1 + ρ).
    fresh : original cells that no row of the reference is in, and that are no range of numbers.
    singles : values that the reference has once.
    """

    windows: int
    phases: NDArray[np.int64] | None
    sums: Floats
    used: Floats
    kept: NDArray[np.intp]
    constant: bool
    wander: Wander
    rho: float
    wander_rho: float
    k_eff: float
    fresh: NDArray[np.bool_]
    singles: int


def reference_variation(
    windows: ArrayLike,
    *,
    rho: float,
    wander_rho: float | None = None,
    phases: ArrayLike | None = None,
    ranges: int = 0,
    singles: int = 0,
    together: int = 1,
) -> Variation:
    """Score every reference window against the others, leaving out its neighbours.

    The score is the two-sample χ² of the window and the others of its phase further away than the lag at
    which ρ^lag < .1. The mean score says what wanders, `wander_of`; ``K_eff = K(1 − ρ)/(1 + ρ)``.

    Parameters
    ----------
    windows : array-like of shape (windows, cells)
        Rows per reference window, in order of time, and test cell.
    rho : float
        Lag-1 autocorrelation of the column, from `thinned_rho`, in [0, 1).
    wander_rho : float, optional
        From `wander_rho`, for a current side that pools windows; `rho` if not given or smaller.
    phases : array-like of int of shape (windows,), optional
        Hour of the day or day of the week of each window; a window is scored against its own phase only.
    ranges : int
        The first so many cells are ranges of numbers: new ones lie beside known ones.
    singles : int
        Values that the reference has once: of how many more there are that it has not.
    together : int
        How many windows each of those holds that will be judged.

    Returns
    -------
    Variation

    Raises
    ------
    DataError
        Not a matrix, no rows, or `rho` outside [0, 1).

    Notes
    -----
    Cells with fewer than 5 expected rows in the median window, or in `together` of them, are pooled, the smallest other
    one with them where they stay below 5 together. Cost: O(windows · cells).
    Source: Bayley & Hammersley (1946), J. R. Stat. Soc. Suppl. 8, 184, for effective windows.

    Examples
    --------
    >>> days = np.random.default_rng(4).multinomial(400, [0.5, 0.3, 0.2], size=28)
    >>> v = reference_variation(days, rho=0.0)
    >>> v.k_eff, v.wander.mean < 1.0
    (28.0, True)
    """
    table = np.asarray(windows, dtype=np.float64)
    if table.ndim != 2 or table.sum() <= 0 or (table < 0).any():
        raise DataError(
            f"reference windows have shape {table.shape}; expected rows per window and cell, not all 0"
        )
    if not 0 <= rho < 1:
        raise DataError(f"the windows' correlation is {rho}; expected 0 or more and less than 1")
    held = table.sum(axis=1) > 0
    phase = None if phases is None else np.asarray(phases, dtype=np.int64)
    kept = _pooled_cells(table[held], together)
    pooled = in_pooled_cells(table, kept)
    scores = _scores(pooled, held, phase=phase, lag=neighbours_left_out(rho))
    there, sums, used = _by_phase(pooled, held, phase)
    free = float(np.count_nonzero(sums.sum(axis=0))) - 1.0
    k_eff = len(scores) * (1.0 - rho) / (1.0 + rho)
    # Squares of windows remember each other by ρ², so their mean rests on more windows than that of shares.
    of_squares = len(scores) * (1.0 - rho**2) / (1.0 + rho**2)
    return Variation(
        windows=len(table),
        phases=there,
        sums=sums,
        used=used,
        kept=kept,
        constant=bool(np.count_nonzero(table.sum(axis=0)) == 1),
        wander=wander_of(float(scores.mean()) if len(scores) else 0.0, free=free, k_eff=of_squares),
        rho=rho,
        wander_rho=max(rho, wander_rho or 0.0),
        k_eff=k_eff,
        fresh=(table.sum(axis=0) == 0) & (np.arange(table.shape[1]) >= ranges),
        singles=singles,
    )


def in_pooled_cells(windows: Floats, kept: NDArray[np.intp]) -> Floats:
    """Rows per window and pooled cell.

    Examples
    --------
    >>> in_pooled_cells(np.array([[1.0, 2.0, 4.0]]), np.array([0, 1, 1])).tolist()
    [[1.0, 6.0]]
    """
    cells = int(kept.max()) + 1
    flat = (np.arange(len(windows))[:, None] * cells + kept).ravel()
    pooled = np.bincount(flat, weights=windows.ravel(), minlength=len(windows) * cells)
    return pooled.reshape(len(windows), cells).astype(np.float64)


def _pooled_cells(table: Floats, windows: int) -> NDArray[np.intp]:
    """Pooled cell of each cell; those with small expectations in so many median windows share the last.

    Should these be expected to stay below 5 together, the smallest other cell joins them: one row in a cell that the
    reference's m windows leave empty would add m to a score.
    """
    rows = windows * np.median(table.sum(axis=1))
    expected = table.sum(axis=0) / table.sum() * rows
    alone = expected >= SMALLEST_EXPECTED
    if not alone.all() and expected[~alone].sum() < SMALLEST_EXPECTED and np.count_nonzero(alone) > 1:
        alone[np.argmin(np.where(alone, expected, np.inf))] = False
    where = np.cumsum(alone) - 1
    return np.where(alone, where, alone.sum()).astype(np.intp)


def _by_phase(
    pooled: Floats, held: NDArray[np.bool_], phase: NDArray[np.int64] | None
) -> tuple[NDArray[np.int64] | None, Floats, Floats]:
    """Phases, and the counts and the number of the windows with rows of each."""
    if phase is None:
        return None, pooled.sum(axis=0, keepdims=True), np.array([float(np.count_nonzero(held))])
    there, place = np.unique(phase, return_inverse=True)
    sums = np.zeros((len(there), pooled.shape[1]))
    np.add.at(sums, place, pooled)
    return there, sums, np.bincount(place, weights=held).astype(np.float64)


def _scores(pooled: Floats, held: NDArray[np.bool_], *, phase: NDArray[np.int64] | None, lag: int) -> Floats:
    """χ² of every window with rows against the others of its phase, where there are any, neighbours left out."""
    others = np.empty_like(pooled)
    index = np.arange(len(pooled))
    for mine in [index] if phase is None else [np.flatnonzero(phase == p) for p in np.unique(phase)]:
        sums = np.concatenate((np.zeros((1, pooled.shape[1])), np.cumsum(pooled[mine], axis=0)))
        first = np.searchsorted(mine, mine - lag, side="left")
        after = np.searchsorted(mine, mine + lag, side="right")
        others[mine] = sums[-1] - (sums[after] - sums[first])
    scored = np.flatnonzero(held & (others.sum(axis=1) > 0))
    return window_chi2(others[scored], pooled[scored])


def window_chi2(reference: Floats, current: Floats) -> Floats:
    """χ² of two count vectors along the last axis, cells empty on both sides left out; both sides hold rows.

    Examples
    --------
    >>> window_chi2(np.array([10.0, 10.0, 0.0]), np.array([[10.0, 30.0, 0.0], [10.0, 10.0, 0.0]])).round(2)
    array([3.75, 0.  ])
    """
    n, m = reference.sum(axis=-1, keepdims=True), current.sum(axis=-1, keepdims=True)
    both, difference = reference + current, reference / n - current / m
    parts = np.divide(difference * difference, both, out=np.zeros_like(difference), where=both > 0)
    scores: Floats = (n * m * parts.sum(axis=-1, keepdims=True))[..., 0]
    return scores
