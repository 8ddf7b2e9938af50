"""Half a row added to every cell, so that logarithms of empty cells exist."""

from __future__ import annotations

from barograph.metrics.drift.counts import Floats, shares

#: Added to every count of both sides (Jeffreys' prior).
HALF = 0.5


def smoothed(reference: Floats, current: Floats) -> tuple[Floats, Floats]:
    """Shares of both sides with ½ added to every count; cells empty on both sides are left out first.

    Parameters
    ----------
    reference, current : shape (…, cells); a cell is left out where no pair has a row in it.

    Examples
    --------
    >>> import numpy as np
    >>> smoothed(np.array([3.0, 0.0, 0.0]), np.array([1.0, 2.0, 0.0]))
    (array([0.875, 0.125]), array([0.375, 0.625]))
    """
    held = (reference + current > 0).reshape(-1, reference.shape[-1]).any(axis=0)
    return shares(reference[..., held] + HALF), shares(current[..., held] + HALF)
