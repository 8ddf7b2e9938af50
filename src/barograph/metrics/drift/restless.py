"""Which columns hold more than one value in every window."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.metrics.drift.roles import INPUT_ROLES
from barograph.profile.columns import ColumnSums
from barograph.profile.grid import ColumnGrid, NumericGrid
from barograph.profile.value import Profile

_FEWEST_WINDOWS: Final = 4


def restless_columns(windows: Profile) -> frozenset[str]:
    """Inputs that hold more than one value in each of a reference's windows; none where it has fewer than 4.

    Parameters
    ----------
    windows : the reference's windows of all rows, each a cell.
    """
    if len(windows.cells) < _FEWEST_WINDOWS:
        return frozenset()
    return frozenset(
        column.name
        for column in windows.schema.columns
        if column.role in INPUT_ROLES
        and column.name in windows.columns
        and not is_constant(
            windows.columns[column.name], windows.grid.columns[column.name], fewest_rows=1
        ).any()
    )


def is_constant(sums: ColumnSums, grid: ColumnGrid, *, fewest_rows: int) -> NDArray[np.bool_]:
    """Whether all rows of a cell hold one value; of cells with too few rows not.

    Values that share a code are one value where the code is a number's bin of which smallest and largest agree, or a
    named category; rows of unnamed categories are never taken for one value.
    """
    rows, held = sums.counts.sum(axis=1), sums.counts > 0
    one_code = held.sum(axis=1) == 1
    if isinstance(grid, NumericGrid):
        none_finite = ~np.isfinite(sums.minimum)
        one_value = one_code & (none_finite | (sums.minimum == sums.maximum))
    else:
        named = np.array(grid.exact) | ~np.array(grid.valued)
        one_value = one_code & named[held.argmax(axis=1)]
    found: NDArray[np.bool_] = one_value & (rows >= fewest_rows)
    return found
