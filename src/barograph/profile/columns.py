"""The input part of a profile: one column's rows counted per cell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from barograph.profile.algebra import Ints, Sparse, added, highest, lowest, stacked
from barograph.profile.buckets import BucketNames
from barograph.profile.division import WEIGHT_STEPS, Division, Runs
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
    sketch : HyperLogLog registers, shape (cells, registers).
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
    if division.starts:
        parts = [sum_column(read.sliced(rows), column, grid, within) for rows, within in division.windows()]
        return stacked(parts)
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
        names=BucketNames.empty() if isinstance(grid, CategoricalGrid) else None,
    )


def _sketch(read: ReadColumn, grid: ColumnGrid, division: Division, counts: Ints) -> Registers:
    """Registers per cell: of the values that have a code of their own once, of all others row by row."""
    registers = np.zeros((division.cells, REGISTERS), np.uint8)
    cell, code = np.nonzero(counts * (grid.exact & grid.valued))
    update_registers(registers, grid.exact_words[code], cell.astype(np.int64))
    if not read.exact:
        update_registers(registers, read.words, division.cell, skip=(read.codes, grid.exact | ~grid.valued))
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
    if read.values is None or read.extremes is None:
        x = np.where(grid.valued, grid.exact_values, np.nan).take(read.codes, mode="clip")
        read = replace(read, values=np.where(np.isnan(x), grid.centre, x), extremes=x)
    assert read.values is not None
    assert read.extremes is not None
    runs, weight = division.runs, division.weight
    values, extremes = read.values, read.extremes
    if runs is not None:
        values = runs.together(values)
        extremes = values if read.extremes is read.values else runs.together(extremes)
        weight = None if weight is None else runs.together(weight)
    _extremes(extremes, runs, (low, high))
    facts = np.zeros((cells, len(FACTS)), np.int64)
    if grid.kind == "numeric":
        facts = _facts(extremes, column, low.min(initial=np.inf), (runs, cells))
    moments = fixed_sums(
        partial(_moments, values, grid.centre, weight),
        np.array(grid.steps),
        (len(values), runs, cells),
        bounds=_bounds(grid, low.min(initial=np.inf), high.max(initial=-np.inf)) if weight is None else None,
    )
    return _NumberSums(low=low, high=high, facts=facts, moments=moments)


def _moments(values: Floats, centre: float, weight: Floats | None, rows: slice) -> tuple[Floats, Floats]:
    """Distance from the centre and its square, by weight."""
    distance = values[rows] - centre
    square = distance * distance
    return (distance, square) if weight is None else (distance * weight[rows], square * weight[rows])


def _bounds(grid: NumericGrid, low: float, high: float) -> Floats:
    """Largest distance from the centre, and its square, of values between `low` and `high`."""
    if grid.kind == "datetime":
        low, high = grid.edges[0], grid.edges[-1]
    with np.errstate(over="ignore"):
        furthest = max(abs(low - grid.centre), abs(high - grid.centre)) if low <= high else 0.0
        return np.array([furthest, furthest * furthest])


def _extremes(values: Floats, runs: Runs | None, into: tuple[Floats, Floats]) -> None:
    """Smallest and largest per cell, NaN passed over."""
    if not len(values):
        return
    for extreme, function in zip(into, (np.fmin, np.fmax), strict=True):
        cells = slice(None) if runs is None else runs.held
        found = function.reduceat(values, [0] if runs is None else runs.first) + 0.0
        extreme[cells] = function(extreme[cells], found)


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
        repeated = np.repeat(measures[:, value], times, axis=1)
        moments = fixed_sums(
            lambda part: tuple(repeated[:, part]),
            steps,
            (repeated.shape[1], Runs.of(np.repeat(cell, times), len(counts)), len(counts)),
        )
    return _NumberSums(low=low, high=high, facts=facts.astype(np.int64), moments=moments)


def _limits(column: Column) -> tuple[float, float]:
    low, high = column.range or (None, None)
    return (-np.inf if low is None else low, np.inf if high is None else high)


def _facts(x: Floats, column: Column, smallest: float, place: tuple[Runs | None, int]) -> Ints:
    runs, cells = place
    limits = _limits(column)
    facts = np.zeros((cells, len(FACTS)), np.int64)
    found: list[tuple[int, NDArray[np.bool_]]] = []
    if smallest <= 0.0:
        found += [(0, x == 0.0), (1, x < 0.0)]
    if np.isfinite(limits).any():
        found.append((2, (x < limits[0]) | (x > limits[1])))
    for i, fact in found:
        if runs is None:
            facts[0, i] = np.count_nonzero(fact)
        else:
            facts[:, i] = np.bincount(runs.cells_of(np.flatnonzero(fact)), minlength=cells)
    return facts
