"""Which of many columns are worth a search for segments."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.explain.slices.columns import CellColumn
from barograph.profile.grid import CROSS_CELLS

Floats = NDArray[np.float64]

#: Of more columns, those that say most of the loss are searched.
_MOST_COLUMNS: Final = 20


def most_telling(columns: tuple[CellColumn, ...], loss: Floats, count: Floats) -> list[int]:
    """Positions of at most 20 columns: those along which the loss differs most, beyond what chance gives.

    Parameters
    ----------
    columns : features of the rows, from `cell_columns`.
    loss : of each row.
    count : rows that each row stands for.

    Returns
    -------
    Rising.

    Examples
    --------
    >>> most_telling((), np.ones(2), np.ones(2))
    []
    """
    if len(columns) <= _MOST_COLUMNS:
        return list(range(len(columns)))
    total = float(count.sum())
    away = count * (loss - float(count @ loss) / total)
    variance = max(float(away @ away) / total, 1e-300)
    told = []
    for column in columns:
        n = np.bincount(column.cells, count, CROSS_CELLS)
        held = n > 0
        between = np.bincount(column.cells, away, CROSS_CELLS)[held] ** 2 / n[held]
        free = max(int(held.sum()) - 1, 1)
        told.append((float(between.sum()) / variance - free) / free**0.5)
    return sorted(sorted(range(len(columns)), key=lambda i: -told[i])[:_MOST_COLUMNS])
