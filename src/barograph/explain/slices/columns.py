"""A feature's cells as predicates: ranges of neighbouring cells, single categories, null."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.explain.sampled import ABOVE, BELOW, INVALID, NULL
from barograph.frames.names import values_of
from barograph.profile.count import features_of
from barograph.profile.grid import CROSS_CELLS, CROSS_GROUPS, CategoricalGrid, ColumnGrid, Grid
from barograph.profile.nested_groups import nested_groups
from barograph.profile.reading import RawColumn, Room, read_column
from barograph.schema.model import Schema

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Cells = NDArray[np.uint8]
Masks = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellColumn:
    """One feature of some rows, read as cells of its cross table.

    Attributes
    ----------
    cells : of each row, 0 to 35.
    order : cells that stand in order, so that neighbours can be joined; empty for categories.
    alone : sets of cells that are a predicate by themselves.
    guarded : some rows hold NaN or ±∞, which a comparison in SQL would take for numbers.
    """

    name: str
    cells: Cells
    grid: ColumnGrid
    order: tuple[int, ...]
    alone: tuple[tuple[int, ...], ...]
    guarded: bool


def cells_of_rows(frame: pl.DataFrame, schema: Schema, grid: Grid) -> dict[str, Ints]:
    """The cell of each row of a batch's frame, for every feature; `sampled.cells_of` reads a sample's.

    Examples
    --------
    >>> from barograph.frames.batch import Batch
    >>> from barograph.profile.learn import learn_grid
    >>> from barograph.schema.model import Column
    >>> frame, schema = pl.DataFrame({"x": [1.0, None, 3.0, 1.0]}), Schema(columns=(Column(name="x"),))
    >>> cells_of_rows(frame, schema, learn_grid(Batch(frame=frame, mismatched={}), schema))["x"].tolist()
    [0, 34, 2, 0]
    """
    out = {}
    for name in features_of(schema, grid):
        if name in frame.columns:
            raw = RawColumn(series=values_of(frame, name), mismatched=None, timezone=grid.timezone)
            codes = read_column(raw, grid.columns[name], Room.of(frame.height)).codes
            out[name] = grid.columns[name].cross.take(codes, mode="clip")
    return out


def cell_columns(cells: Mapping[str, Ints], grid: Grid) -> tuple[CellColumn, ...]:
    """The features that segments can be told in.

    Parameters
    ----------
    cells : of each row by feature, as `cells_of_rows` and `sampled.cells_of` give them.

    Notes
    -----
    Left out: datetimes counted in another time zone than UTC, whose hours no SQL expression tells.
    """
    out = []
    for name, of_rows in cells.items():
        column = grid.columns[name]
        if column.kind == "datetime" and grid.timezone != "UTC":
            continue
        order, alone = _categories(column) if isinstance(column, CategoricalGrid) else _ranges(column)
        out.append(
            CellColumn(
                name=name,
                cells=of_rows.astype(np.uint8),
                grid=column,
                order=order,
                alone=(*alone, (NULL,)),
                guarded=bool((of_rows == INVALID).any()),
            )
        )
    return tuple(out)


def named_categories(grid: CategoricalGrid) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Categories that have a cell of their own, and the cells of all other values.

    Examples
    --------
    >>> grid = CategoricalGrid(name="c", kind="categorical", categories=("a", "b"), mass=np.ones(2), complete=True)
    >>> named_categories(grid)
    (('a', 'b'), (32,))
    """
    if grid.complete and len(grid.categories) <= CROSS_GROUPS:
        return grid.categories, (BELOW,)
    return grid.categories[: CROSS_GROUPS - 1], (CROSS_GROUPS - 1, BELOW)


def predicates_of(column: CellColumn, mass: Floats, groups: int, smallest: float) -> Masks:
    """Predicates of a feature: which cells each takes, shape (predicates, 36).

    Parameters
    ----------
    mass : rows per cell.
    groups : neighbouring cells are joined into at most so many of about equal mass, and the most frequent so many
        categories are taken; rows beyond the range stay apart where they are many.
    smallest : rows of a predicate, at least; those that all rows meet are left out too.
    """
    parts = _joined(column.order, mass, groups, smallest)
    ends = ((i, j) for i in range(len(parts)) for j in range(i + 1, len(parts) + 1))
    found = [np.concatenate(parts[i:j]) for i, j in ends if j - i < len(parts)]
    found += [np.array(cells) for cells in sorted(column.alone, key=lambda c: -mass[list(c)].sum())[:groups]]
    masks = np.zeros((len(found), CROSS_CELLS), bool)
    for mask, cells in zip(masks, found, strict=True):
        mask[cells] = True
    held = masks @ mass
    kept: Masks = masks[(held >= smallest) & (held < mass.sum())]
    return kept


def shared_cells(masks: Masks) -> tuple[Masks, NDArray[np.intp]]:
    """Take cells that no predicate tells apart for one; returns the masks over these, and which each cell is.

    Examples
    --------
    >>> held, group = shared_cells(np.array([[True, True, False]]))
    >>> held.tolist(), group.tolist()
    ([[False, True]], [1, 1, 0])
    """
    if not len(masks):
        return np.zeros((0, 1), bool), np.zeros(masks.shape[1], np.intp)
    held, group = np.unique(masks, axis=1, return_inverse=True)
    return held, np.asarray(group, np.intp).ravel()


def _joined(order: Sequence[int], mass: Floats, groups: int, smallest: float) -> list[Ints]:
    """The cells of each group of neighbours, in order."""
    if not order:
        return []
    cells, of_cells = np.array(order), mass[list(order)]
    first, last = (int(mass[end] >= smallest) for end in (BELOW, ABOVE))
    inner = slice(first, len(cells) - last)
    group = nested_groups(np.rint(of_cells[inner]).astype(np.int64), groups)
    parts = [cells[inner][group == g] for g in range(int(group.max(initial=-1)) + 1)]
    return [*([cells[:1]] * first), *(p for p in parts if len(p)), *([cells[-1:]] * last)]


def _categories(grid: CategoricalGrid) -> tuple[tuple[int, ...], tuple[tuple[int, ...], ...]]:
    names, others = named_categories(grid)
    return (), (*((i,) for i in range(len(names))), others)


def _ranges(grid: ColumnGrid) -> tuple[tuple[int, ...], tuple[tuple[int, ...], ...]]:
    groups = int(grid.cross[: grid.codes][grid.cross < CROSS_GROUPS].max(initial=-1)) + 1
    return ((BELOW, *range(groups), ABOVE), ()) if groups else ((), ())
