"""Groups of a column's cells, as a sentence names them: compared as in SQL, with fewer digits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from barograph.explain.sampled import ABOVE, BELOW, NULL
from barograph.explain.slices.expressions import compared
from barograph.explain.territory import Coding
from barograph.explain.words import number, quoted
from barograph.profile.grid import CROSS_CELLS, CROSS_GROUPS, CategoricalGrid, ColumnGrid

Ints = NDArray[np.int64]

_NAMED = 3


def group_label(grid: ColumnGrid, coding: Coding, group: int) -> str:
    """The values of one group, such as ``temp >= 0.34 AND temp < 0.42`` or ``rate = 'variable'``."""
    return cells_label(grid, np.flatnonzero(coding.group == group))


def cells_label(grid: ColumnGrid, cells: Ints) -> str:
    """The values in some cells of a column's cross table, neighbours where it is numeric."""
    without = f"{quoted(grid.name)} without a value"
    valued = np.setdiff1d(cells, [NULL])
    if not len(valued):
        return without
    if isinstance(grid, CategoricalGrid):
        told = _categories(grid, valued)
    else:
        name = quoted(grid.name)
        name = {"datetime": f"the hour of the week of {name}", "text": f"the length of {name}"}.get(
            grid.kind, name
        )
        ends = (
            [valued] if not {BELOW, ABOVE} <= set(valued.tolist()) else [np.array([BELOW]), np.array([ABOVE])]
        )
        masks = [np.isin(np.arange(CROSS_CELLS), end) for end in ends]
        told = " or ".join(compared(name, grid, mask, guarded=False, figure=number) or name for mask in masks)
    return f"{told} or {without}" if NULL in cells else told


def _categories(grid: CategoricalGrid, cells: Ints) -> str:
    name, held = quoted(grid.name), set(cells.tolist())
    if held == {BELOW}:
        return f"{name} of new values"
    named = [c for i, c in enumerate(grid.categories) if min(i, CROSS_GROUPS - 1) in held]
    if len(named) == 1:
        return f"{name} = {named[0]!r}"
    more = len(named) - _NAMED
    shown = ", ".join(repr(c) for c in named[:_NAMED])
    return f"{name} in {shown}{f' and {more} more' if more > 0 else ''}"
