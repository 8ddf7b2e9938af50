"""The input part of a profile: one column's rows counted per cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.profile.algebra import Ints, Sparse, added, highest, lowest
from barograph.profile.fixed import FixedSums, fixed_sums
from barograph.profile.grid import BUCKETS, CategoricalGrid, ColumnGrid, NumericGrid
from barograph.profile.hashing import Words, hash_null, hash_numbers, hash_texts
from barograph.profile.sketch import REGISTERS, Registers, update_registers
from barograph.profile.values import Floats, as_numbers
from barograph.schema.model import Column

#: Facts counted beside the bins of a numeric column.
FACTS = ("zeros", "negatives", "out_of_range")
#: Weights are summed in steps of 2⁻²⁰.
WEIGHT_STEPS = float(1 << 20)
_TAIL_BITS = 30


@dataclass(frozen=True, slots=True)
class BucketNames:
    """For each hash bucket of a categorical column, the value of its row with the smallest row key.

    Attributes
    ----------
    keys : uint64, shape (cells, 64); the largest integer where a bucket is empty.
    names : the values beside them.
    """

    keys: Words
    names: NDArray[np.object_]

    @staticmethod
    def empty(cells: int) -> BucketNames:
        """No bucket named."""
        return BucketNames(
            np.full((cells, BUCKETS), np.iinfo(np.uint64).max, np.uint64),
            np.full((cells, BUCKETS), "", object),
        )

    def merged(self, other: BucketNames) -> BucketNames:
        """The name with the smaller key, bucket by bucket; equal keys: the first name in order."""
        theirs = (other.keys < self.keys) | ((other.keys == self.keys) & (other.names < self.names))
        return BucketNames(
            np.where(theirs, other.keys, self.keys), np.where(theirs, other.names, self.names)
        )

    def aligned(self, to: Ints, size: int) -> BucketNames:
        """Move cells; where cells meet, names are merged."""
        out = BucketNames.empty(size)
        for i, cell in enumerate(to):
            one = BucketNames(self.keys[i : i + 1], self.names[i : i + 1])
            met = BucketNames(out.keys[cell : cell + 1], out.names[cell : cell + 1]).merged(one)
            out.keys[cell], out.names[cell] = met.keys[0], met.names[0]
        return out

    def selected(self, cells: Ints) -> BucketNames:
        """Only the given cells."""
        return BucketNames(self.keys[cells], self.names[cells])


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
    sketch: Registers | None = highest()
    names: BucketNames | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadColumn:
    """One column of a block, read once and then summed under any division into cells.

    Attributes
    ----------
    codes : grid code of each row.
    words : value hash of each row.
    values : finite values and the mask of rows that hold them (None: all rows do); numeric only.
    extremes : like `values`, but what minimum and maximum are taken of.
    unseen : rows outside the named categories: their positions, buckets and texts.
    """

    codes: Ints
    words: Words
    values: Floats | None = None
    extremes: Floats | None = None
    held: NDArray[np.bool_] | None = None
    unseen: tuple[Ints, Ints, pl.Series] | None = None


def read_column(
    series: pl.Series, grid: ColumnGrid, mismatched: NDArray[np.bool_] | None, timezone: str
) -> ReadColumn:
    """Bin and hash one typed column of a block."""
    if isinstance(grid, CategoricalGrid):
        return _read_categories(series, grid, mismatched)
    return _read_numbers(series, grid, mismatched, timezone)


def _read_numbers(
    series: pl.Series, grid: NumericGrid, mismatched: NDArray[np.bool_] | None, timezone: str
) -> ReadColumn:
    numbers = as_numbers(series, grid.kind, timezone)
    x = numbers.to_numpy()
    words = hash_numbers(x, grid.salt)
    finite = np.isfinite(x)
    held = None if finite.all() else finite
    if grid.bins:
        codes = grid.binner.codes(x)
        codes -= 1
        below = codes < 0
        if below.any():
            codes[below] = grid.code("below")
    else:
        codes = np.where(x < 0, grid.code("below"), grid.code("above"))
    if held is not None:
        codes[np.isnan(x)] = grid.code("nan")
        codes[x == -np.inf] = grid.code("neg_inf")
        codes[x == np.inf] = grid.code("pos_inf")
        if numbers.null_count():
            null = numbers.is_null().to_numpy()
            codes[null] = grid.code("null")
            words[null] = hash_null(grid.salt)
    if mismatched is not None:
        codes[mismatched] = grid.code("mismatched")
    extremes = x
    if grid.kind == "datetime":
        extremes = series.to_physical().cast(pl.Float64).to_numpy()
        words = hash_numbers(extremes, grid.salt)
    return ReadColumn(
        codes=codes,
        words=words,
        values=x if held is None else x[held],
        extremes=extremes if held is None else extremes[held],
        held=held,
    )


def _read_categories(
    series: pl.Series, grid: CategoricalGrid, mismatched: NDArray[np.bool_] | None
) -> ReadColumn:
    known = series.cast(pl.String).cast(pl.Enum(grid.categories), strict=False)
    codes = known.to_physical().cast(pl.Int64).fill_null(-1).to_numpy(writable=True)
    words = np.append(hash_texts(pl.Series(grid.categories, dtype=pl.String), grid.salt), hash_null(grid.salt))[codes]
    unseen = None
    outside = codes < 0
    if outside.any():
        if series.null_count():
            null = series.is_null().to_numpy()
            codes[null] = grid.code("null")
            outside &= ~null
        rows = np.flatnonzero(outside)
        if len(rows):
            texts = series.filter(pl.Series(outside)).cast(pl.String)
            words[rows] = hash_texts(texts, grid.salt)
            buckets = (words[rows] & np.uint64(BUCKETS - 1)).astype(np.int64)
            codes[rows] = len(grid.categories) + buckets
            unseen = (rows, buckets, texts)
    if mismatched is not None:
        codes[mismatched] = grid.code("mismatched")
    return ReadColumn(codes=codes, words=words, unseen=unseen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """How a block's rows fall into cells.

    Attributes
    ----------
    cell : cell of each row, or None where there is one cell.
    cells : number of cells.
    weight : weight of each row, or None.
    keys : row hashes that choose the names of unseen values.
    """

    cell: Ints | None
    cells: int
    weight: Floats | None
    keys: Words


def sum_column(
    read: ReadColumn, column: Column, grid: ColumnGrid, division: Division, *, sketched: bool = True
) -> ColumnSums:
    """Add up one read column per cell."""
    cell, cells = division.cell, division.cells
    flat = read.codes if cell is None else cell * grid.codes + read.codes
    counts = np.bincount(flat, minlength=cells * grid.codes).reshape(cells, grid.codes)
    weighted = None
    if division.weight is not None:
        steps = np.rint(division.weight * WEIGHT_STEPS)
        weighted = np.bincount(flat, weights=steps, minlength=cells * grid.codes)
        weighted = weighted.reshape(cells, grid.codes).astype(np.int64)
    sketch = None
    if sketched:
        sketch = np.zeros((cells, REGISTERS), np.uint8)
        held = counted_rows(read, grid)
        update_registers(
            sketch,
            read.words if held is None else read.words[held],
            cell if held is None or cell is None else cell[held],
        )
    lowest_, highest_, facts, moments = _number_sums(read, column, grid, division)
    return ColumnSums(
        counts=counts.astype(np.int64, copy=False),
        weighted=weighted,
        minimum=lowest_,
        maximum=highest_,
        facts=facts,
        moments=moments,
        tails=_tail_sums(read, grid, division),
        sketch=sketch,
        names=_bucket_names(read, division) if isinstance(grid, CategoricalGrid) else None,
    )


def counted_rows(read: ReadColumn, grid: ColumnGrid) -> NDArray[np.bool_] | None:
    """Mask of rows that hold a value, None where all do."""
    if isinstance(grid, CategoricalGrid):
        valued = read.codes < grid.code("null")
        return None if valued.all() else valued
    return read.held


def _number_sums(
    read: ReadColumn, column: Column, grid: ColumnGrid, division: Division
) -> tuple[Floats, Floats, Ints, FixedSums | None]:
    cells = division.cells
    low, high = np.full(cells, np.inf), np.full(cells, -np.inf)
    facts = np.zeros((cells, len(FACTS)), np.int64)
    if read.values is None or read.extremes is None or not isinstance(grid, NumericGrid):
        return low, high, facts, None
    x, cell, weight = read.values, division.cell, division.weight
    if read.held is not None:
        cell = None if cell is None else cell[read.held]
        weight = None if weight is None else weight[read.held]
    if cell is None:
        if len(x):
            low[0], high[0] = read.extremes.min() + 0.0, read.extremes.max() + 0.0
    else:
        np.minimum.at(low, cell, read.extremes + 0.0)
        np.maximum.at(high, cell, read.extremes + 0.0)
    if grid.kind == "numeric":
        facts = _facts(x, column, cell, cells)
    measures = np.empty((2, len(x)))
    with np.errstate(over="ignore", invalid="ignore"):
        np.subtract(x, grid.centre, out=measures[0])
        np.multiply(measures[0], measures[0], out=measures[1])
        if weight is not None:
            measures *= weight
    return low, high, facts, fixed_sums(measures, np.array(grid.steps), cell, cells)


def _facts(x: Floats, column: Column, cell: Ints | None, cells: int) -> Ints:
    low, high = column.range or (None, None)
    outside = np.zeros(len(x), bool)
    if low is not None:
        outside |= x < low
    if high is not None:
        outside |= x > high
    facts = np.zeros((cells, len(FACTS)), np.int64)
    for i, fact in enumerate((x == 0.0, x < 0.0, outside)):
        if cell is None:
            facts[0, i] = np.count_nonzero(fact)
        else:
            facts[:, i] = np.bincount(cell[fact], minlength=cells)
    return facts


def _tail_sums(read: ReadColumn, grid: ColumnGrid, division: Division) -> Sparse:
    if not isinstance(grid, NumericGrid) or read.values is None:
        return Sparse.empty(3, 2)
    below, above = grid.code("below"), grid.code("above")
    beyond = np.flatnonzero((read.codes == below) | (read.codes == above))
    if len(beyond) == 0:
        return Sparse.empty(3, 2)
    side = np.where(read.codes[beyond] == above, 1, -1).astype(np.int64)
    x = read.values[beyond] if read.held is None else read.values[np.cumsum(read.held)[beyond] - 1]
    low, high = (grid.edges[0], grid.edges[-1]) if grid.bins else (0.0, 0.0)
    with np.errstate(over="ignore"):
        distance = np.where(side > 0, x / grid.unit - high / grid.unit, low / grid.unit - x / grid.unit)
    bins, q = tail_bin(np.minimum(np.maximum(distance, 0.0), np.finfo(np.float64).max))
    cell = np.zeros(len(beyond), np.int64) if division.cell is None else division.cell[beyond]
    return Sparse.of(np.stack((cell, side, bins), axis=1), np.stack((np.ones_like(q), q), axis=1))


def tail_bin(distance: Floats) -> tuple[Ints, Ints]:
    """Bin of a distance beyond the range, in units: 0 below one unit, then 8 linear bins an octave.

    Returns the bin and the integer whose sum restores Σ distance: mantissa·2³⁰.
    """
    mantissa, exponent = np.frexp(distance)
    eighth = np.floor(mantissa * 16.0).astype(np.int64) - 8
    bins = np.where(distance < 1.0, 0, 1 + 8 * (exponent.astype(np.int64) - 1) + eighth)
    q = np.where(distance < 1.0, distance, mantissa) * float(1 << _TAIL_BITS)
    return bins, np.rint(q).astype(np.int64)


def tail_distances(bins: Ints, q: Ints) -> Floats:
    """Σ distance, in units, of each tail bin's rows."""
    exponent = np.where(bins == 0, 0, (bins - 1) // 8 + 1)
    with np.errstate(over="ignore"):
        return np.ldexp(q.astype(np.float64), exponent - _TAIL_BITS)


def _bucket_names(read: ReadColumn, division: Division) -> BucketNames:
    names = BucketNames.empty(division.cells)
    if read.unseen is None:
        return names
    rows, buckets, texts = read.unseen
    cell = np.zeros(len(rows), np.int64) if division.cell is None else division.cell[rows]
    place = cell * BUCKETS + buckets
    keys = division.keys[rows]
    order = np.lexsort((keys, place))
    first = order[np.concatenate(([True], place[order][1:] != place[order][:-1]))]
    names.keys.reshape(-1)[place[first]] = keys[first]
    names.names.reshape(-1)[place[first]] = texts.gather(first.tolist()).to_list()
    return names
