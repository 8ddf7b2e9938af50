"""How a block's rows fall into cells, and with what weight."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from barograph.profile.algebra import Ints
from barograph.profile.values import Floats

#: Weights are summed in steps of 2⁻²⁰.
WEIGHT_STEPS = float(1 << 20)
#: Squares of weights are summed in steps of 2⁻¹⁴: a sampling fraction of 1/10,000 squared must not overflow.
SQUARE_STEPS = float(1 << 14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """How a block's rows fall into cells.

    Attributes
    ----------
    cell : cell of each row, or None where there is one cell.
    cells : number of cells.
    weight : weight of each row, or None.
    starts : where rows stand in order of time, the first row of each window and the end; every window has
        its share of the cells, one window's after another's. Empty where rows are not in order.
    """

    cell: Ints | None
    cells: int
    weight: Floats | None
    starts: tuple[int, ...] = ()

    @property
    def cells_of_window(self) -> int:
        """Cells in each of the windows that stand in order."""
        return self.cells // max(len(self.starts) - 1, 1)

    def windows(self) -> Iterator[tuple[slice, Division]]:
        """The rows of each window that stands in order, and how they fall into its cells."""
        size = self.cells_of_window
        for i, (start, end) in enumerate(pairwise(self.starts)):
            rows = slice(start, end)
            yield (
                rows,
                Division(
                    cell=None if self.cell is None or size == 1 else self.cell[rows] - i * size,
                    cells=size,
                    weight=None if self.weight is None else self.weight[rows],
                ),
            )


def weight_sums(weight: Floats, cell: Ints | None, cells: int) -> tuple[Ints, Ints]:
    """Σ weight and Σ weight² per cell, in their steps."""
    place = np.zeros(len(weight), np.int64) if cell is None else cell
    sums = np.bincount(place, weights=np.rint(weight * WEIGHT_STEPS), minlength=cells)
    # In two halves of 20 bits or so: float64 additions below 2⁵³ are exact in any order.
    squares = np.rint(weight * weight * SQUARE_STEPS)
    high = np.floor(squares / WEIGHT_STEPS)
    halves = (np.bincount(place, weights=h, minlength=cells) for h in (high, squares - high * WEIGHT_STEPS))
    above, below = (h.astype(np.int64) for h in halves)
    return sums.astype(np.int64), above * int(WEIGHT_STEPS) + below
