"""Small expectations pooled: the cells a χ² can be trusted on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from barograph.metrics.drift.counts import Floats, Pair
from barograph.metrics.drift.unseen import settled

#: Smallest expected count of a cell, on either side, that stands alone (Cochran's rule).
SMALLEST_EXPECTED = 5.0


def pooled(
    counts: Pair, *, unseen: NDArray[np.bool_] | None = None, ordered: int = 0
) -> tuple[Floats, Floats]:
    """Gather cells with a small expected count on either side into one, the tail.

    A cell with t rows in all is expected to hold ``t·n/N`` and ``t·m/N``; where the smaller is below 5 the
    cell joins the tail. Choosing by t alone favours neither side. Should the tail itself stay below 5,
    the smallest remaining cell joins it. Cells empty on both sides vanish.

    Parameters
    ----------
    counts : Pair
        Both sides' counts.
    ordered : int
        The first so many cells are ranges in order. Those with a small expected count join their neighbours
        instead, so that few rows are still told apart by size.
    unseen : ndarray of bool of shape (cells,), optional
        Cells of values the grid did not keep. They always join the tail: a reference with 500 rare
        categories expects unseen values as often as its own rare ones go missing.

    Returns
    -------
    (reference, current) : ndarray of float64
        At least one cell; a single one where nothing can be tested.

    Notes
    -----
    Source: Cochran (1954), Biometrics 10, 417–451, for the limit of 5.

    Examples
    --------
    >>> from barograph.metrics.drift.counts import pair
    >>> pooled(pair([50, 30, 4, 3], [40, 40, 3, 5]))
    (array([50., 30.,  7.]), array([40., 40.,  8.]))
    """
    if ordered:
        counts = _neighbours_joined(counts, ordered)
    total = counts.reference + counts.current
    n = counts.n_reference + counts.n_current
    share = min(counts.n_reference, counts.n_current) / n
    alone = total * share >= SMALLEST_EXPECTED
    if unseen is not None:
        alone &= settled(counts, unseen)
    tail = (total > 0) & ~alone
    if tail.any() and total[tail].sum() * share < SMALLEST_EXPECTED and alone.any():
        smallest = int(np.argmin(np.where(alone, total, np.inf)))
        alone[smallest], tail[smallest] = False, True
    if not tail.any():
        return counts.reference[alone], counts.current[alone]
    return (
        np.append(counts.reference[alone], counts.reference[tail].sum()),
        np.append(counts.current[alone], counts.current[tail].sum()),
    )


def _neighbours_joined(counts: Pair, ordered: int) -> Pair:
    """The same rows in fewer ranges, each expected to hold enough on both sides; chosen by both sides' total."""
    total = (counts.reference + counts.current)[:ordered]
    n = counts.n_reference + counts.n_current
    least = SMALLEST_EXPECTED * n / min(counts.n_reference, counts.n_current)
    group = np.zeros(len(counts.reference), np.int64)
    last, held = 0, 0.0
    for cell, rows in enumerate(total.tolist()):
        # A range is closed once it holds enough, and only where enough is left for another.
        if held >= least and total[cell:].sum() >= least:
            last, held = last + 1, 0.0
        group[cell] = last
        held += rows
    group[ordered:] = last + 1 + np.arange(len(group) - ordered)
    return replace(
        counts,
        reference=np.bincount(group, weights=counts.reference).astype(np.float64),
        current=np.bincount(group, weights=counts.current).astype(np.float64),
    )
