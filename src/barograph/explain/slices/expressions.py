"""A predicate in SQL, as `by` of a profile takes it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.explain.sampled import ABOVE, BELOW, NULL
from barograph.explain.slices.columns import CellColumn, named_categories
from barograph.profile.grid import CROSS_CELLS, CROSS_GROUPS, CategoricalGrid, NumericGrid

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LARGEST = "1.7976931348623157e308"


def expression_of(column: CellColumn, mask: NDArray[np.bool_]) -> str:
    """SQL that is true for the rows in some cells of a feature.

    Parameters
    ----------
    mask : cells taken: null alone, neighbours of the feature's order, or any categories.

    Examples
    --------
    >>> from barograph.explain.slices.columns import cell_columns
    >>> from barograph.profile.grid import CategoricalGrid, Grid
    >>> grid = CategoricalGrid(name="c", kind="categorical", categories=("a", "b"), mass=np.ones(2), complete=True)
    >>> (column,) = cell_columns({"c": np.array([0, 1])}, Grid(columns={"c": grid}))
    >>> expression_of(column, np.arange(36) == 1), expression_of(column, np.arange(36) == 32)
    ("c = 'b'", "c NOT IN ('a', 'b')")
    """
    name = _name(column.name)
    mask = mask & ~_gaps(column)
    if mask[NULL]:
        return f"{name} IS NULL"
    if isinstance(column.grid, CategoricalGrid):
        return _categories(name, column.grid, mask)
    if column.grid.kind == "text":
        return _range(f"LENGTH({name})", column.grid, mask, guarded=False)
    if column.grid.kind == "datetime":
        hour = f"(CAST(DATE_PART('isodow', {name}) AS INTEGER) * 24 + DATE_PART('hour', {name}) - 24)"
        return _range(hour, column.grid, mask, guarded=False)
    return _range(name, column.grid, mask, guarded=column.guarded)


def _gaps(column: CellColumn) -> NDArray[np.bool_]:
    """Cells between values that neither the grid's rows nor these have, as between integers: not worth a word."""
    empty = np.zeros(CROSS_CELLS, bool)
    if isinstance(column.grid, NumericGrid):
        known = np.bincount(
            column.grid.cross[: column.grid.bins], weights=column.grid.mass, minlength=CROSS_CELLS
        )
        here = np.bincount(column.cells, minlength=CROSS_CELLS)
        empty = (known + here == 0.0) & (np.arange(CROSS_CELLS) < CROSS_GROUPS)
    return empty


def _name(name: str) -> str:
    """The column's name as SQL reads it: plain where that is understood, else in quotes."""
    if _PLAIN.fullmatch(name):
        try:
            read = pl.sql_expr(f"{name} >= 0")
        except (pl.exceptions.PolarsError, ValueError):
            read = None
        if read is not None and read.meta.eq(pl.col(name) >= pl.lit(0)):
            return name
    return '"' + name.replace('"', '""') + '"'


def _categories(name: str, grid: CategoricalGrid, mask: NDArray[np.bool_]) -> str:
    names, others = named_categories(grid)
    held = bool(mask[others[0]])
    told = ["'" + text.replace("'", "''") + "'" for i, text in enumerate(names) if mask[i] != held]
    if held:
        return f"{name} NOT IN ({', '.join(told)})" if told else f"{name} IS NOT NULL"
    return f"{name} = {told[0]}" if len(told) == 1 else f"{name} IN ({', '.join(told)})"


def _range(name: str, grid: NumericGrid, mask: NDArray[np.bool_], *, guarded: bool) -> str:
    return compared(name, grid, mask, guarded=guarded, figure=_figure) or f"{name} IS NOT NULL"


def compared(
    name: str, grid: NumericGrid, mask: NDArray[np.bool_], *, guarded: bool, figure: Callable[[float], str]
) -> str:
    """The values in neighbouring cells as comparisons of a name; empty where every value is.

    Parameters
    ----------
    figure : writes a number.
    """
    told = comparisons(grid, mask, guarded=guarded, figure=figure)
    return " AND ".join(f"{name} {comparison}" for comparison in told)


def comparisons(
    grid: NumericGrid, mask: NDArray[np.bool_], *, guarded: bool, figure: Callable[[float], str]
) -> list[str]:
    """What `compared` says of the name, at most two: a sign and a number each."""
    held = np.flatnonzero(mask[grid.cross[: grid.bins]])
    low = high = None
    if not mask[BELOW]:
        low = float(grid.edges[held[0]] if len(held) else grid.edges[-1])
    if not mask[ABOVE]:
        high = float(grid.edges[held[-1] + 1] if len(held) else grid.edges[0])
    if low is not None and high is not None and high == math.nextafter(low, math.inf):
        return [f"= {figure(low)}"]
    parts = []
    if low is not None:
        parts.append(_shorter(low, (">=", ">"), figure))
    elif guarded:
        parts.append(f">= -{_LARGEST}")
    if high is not None:
        parts.append(_shorter(high, ("<", "<="), figure))
    elif guarded:
        parts.append(f"<= {_LARGEST}")
    return parts


def _shorter(edge: float, signs: tuple[str, str], figure: Callable[[float], str]) -> str:
    """A comparison with an edge, or with the number just before it where that is shorter to write."""
    previous = math.nextafter(edge, -math.inf)
    if len(_figure(previous)) < len(_figure(edge)):
        return f"{signs[1]} {figure(previous)}"
    return f"{signs[0]} {figure(edge)}"


def _figure(x: float) -> str:
    return str(int(x)) if x == round(x) and abs(x) < 1e15 else repr(x)
