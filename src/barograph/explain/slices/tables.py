"""Sums of rows by the cells of several columns together: several small tables from one count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[Any]

#: A table of several columns, of which smaller ones are taken, has at most so many cells.
_MOST_CELLS = 1 << 16
#: ... and at most this part of the rows: adding up a larger one costs more than it saves.
_ROWS_PER_CELL = 16
#: Rows counted at a time, so that their codes stay in the processor's cache.
_CHUNK = 1 << 17

#: Columns, by position.
Columns = tuple[int, ...]


def sums_by(codes: Codes, weights: Sequence[Floats | None], size: int) -> Floats:
    """Σ of each weight (None: rows) by code, shape (weights, size)."""
    sums = np.zeros((len(weights), size))
    for start in range(0, len(codes), _CHUNK):
        part = slice(start, start + _CHUNK)
        places = codes[part].astype(np.intp)
        for i, w in enumerate(weights):
            sums[i] += np.bincount(places, weights=None if w is None else w[part], minlength=size)
    return sums


def tables_of(
    cells: Sequence[Codes],
    sizes: Sequence[int],
    weights: Sequence[Floats | None],
    wanted: set[Columns],
    first: Columns,
) -> Iterator[tuple[Columns, Floats]]:
    """The table of some columns together, and of others that can be had from the same count.

    Parameters
    ----------
    cells : of each column, the cell of every row.
    sizes : cells of each column.
    weights : summed in each cell; None for rows.
    wanted : columns whose tables are still wanted, all of as many columns; those given are taken out.
    first : of these, the ones to begin with.

    Yields
    ------
    Columns and their table, shape (weights, cells of the first, of the second, …).
    """
    block = _block(sizes, wanted, first, max(len(cells[0]) // _ROWS_PER_CELL, 1))
    shape = tuple(sizes[c] for c in block)
    size = int(np.prod(shape))
    table = sums_by(_codes([cells[c] for c in block], shape), weights, size).reshape(-1, *shape)
    for columns in combinations(block, len(first)):
        if columns in wanted:
            wanted.discard(columns)
            others = tuple(1 + i for i, c in enumerate(block) if c not in columns)
            yield columns, table.sum(axis=others) if others else table


def _block(sizes: Sequence[int], wanted: set[Columns], first: Columns, most: int) -> Columns:
    """The columns to begin with, and others that give the most tables wanted."""
    block, cells = first, int(np.prod([sizes[c] for c in first]))
    limit = min(_MOST_CELLS, most)
    while cells < limit:
        gains = {
            c: sum(tuple(sorted((*part, c))) in wanted for part in combinations(block, len(first) - 1))
            for c in range(len(sizes))
            if c not in block and cells * sizes[c] <= limit
        }
        best = max(gains, key=lambda c: gains[c], default=None)
        if best is None or not gains[best]:
            break
        block, cells = tuple(sorted((*block, best))), cells * sizes[best]
    return block


def _codes(cells: Sequence[Codes], shape: Columns) -> Codes:
    """One code a row for several columns."""
    codes: Codes = cells[0].astype(np.uint16 if int(np.prod(shape)) <= 1 << 16 else np.uint32)
    for column, size in zip(cells[1:], shape[1:], strict=True):
        np.multiply(codes, size, out=codes)
        np.add(codes, column, out=codes, casting="unsafe")
    return codes
