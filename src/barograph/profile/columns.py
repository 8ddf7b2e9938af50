"""The input part of a profile: one column's rows counted per cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barograph.profile.algebra import Ints, Sparse, added, highest, lowest
from barograph.profile.buckets import BucketNames
from barograph.profile.division import WEIGHT_STEPS, Division
from barograph.profile.fixed import FixedSums, counted_sums, fixed_sums, within_limb
from barograph.profile.grid import CategoricalGrid, ColumnGrid, NumericGrid
from barograph.profile.reading import ReadColumn
from barograph.profile.sketch import REGISTERS, Registers, update_registers
from barograph.profile.tails import tail_sums
from barograph.profile.values import Floats
from barograph.schema.model import Column

#: Facts counted beside the bins of a numeric column.
FACTS = ("zeros", "negatives", "out_of_range")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSums:
    """What is kept of one column, per cell.

    Attributes
    ----------
    counts : rows per code of the column's grid, shape (cells, codes).
    weighted : their weights in steps of 2⁻²⁰; None where rows have none.
    minimum, maximum : of finite values; datetimes in microseconds. Infinite where there is none.
    facts : zeros, negatives and values outside the declared range, shape (cells, 3).
    moments : sums of (x - centre) and of its square over finite values.
    tails : rows beyond the range; keys (cell, side -1 or 1, bin), values (rows, Σ mantissa·2³⁰).
    sketch : HyperLogLog registers, shape (cells, 512).
    names : values behind the hash buckets.
    """

    counts: Ints = added()
    weighted: Ints | None = added()
    minimum: Floats = lowest()
    maximum: Floats = highest()
    facts: Ints = added()
    moments: FixedSums | None
    tails: Sparse
    sketch: Registers = highest()
    names: BucketNames | None


def sum_column(read: ReadColumn, column: Column, grid: ColumnGrid, division: Division) -> ColumnSums:
    """Add up one read column per cell."""
    cell, cells = division.cell, division.cells
    flat = read.codes if cell is None else cell * grid.codes + read.codes
    counts = np.bincount(flat, minlength=cells * grid.codes).reshape(cells, grid.codes)
    weighted = None
    if division.weight is not None:
        steps = np.rint(division.weight * WEIGHT_STEPS)
        weighted = np.bincount(flat, weights=steps, minlength=cells * grid.codes)
        weighted = weighted.reshape(cells, grid.codes).astype(np.int64)
    numbers = _number_sums(read, column, grid, division, counts)
    return ColumnSums(
        counts=counts.astype(np.int64, copy=False),
        weighted=weighted,
        minimum=numbers.low,
        maximum=numbers.high,
        facts=numbers.facts,
        moments=numbers.moments,
        tails=tail_sums(read, grid, division, counts),
        sketch=_sketch(read, grid, division, counts),
        names=BucketNames.empty(cells) if isinstance(grid, CategoricalGrid) else None,
    )


def _sketch(read: ReadColumn, grid: ColumnGrid, division: Division, counts: Ints) -> Registers:
    """Registers per cell: of the values that have a code of their own once, of all others row by row."""
    registers = np.zeros((division.cells, REGISTERS), np.uint8)
    valued = grid.exact.copy()
    valued[grid.code("null")] = False
    cell, code = np.nonzero(counts * valued)
    update_registers(registers, grid.exact_words[code], cell.astype(np.int64))
    if read.exact:
        return registers
    if isinstance(grid, CategoricalGrid):
        held = (read.codes >= len(grid.categories)) & (read.codes < grid.code("null"))
    elif valued.any():
        held = ~valued.take(read.codes, mode="clip")
        held &= True if read.held is None else read.held
    elif read.held is None:
        update_registers(registers, read.words, division.cell)
        return registers
    else:
        held = read.held
    update_registers(registers, read.words[held], None if division.cell is None else division.cell[held])
    return registers


@dataclass(frozen=True, slots=True, kw_only=True)
class _NumberSums:
    low: Floats
    high: Floats
    facts: Ints
    moments: FixedSums | None


def _number_sums(
    read: ReadColumn, column: Column, grid: ColumnGrid, division: Division, counts: Ints
) -> _NumberSums:
    cells = division.cells
    low, high = np.full(cells, np.inf), np.full(cells, -np.inf)
    if not isinstance(grid, NumericGrid):
        return _NumberSums(low=low, high=high, facts=np.zeros((cells, len(FACTS)), np.int64), moments=None)
    if read.exact and division.weight is None:
        return _counted_number_sums(column, grid, counts)
    x = grid.edges.take(read.codes, mode="clip") if read.values is None else read.values
    extremes = x if read.extremes is None else read.extremes
    cell, weight = division.cell, division.weight
    if read.held is not None:
        cell = None if cell is None else cell[read.held]
        weight = None if weight is None else weight[read.held]
    if len(x):
        _extremes(extremes, read.span if extremes is read.values else None, cell, (low, high))
    measures = np.empty((2, len(x)))
    with np.errstate(over="ignore", invalid="ignore"):
        np.subtract(x, grid.centre, out=measures[0])
        np.multiply(measures[0], measures[0], out=measures[1])
        bounds = None
        if weight is None and len(x) and read.values is not None:
            furthest = max(abs(read.span[0] - grid.centre), abs(read.span[1] - grid.centre))
            bounds = np.array([furthest, furthest * furthest])
        if weight is not None:
            measures *= weight
    facts = np.zeros((cells, len(FACTS)), np.int64)
    if grid.kind == "numeric":
        smallest = -np.inf if read.values is None else read.span[0]
        facts = _facts(x, column, smallest, (cell, cells))
    moments = fixed_sums(measures, np.array(grid.steps), cell, cells, bounds=bounds)
    return _NumberSums(low=low, high=high, facts=facts, moments=moments)


def _extremes(
    values: Floats, span: tuple[float, float] | None, cell: Ints | None, into: tuple[Floats, Floats]
) -> None:
    low, high = into
    if cell is None:
        smallest, largest = span or (values.min(), values.max())
        low[0], high[0] = smallest + 0.0, largest + 0.0
    else:
        np.minimum.at(low, cell, values + 0.0)
        np.maximum.at(high, cell, values + 0.0)


def _counted_number_sums(column: Column, grid: NumericGrid, counts: Ints) -> _NumberSums:
    """Sums of rows that all lie in bins of one value: a function of the counts."""
    rows, values = counts[:, : grid.bins], grid.edges[: grid.bins]
    held = rows > 0
    low = np.where(held, values, np.inf).min(axis=1, initial=np.inf)
    high = np.where(held, values, -np.inf).max(axis=1, initial=-np.inf)
    used = held.any(axis=0)
    rows, values = rows[:, used], values[used]
    limits = _limits(column)
    facts = np.stack(
        [
            rows[:, f].sum(axis=1)
            for f in (values == 0.0, values < 0.0, (values < limits[0]) | (values > limits[1]))
        ],
        axis=1,
    )
    from_centre = values - grid.centre
    measures, steps = np.stack((from_centre, from_centre * from_centre)), np.array(grid.steps)
    if within_limb(measures, steps):
        moments = counted_sums(measures, steps, rows)
    else:
        cell, value = np.nonzero(rows)
        times = rows[cell, value]
        moments = fixed_sums(
            np.repeat(measures[:, value], times, axis=1),
            steps,
            np.repeat(cell, times).astype(np.int64),
            len(counts),
        )
    return _NumberSums(low=low, high=high, facts=facts.astype(np.int64), moments=moments)


def _limits(column: Column) -> tuple[float, float]:
    low, high = column.range or (None, None)
    return (-np.inf if low is None else low, np.inf if high is None else high)


def _facts(x: Floats, column: Column, smallest: float, place: tuple[Ints | None, int]) -> Ints:
    cell, cells = place
    limits = _limits(column)
    facts = np.zeros((cells, len(FACTS)), np.int64)
    found: list[tuple[int, NDArray[np.bool_]]] = []
    if smallest <= 0.0:
        found += [(0, x == 0.0), (1, x < 0.0)]
    if np.isfinite(limits).any():
        found.append((2, (x < limits[0]) | (x > limits[1])))
    for i, fact in found:
        if cell is None:
            facts[0, i] = np.count_nonzero(fact)
        else:
            facts[:, i] = np.bincount(cell[fact], minlength=cells)
    return facts
