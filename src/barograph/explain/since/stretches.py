"""The stretch of a series that stands out most, at the cost of the series' length."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Longest stretches, in blocks of one length, before those of twice the length take over.
_LONGEST: Final = 64


def most_apart(weight: Floats, value: Floats, first: int) -> float:
    """The squares that one stretch with a level of its own saves at most, over the weight of the series.

    Parameters
    ----------
    weight, value : Σw and Σwy of the values before each index, shape (n + 1,); the last Σwy is 0.
    first : the first value of no earlier stretch.

    Notes
    -----
    Stretches of up to 64 values are all looked at; longer ones begin at every second, fourth, … value, so that either
    end is off by less than a 64th of their length. A stretch that reaches the end is looked at from every start.

    Examples
    --------
    >>> y = np.array([0.0, 0.0, 4.0, 4.0, 0.0, 0.0, 0.0, 0.0]) - 1.0
    >>> sums = np.concatenate(([0.0], np.cumsum(y)))
    >>> most_apart(np.arange(9.0), sums, 1) * 8.0
    24.0
    """
    best = _saved(weight[-1] - weight[first:-1], value[first:-1], float(weight[-1]))
    apart = 1
    shortest = 1
    while shortest < len(weight) - first:
        coarse = slice(first, None, apart)
        inside, moved = weight[coarse], value[coarse]
        for blocks in range(shortest if apart == 1 else _LONGEST // 2, _LONGEST):
            if blocks >= len(inside):
                break
            of_length = inside[blocks:] - inside[:-blocks]
            best = max(best, _saved(of_length, moved[blocks:] - moved[:-blocks], float(weight[-1])))
        apart *= 2
        shortest = _LONGEST // 2 * apart
    return best


def _saved(inside: Floats, moved: Floats, total: float) -> float:
    """The most that one of some stretches saves; a stretch of everything saves nothing."""
    below = inside * (total - inside)
    return float(
        np.divide(moved * moved, below, out=np.zeros_like(below), where=below > 0.0).max(initial=0.0)
    )
