"""Values the reference did not keep: what its own rare values say should be expected of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from barograph.metrics.drift.counts import Floats, Pair

Mask = NDArray[np.bool_]


def overflowed(counts: Pair, unseen: Mask) -> bool:
    """Whether the reference had more values than the grid keeps, so that its own rows are in unseen cells.

    Examples
    --------
    >>> from barograph.metrics.drift.counts import pair
    >>> overflowed(pair([9, 4, 0], [7, 5, 1]), np.array([False, False, True]))
    False
    """
    return bool(counts.reference[unseen].sum() > 0)


def settled(counts: Pair, unseen: Mask) -> Mask:
    """Cells that were kept for sure, not because the reference happened to draw many of them.

    A grid that keeps the reference's 1,000 most frequent values keeps, near the cut, those that were lucky
    there; they go down in any later window and the rest goes up. A cell whose rows on both sides together
    promise at least ``c + 4√c`` in the reference (c = the smallest count kept) is beyond luck. Where the
    grid keeps every value of the reference all its cells are settled.

    Examples
    --------
    >>> from barograph.metrics.drift.counts import pair
    >>> settled(pair([90, 4, 9], [95, 1, 9]), np.array([False, False, True])).tolist()
    [True, False, False]
    """
    known = ~unseen
    if not overflowed(counts, unseen):
        return known
    kept = counts.reference[known & (counts.reference > 0)]
    smallest = float(kept.min()) if len(kept) else 0.0
    share = counts.n_reference / (counts.n_reference + counts.n_current)
    sure: Mask = (counts.reference + counts.current) * share >= smallest + 4.0 * np.sqrt(smallest)
    return known & sure


def expected_reference(counts: Pair, unseen: Mask) -> Floats:
    """Rows each unseen cell would hold in a reference like this one whose values had not been looked at.

    Where the grid keeps every value of the reference: Good–Turing, the share of rows with values not seen
    before is expected to be the share of values seen exactly once. Where it overflowed: the cell's own
    rows, plus what the cells kept by luck lost. Both are spread evenly over the unseen cells.

    Notes
    -----
    Source: Good (1953), Biometrika 40, 237–264.

    Examples
    --------
    >>> from barograph.metrics.drift.counts import pair
    >>> expected_reference(pair([9, 1, 1, 0], [9, 1, 0, 1]), np.array([False, False, False, True]))
    array([2.])
    """
    own = counts.reference[unseen]
    if not len(own):
        return own
    if not overflowed(counts, unseen):
        return own + single_rows(counts, unseen) / len(own)
    lucky = ~unseen & ~settled(counts, unseen)
    lost = counts.reference[lucky].sum() - counts.current[lucky].sum() * counts.n_reference / counts.n_current
    return own + max(float(lost), 0.0) / len(own)


def single_rows(counts: Pair, unseen: Mask) -> float:
    """Reference rows whose value occurs once in it.

    Examples
    --------
    >>> from barograph.metrics.drift.counts import pair
    >>> single_rows(pair([9, 1, 1, 0], [9, 1, 0, 1]), np.array([False, False, False, True]))
    2.0
    """
    return float(counts.reference[~unseen & (counts.reference <= 1.0)].sum())
