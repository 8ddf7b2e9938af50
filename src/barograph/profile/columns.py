"""The input part of a profile: one column's rows counted per cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.profile.algebra import Ints, Sparse, added, highest, lowest
from barograph.profile.fixed import FixedSums, counted_sums, fixed_sums, within_limb
from barograph.profile.grid import BUCKETS, CategoricalGrid, ColumnGrid, NumericGrid
from barograph.profile.hashing import Words, hash_null, hash_numbers, hash_texts
from barograph.profile.sketch import REGISTERS, Registers, update_registers
from barograph.profile.values import Floats, as_numbers
from barograph.schema.model import Column

#: Facts counted beside the bins of a numeric column.
FACTS = ("zeros", "negatives", "out_of_range")
#: Weights are summed in steps of 2⁻²⁰.
WEIGHT_STEPS = float(1 << 20)
#: Squares of weights are summed in steps of 2⁻¹⁴: a sampling fraction of 1/10,000 squared must not overflow.
SQUARE_STEPS = float(1 << 14)
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
        return BucketNames(np.where(theirs, other.keys, self.keys), np.where(theirs, other.names, self.names))

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
    sketch: Registers = highest()
    names: BucketNames | None


#: Rows outside the named categories: their positions, buckets and texts.
Unseen = tuple[Ints, Ints, pl.Series]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadColumn:
    """One column of a block, read once and then summed under any division into cells.

    Attributes
    ----------
    codes : grid code of each row.
    words : value hash of each row.
    exact : every code tells the value, so sums follow from the counts alone.
    values : finite values; None where `exact` or not numeric.
    extremes : like `values`, but what minimum and maximum are taken of.
    span : smallest and largest of `values`.
    held : mask of rows that hold a finite value; None where all do.
    unseen : rows outside the named categories.
    """

    codes: Ints
    words: Words
    exact: bool = False
    values: Floats | None = None
    extremes: Floats | None = None
    span: tuple[float, float] = (np.inf, -np.inf)
    held: NDArray[np.bool_] | None = None
    unseen: Unseen | None = None


def read_column(
    series: pl.Series, grid: ColumnGrid, mismatched: NDArray[np.bool_] | None, timezone: str
) -> ReadColumn:
    """Bin and hash one typed column of a block."""
    if isinstance(grid, CategoricalGrid):
        return _read_categories(series, grid, mismatched)
    return _read_integers(series, grid, mismatched) or _read_numbers(series, grid, mismatched, timezone)


def _read_integers(
    series: pl.Series, grid: NumericGrid, mismatched: NDArray[np.bool_] | None
) -> ReadColumn | None:
    """Integers by a table of codes; None where one of them has no bin of its own."""
    if (
        not series.dtype.is_integer()
        or grid.kind != "numeric"
        or mismatched is not None
        or series.null_count()
    ):
        return None
    table = grid.integer_codes
    if table is None or len(series) == 0:
        return None
    low, codes_of = table
    x = series.to_numpy()
    smallest, largest = int(x.min()), int(x.max())
    if smallest < low - 1 or largest > low + len(codes_of) - 2:
        return None
    codes = codes_of.take(x.astype(np.int64) - (low - 1), mode="clip")
    if not grid.exact.take(codes, mode="clip").all():
        return None
    return ReadColumn(codes=codes, words=grid.exact_words.take(codes, mode="clip"), exact=True)


def _read_numbers(
    series: pl.Series, grid: NumericGrid, mismatched: NDArray[np.bool_] | None, timezone: str
) -> ReadColumn:
    numbers = as_numbers(series, grid.kind, timezone)
    x = numbers.to_numpy()
    words = hash_numbers(x, grid.salt)
    span = (float(x.min()), float(x.max())) if len(x) else (np.inf, -np.inf)
    held = None if np.isfinite(span).all() or not len(x) else np.isfinite(x)
    codes = _number_codes(x, grid, span)
    if held is not None:
        nan = np.isnan(x)
        codes[nan] = grid.code("nan")
        # A NaN made by arithmetic has other bits than one that was read.
        words[nan] = hash_numbers(np.array([np.nan]), grid.salt)[0]
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
    values = x if held is None else x[held]
    if held is not None:
        span = (float(values.min()), float(values.max())) if len(values) else (np.inf, -np.inf)
    return ReadColumn(
        codes=codes, words=words, values=values, span=span, held=held,
        extremes=extremes if held is None else extremes[held],
    )  # fmt: skip


def _number_codes(x: Floats, grid: NumericGrid, span: tuple[float, float]) -> Ints:
    if not grid.bins:
        return np.where(x < 0, grid.code("below"), grid.code("above"))
    codes = grid.binner.codes(x)
    codes -= 1
    # Above the range the binner gives B already, the code of `above`.
    if not span[0] >= grid.edges[0]:
        codes[codes < 0] = grid.code("below")
    return codes


def _read_categories(
    series: pl.Series, grid: CategoricalGrid, mismatched: NDArray[np.bool_] | None
) -> ReadColumn:
    codes = _category_codes(series, grid)
    unseen = None
    outside = codes < 0
    hidden = None
    if outside.any():
        if series.null_count():
            null = series.is_null().to_numpy()
            codes[null] = grid.code("null")
            outside &= ~null
        rows = np.flatnonzero(outside)
        if len(rows):
            texts = series.filter(pl.Series(outside)).cast(pl.String)
            hidden = hash_texts(texts, grid.salt)
            buckets = (hidden & np.uint64(BUCKETS - 1)).astype(np.int64)
            codes[rows] = len(grid.categories) + buckets
            unseen = (rows, buckets, texts)
    words = grid.exact_words.take(codes, mode="clip")
    if unseen is not None and hidden is not None:
        words[unseen[0]] = hidden
    if mismatched is not None:
        codes[mismatched] = grid.code("mismatched")
    return ReadColumn(codes=codes, words=words, exact=unseen is None, unseen=unseen)


def _category_codes(series: pl.Series, grid: CategoricalGrid) -> Ints:
    """Code of each named category, -1 for anything else and for null."""
    table = None
    if isinstance(series.dtype, pl.Enum):
        physical = series.to_physical()
        table = np.array(
            [*(grid.position.get(c, -1) for c in series.dtype.categories.to_list()), -1], np.int64
        )
    else:
        physical = series.cast(pl.String).cast(pl.Enum(grid.categories), strict=False).to_physical()
    if physical.null_count():
        physical = physical.cast(pl.Int64).fill_null(-1)
    codes = physical.to_numpy().astype(np.int64)
    return codes if table is None else table[codes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """How a block's rows fall into cells.

    Attributes
    ----------
    cell : cell of each row, or None where there is one cell.
    cells : number of cells.
    weight : weight of each row, or None.
    """

    cell: Ints | None
    cells: int
    weight: Floats | None


def weight_sums(weight: Floats, cell: Ints | None, cells: int) -> tuple[Ints, Ints]:
    """Σ weight and Σ weight² per cell, in their steps."""
    place = np.zeros(len(weight), np.int64) if cell is None else cell
    sums = np.bincount(place, weights=np.rint(weight * WEIGHT_STEPS), minlength=cells)
    # In two halves of 20 bits or so: float64 additions below 2⁵³ are exact in any order.
    squares = np.rint(weight * weight * SQUARE_STEPS)
    high = np.floor(squares / WEIGHT_STEPS)
    halves = (np.bincount(place, weights=h, minlength=cells) for h in (high, squares - high * WEIGHT_STEPS))
    above, below = (h.astype(np.int64) for h in halves)
    return sums.astype(np.int64), above * int(WEIGHT_STEPS) + below


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
        tails=_tail_sums(read, grid, division, counts),
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


def _tail_sums(read: ReadColumn, grid: ColumnGrid, division: Division, counts: Ints) -> Sparse:
    if not isinstance(grid, NumericGrid) or read.values is None:
        return Sparse.empty(3, 2)
    below, above = grid.code("below"), grid.code("above")
    if not counts[:, [below, above]].any():
        return Sparse.empty(3, 2)
    beyond = np.flatnonzero(read.codes >= above)
    beyond = beyond[read.codes[beyond] <= below]
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
        distances: Floats = np.ldexp(q.astype(np.float64), exponent - _TAIL_BITS)
        return distances


def bucket_names(unseen: Unseen, division: Division, row_words: Words) -> BucketNames:
    """Name the buckets of a block by the row with the smallest hash in each."""
    names = BucketNames.empty(division.cells)
    rows, buckets, texts = unseen
    cell = np.zeros(len(rows), np.int64) if division.cell is None else division.cell[rows]
    place = cell * BUCKETS + buckets
    keys = row_words[rows]
    order = np.lexsort((keys, place))
    first = order[np.concatenate(([True], place[order][1:] != place[order][:-1]))]
    names.keys.reshape(-1)[place[first]] = keys[first]
    names.names.reshape(-1)[place[first]] = texts.gather(first.tolist()).to_list()
    return names
