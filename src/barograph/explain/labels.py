"""Groups of a column's cells, as a sentence names them: compared as in SQL, with fewer digits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from barograph.explain.sampled import ABOVE, BELOW, NULL
from barograph.explain.slices.expressions import comparisons
from barograph.explain.territory import Coding
from barograph.explain.words import number, quoted
from barograph.locale.said import say, together
from barograph.profile.grid import CROSS_CELLS, CROSS_GROUPS, CategoricalGrid, ColumnGrid, NumericGrid

Ints = NDArray[np.int64]

_NAMED = 3


def group_label(grid: ColumnGrid, coding: Coding, group: int) -> str:
    """The values of one group, such as ``temp >= 0.34 AND temp < 0.42`` or ``rate = 'variable'``."""
    return cells_label(grid, np.flatnonzero(coding.group == group))


def cells_label(grid: ColumnGrid, cells: Ints) -> str:
    """The values in some cells of a column's cross table, neighbours where it is numeric."""
    without = say("{column} without a value", column=quoted(grid.name))
    valued = np.setdiff1d(cells, [NULL])
    if not len(valued):
        return without
    if isinstance(grid, CategoricalGrid):
        told = _categories(grid, valued)
    else:
        name = quoted(grid.name)
        if grid.kind == "datetime":
            name = say("the hour of the week of {column}", column=name)
        elif grid.kind == "text":
            name = say("the length of {column}", column=name)
        ends = (
            [valued] if not {BELOW, ABOVE} <= set(valued.tolist()) else [np.array([BELOW]), np.array([ABOVE])]
        )
        masks = [np.isin(np.arange(CROSS_CELLS), end) for end in ends]
        sides = [_compared(name, grid, mask) for mask in masks]
        told = sides[0] if len(sides) == 1 else say("{one} or {other}", one=sides[0], other=sides[1])
    return say("{one} or {other}", one=told, other=without) if NULL in cells else told


def _compared(name: str, grid: NumericGrid, mask: NDArray[np.bool_]) -> str:
    told = [
        say("{column} {comparison}", column=name, comparison=comparison)
        for comparison in comparisons(grid, mask, guarded=False, figure=number)
    ]
    if not told:
        return name
    return told[0] if len(told) == 1 else say("{one} AND {other}", one=told[0], other=told[1])


def _categories(grid: CategoricalGrid, cells: Ints) -> str:
    name, held = quoted(grid.name), set(cells.tolist())
    if held == {BELOW}:
        return say("{column} of new values", column=name)
    named = [c for i, c in enumerate(grid.categories) if min(i, CROSS_GROUPS - 1) in held]
    if len(named) == 1:
        return say("{column} = {value}", column=name, value=repr(named[0]))
    more = len(named) - _NAMED
    shown = together([repr(c) for c in named[:_NAMED]], ", ")
    if more > 0:
        shown = say("{names} and {n} more", names=shown, n=more)
    return say("{column} in {names}", column=name, names=shown)
