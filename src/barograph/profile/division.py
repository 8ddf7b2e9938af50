"""How a block's rows fall into cells, and with what weight."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from barograph.profile.algebra import Ints
from barograph.profile.values import Floats

#: Weights are summed in steps of 2⁻²⁰.
WEIGHT_STEPS = float(1 << 20)
#: Squares of weights are summed in steps of 2⁻¹⁴: a sampling fraction of 1/10,000 squared must not overflow.
SQUARE_STEPS = float(1 << 14)
#: Windows of at least this many consecutive rows are counted one after the other, with no table of cells.
_LONG_RUN = 1 << 13


@dataclass(frozen=True, slots=True)
class Runs:
    """Rows brought together by cell, so that a sum per cell is a sum over neighbours.

    Attributes
    ----------
    order : the rows, cell after cell; None where they stand so already.
    first : position in that order of the first row of each cell that has any.
    held : these cells.
    """

    order: Ints | None
    first: Ints
    held: Ints

    @staticmethod
    def of(cell: Ints, cells: int) -> Runs:
        """The runs of rows whose cells, of so many, are given."""
        order = None
        if (cell[1:] < cell[:-1]).any():
            # Sorted by one or two bytes, which takes no comparisons.
            narrow = np.uint8 if cells <= 1 << 8 else np.uint16 if cells <= 1 << 16 else np.int64
            order = np.argsort(cell.astype(narrow), kind="stable")
            cell = cell.take(order)
        first = np.flatnonzero(np.concatenate(([len(cell) > 0], cell[1:] != cell[:-1])))
        return Runs(order, first, cell[first])

    def together(self, values: Floats) -> Floats:
        """The values of all rows, cell after cell."""
        return values if self.order is None else values.take(self.order)

    def cells_of(self, positions: Ints) -> Ints:
        """The cell of rows at some positions in the order."""
        return self.held[np.searchsorted(self.first, positions, side="right") - 1]


@dataclass(frozen=True, kw_only=True)
class Division:
    """How a block's rows fall into cells.

    Attributes
    ----------
    cell : cell of each row, or None where there is one cell.
    cells : number of cells.
    weight : weight of each row, or None.
    starts : where rows stand in order of time and cells are windows, the first row of each window and the end.
    """

    cell: Ints | None
    cells: int
    weight: Floats | None
    starts: tuple[int, ...] = ()

    @cached_property
    def runs(self) -> Runs | None:
        """The rows brought together by cell; None where there is one cell."""
        return None if self.cell is None else Runs.of(self.cell, self.cells)

    def windows(self) -> Iterator[tuple[slice, Division]]:
        """The rows of each window where they stand in order, one cell each."""
        for start, end in pairwise(self.starts):
            rows = slice(start, end)
            yield (
                rows,
                Division(cell=None, cells=1, weight=None if self.weight is None else self.weight[rows]),
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


def window_starts(window: Ints | None, windows: int) -> tuple[int, ...]:
    """First row of each window and the end, where rows stand in order of time and windows are long."""
    if window is None or windows * _LONG_RUN > len(window) or (window[1:] < window[:-1]).any():
        return ()
    return tuple(np.searchsorted(window, np.arange(windows + 1)).tolist())
