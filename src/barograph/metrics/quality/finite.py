"""The finite values of a numeric column as cells with a first and a last value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barograph.locale.said import say, word
from barograph.metrics.values import Undefined
from barograph.metrics.views import ColumnView
from barograph.profile.grid import NumericGrid
from barograph.profile.tails import tail_distances, tail_ends

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class FiniteCells:
    """Cells that hold a row, ascending: bins, and beyond the range narrower cells each with its mean.

    Attributes
    ----------
    first, last : smallest and largest value a row of the cell is taken to have: beyond the range both its mean.
    least, most : smallest and largest value a row of the cell can have.
    rows, weights : of the cell; beyond the range, a side's weight is divided by rows.
    minimum, maximum : of the values; infinite where there is none.
    """

    first: Floats
    last: Floats
    least: Floats
    most: Floats
    rows: NDArray[np.int64]
    weights: Floats
    minimum: float = np.inf
    maximum: float = -np.inf

    @property
    def exact(self) -> NDArray[np.bool_]:
        """Whether all rows of the cell hold one value."""
        one: NDArray[np.bool_] = self.first == self.last
        return one


def finite_cells(view: ColumnView) -> FiniteCells | Undefined:
    """Cells of the finite values of a numeric or text column.

    A cell never reaches beyond the column's minimum and maximum.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import column_of
    >>> finite_cells(column_of([1.0, 1.0, 3.0, None])).first.tolist()
    [1.0, 3.0]
    """
    grid = view.grid
    if not isinstance(grid, NumericGrid):
        return Undefined(
            reason="not_applicable",
            detail=say("{column} is {kind}", column=repr(view.column.name), kind=word(view.column.kind)),
        )
    low, high = float(view.sums.minimum[0]), float(view.sums.maximum[0])
    bins, inside = grid.bins, view.counts[: grid.bins]
    first, last = grid.edges[:bins], np.nextafter(grid.edges[1:], -np.inf) if bins else grid.edges
    ends = [
        _beyond(view, grid, -1),
        FiniteCells(first=first, last=last, least=first, most=last, rows=inside, weights=view.weights[:bins]),
        _beyond(view, grid, 1),
    ]  # fmt: skip
    rows = np.concatenate([e.rows for e in ends])
    held = rows > 0
    return FiniteCells(
        first=np.clip(np.concatenate([e.first for e in ends]), low, high)[held],
        last=np.clip(np.concatenate([e.last for e in ends]), low, high)[held],
        least=np.clip(np.concatenate([e.least for e in ends]), low, high)[held],
        most=np.clip(np.concatenate([e.most for e in ends]), low, high)[held],
        rows=rows[held],
        weights=np.concatenate([e.weights for e in ends])[held],
        minimum=low,
        maximum=high,
    )


def bounds(grid: NumericGrid) -> tuple[Floats, Floats]:
    """First and last finite value of each bin, then of `above` and `below`.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import column_of
    >>> first, last = bounds(column_of([1.0, 2.0]).grid)
    >>> first[:1].tolist(), last[:1].tolist()
    ([1.0], [1.0])
    """
    largest = np.finfo(np.float64).max
    low, high = (grid.edges[0], grid.edges[-1]) if grid.bins else (0.0, 0.0)
    first = np.concatenate((grid.edges[: grid.bins], [high, -largest]))
    ends = np.concatenate((grid.edges[1:] if grid.bins else grid.edges, [np.inf, low]))
    return first, np.nextafter(ends, -np.inf)


def _beyond(view: ColumnView, grid: NumericGrid, side: int) -> FiniteCells:
    """Cells on one side of the reference's range, ascending, every one at the mean of its rows."""
    tails = view.sums.tails
    held = tails.keys[:, 1] == side
    rows, q = tails.values[held].T
    steps = tail_distances(tails.keys[held, 2], q / rows)
    edge = (grid.edges[-1] if side > 0 else grid.edges[0]) if grid.bins else 0.0
    with np.errstate(over="ignore"):
        at = edge + side * steps * grid.unit
        near, far = (edge + side * d * grid.unit for d in tail_ends(tails.keys[held, 2]))
    # One row alone may stand beside its rounded distance; the sides stay apart all the same.
    at = np.maximum(at, edge) if side > 0 else np.minimum(at, np.nextafter(edge, -np.inf))
    least, most = np.minimum(np.minimum(near, far), at), np.maximum(np.maximum(near, far), at)
    code = grid.code("above" if side > 0 else "below")
    each = view.weights[code] / max(int(view.counts[code]), 1)
    order = slice(None, None, side)
    return FiniteCells(
        first=at[order], last=at[order], least=least[order], most=most[order], rows=rows[order],
        weights=(rows * each)[order],
    )  # fmt: skip
