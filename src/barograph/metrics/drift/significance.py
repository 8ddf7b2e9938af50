"""Is it more than noise: one p-value per column, honest at every number of rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from barograph.metrics.drift.cell_tails import all_on_one_side, cell_tails
from barograph.metrics.drift.chi2 import chi2
from barograph.metrics.drift.counts import Floats, Pair, pair
from barograph.metrics.drift.unseen import Mask, expected_reference, settled


def drift_p_value(
    reference: ArrayLike, current: ArrayLike, *, unseen: Mask | None = None, ordered: int = 0
) -> float:
    """p-value of "both sides are draws from one distribution", sensitive to broad and to single-cell changes.

    ``p = min(1, 2 · min(p_χ², p_max))``: the two-sample χ² sees many small changes, p_max (Bonferroni over
    the tails of the cells that could reach as far) a rare class that doubles among 500 that stay.

    Parameters
    ----------
    reference, current : array-like of shape (cells,)
        Rows per cell of the test grid; nulls, invalid and unseen values are cells of their own.
    unseen : ndarray of bool of shape (cells,), optional
        Cells of values the grid did not keep (hash buckets of new or rare categories). Without it a
        reference with many rare categories raises false alarms: its cells were chosen by looking at it.
    ordered : int
        The first so many cells are ranges in order: with few rows χ² joins neighbours.

    Returns
    -------
    float in [0, 1]; small means changed.

    Raises
    ------
    DataError
        Cells not aligned, or a side without rows.

    Notes
    -----
    The method is the same at every number of rows. Cells empty on both sides are ignored. Cost: O(cells),
    1 ms for 1,100. False alarms and power are tabulated in benchmarks/RESULTS.md.
    Source: the χ² of Pearson (1900) and cell tails of Skovgaard (1987), combined
    by Bonferroni over attainable cells as in Tarone (1990), Biometrics 46, 515–522.

    Examples
    --------
    >>> drift_p_value([500, 300, 200], [510, 295, 195]) > 0.5
    True
    >>> drift_p_value([990, 10], [940, 60]) < 1e-6
    True
    """
    counts = pair(reference, current)
    p_chi2 = chi2(reference, current, unseen=unseen, ordered=ordered).p_value
    return float(min(1.0, 2.0 * min(p_chi2, _largest_residual(counts, unseen))))


def cell_p_values(reference: ArrayLike, current: ArrayLike, *, unseen: Mask | None = None) -> Floats:
    """Two-sided p-value of each cell on its own, before any correction for their number.

    ``min(1, 2 · min(P(X ≤ x), P(X ≥ x)))`` with X the cell's current count given its total. Where `unseen` is
    given, the other cells exist because the reference holds a row of them, and tails are conditional on it;
    unseen cells are tested for more rows than expected only.

    Parameters
    ----------
    reference, current, unseen
        As in `drift_p_value`.

    Returns
    -------
    ndarray of float64 of shape (cells,), 1 for cells that cannot be tested.

    Examples
    --------
    >>> cell_p_values([50, 50], [20, 80]).round(6)
    array([1.4e-05, 1.4e-05])
    """
    counts = pair(reference, current)
    totals = counts.n_reference, counts.n_current
    if unseen is None:
        lower, upper = cell_tails(counts.reference, counts.current, totals=totals)
        return np.minimum(1.0, 2.0 * np.minimum(lower, upper))
    reference = counts.reference.copy()
    reference[unseen] = expected_reference(counts, unseen)
    lower, upper = cell_tails(reference, counts.current, totals=totals)
    hidden = all_on_one_side(counts.reference + counts.current, side=totals[1], other=totals[0])
    seen = np.maximum(1.0 - hidden, 1e-300)
    lower = np.where(unseen, 1.0, np.minimum(lower / seen, 1.0))
    upper = np.where(unseen, upper, np.clip((upper - hidden) / seen, 0.0, 1.0))
    tested = (unseen | settled(counts, unseen)) & (counts.reference + counts.current > 0)
    return np.where(tested, np.minimum(1.0, 2.0 * np.minimum(lower, upper)), 1.0)


def _largest_residual(counts: Pair, unseen: Mask | None) -> float:
    """Bonferroni over the cells that could have reached the smallest p-value at all (Tarone 1990)."""
    total = counts.reference + counts.current
    held = total > 0
    if held.sum() < 2:
        return 1.0
    smallest = float(cell_p_values(counts.reference, counts.current, unseen=unseen).min())
    n, m = counts.n_reference, counts.n_current
    best = 2.0 * np.minimum(all_on_one_side(total, side=m, other=n), all_on_one_side(total, side=n, other=m))
    able = held & ((best <= smallest) if unseen is None else ((best <= smallest) | unseen))
    return float(min(1.0, smallest * max(int(able.sum()), 1)))
