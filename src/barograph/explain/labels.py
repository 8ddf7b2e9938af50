"""Groups of a column's cells, as a sentence names them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from barograph.explain.sampled import ABOVE, BELOW, NULL
from barograph.explain.territory import Coding
from barograph.explain.words import number
from barograph.profile.grid import CROSS_GROUPS, CategoricalGrid, ColumnGrid

Ints = NDArray[np.int64]

_NAMED = 3


def group_label(grid: ColumnGrid, coding: Coding, group: int) -> str:
    """The values of one group, such as ``temp 0.34 to 0.42`` or ``rate = 'variable'``."""
    return cells_label(grid, np.flatnonzero(coding.group == group))


def cells_label(grid: ColumnGrid, cells: Ints) -> str:
    """The values in some cells of a column's cross table, neighbours where it is numeric."""
    held = set(cells.tolist())
    if held == {NULL}:
        return f"{grid.name} without a value"
    if isinstance(grid, CategoricalGrid):
        return _categories(grid, cells)
    return _range(grid.name, *_ends(grid, cells))


def _categories(grid: CategoricalGrid, cells: Ints) -> str:
    if set(cells.tolist()) == {BELOW}:
        return f"{grid.name} of new values"
    named = [c for i, c in enumerate(grid.categories) if min(i, CROSS_GROUPS - 1) in set(cells.tolist())]
    if len(named) == 1:
        return f"{grid.name} = {named[0]!r}"
    more = len(named) - _NAMED
    shown = ", ".join(repr(c) for c in named[:_NAMED])
    return f"{grid.name} in {shown}{f' and {more} more' if more > 0 else ''}"


def _ends(grid: ColumnGrid, cells: Ints) -> tuple[float | None, float | None]:
    """From, and to, of the values in some cells; None where there is no end."""
    assert not isinstance(grid, CategoricalGrid)
    low = high = None
    held = np.flatnonzero(np.isin(grid.cross[: grid.bins], cells))
    if len(held):
        low, high = float(grid.edges[held[0]]), float(grid.edges[held[-1] + 1])
        if np.nextafter(float(grid.edges[held[-1]]), np.inf) >= high:
            high = float(grid.edges[held[-1]])
    if BELOW in cells:
        return None, high if high is not None else float(grid.edges[0])
    if ABOVE in cells:
        return low if low is not None else _largest(grid), None
    return low, high


def _largest(grid: ColumnGrid) -> float:
    assert not isinstance(grid, CategoricalGrid)
    last = float(grid.edges[-2])
    return (
        last if np.nextafter(last, np.inf) >= grid.edges[-1] else float(np.nextafter(grid.edges[-1], -np.inf))
    )


def _range(name: str, low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return name
    if low is None:
        return f"{name} below {number(high or 0.0)}"
    if high is None:
        return f"{name} above {number(low)}"
    return f"{name} {number(low)}" if low == high else f"{name} {number(low)} to {number(high)}"
