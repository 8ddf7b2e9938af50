"""Read one column of a block: every row gets its grid code and its value hash."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.profile.algebra import Ints
from barograph.profile.grid import BUCKETS, CategoricalGrid, ColumnGrid, NumericGrid
from barograph.profile.hashing import Words, hash_null, hash_numbers, hash_texts
from barograph.profile.values import Floats, as_numbers

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
    values : the value of each row, the grid's centre where it has none, so that its moments are 0; None where
        `exact` or not numeric.
    extremes : what minimum and maximum are taken of, NaN where a row has none; None as `values`.
    unseen : rows outside the named categories.
    """

    codes: Ints
    words: Words
    exact: bool = False
    values: Floats | None = None
    extremes: Floats | None = None
    unseen: Unseen | None = None

    def sliced(self, rows: slice) -> ReadColumn:
        """Some of the rows; `unseen`, which is named for the whole block, is left out."""
        return ReadColumn(
            codes=self.codes[rows],
            words=self.words[rows],
            exact=self.exact,
            values=None if self.values is None else self.values[rows],
            extremes=None if self.extremes is None else self.extremes[rows],
        )


@dataclass(frozen=True, slots=True)
class Room:
    """Arrays for one column of a block after the other: fresh memory costs more than what is done in it."""

    codes: Ints
    words: Words

    @staticmethod
    def of(rows: int) -> Room:
        """Room for blocks of as many rows."""
        return Room(np.empty(rows, np.int64), np.empty(rows, np.uint64))


@dataclass(frozen=True, slots=True, kw_only=True)
class RawColumn:
    """One typed column of a block.

    Attributes
    ----------
    series : its values, as in a batch's frame.
    mismatched : mask of rows whose value does not fit the kind; None where all do.
    timezone : of the model; hours of the week are told in it.
    """

    series: pl.Series
    mismatched: NDArray[np.bool_] | None
    timezone: str


def read_column(raw: RawColumn, grid: ColumnGrid, room: Room) -> ReadColumn:
    """Bin and hash one typed column of a block; what is returned lasts until `room` is used again."""
    raw = replace(raw, series=raw.series.alias("values"))  # Polars reads some names as patterns
    if isinstance(grid, CategoricalGrid):
        return _read_categories(raw, grid, room)
    return _read_integers(raw, grid, room) or _read_numbers(raw, grid, room)


def _read_integers(raw: RawColumn, grid: NumericGrid, room: Room) -> ReadColumn | None:
    """Integers by a table of codes; None where one of them has no bin of its own."""
    series = raw.series
    if not series.dtype.is_integer() or grid.kind != "numeric":
        return None
    if raw.mismatched is not None or series.null_count():
        return None
    table = grid.integer_codes
    if table is None or len(series) == 0:
        return None
    low, codes_of = table
    x = series.to_numpy()
    smallest, largest = int(x.min()), int(x.max())
    if smallest < low - 1 or largest > low + len(codes_of) - 2:
        return None
    codes = codes_of.take(np.subtract(x, low - 1, out=room.codes, dtype=np.int64), mode="clip")
    if not grid.exact.take(codes, mode="clip").all():
        return None
    return ReadColumn(
        codes=codes, words=grid.exact_words.take(codes, out=room.words, mode="clip"), exact=True
    )


def _read_numbers(raw: RawColumn, grid: NumericGrid, room: Room) -> ReadColumn:
    series = raw.series
    x = as_numbers(series, grid.kind, raw.timezone)
    extremes = series.to_physical().cast(pl.Float64).to_numpy() if grid.kind == "datetime" else x
    words = hash_numbers(extremes, grid.salt, room.words)
    codes = _number_codes(x, grid, room)
    values = x
    if len(x) and not (np.isfinite(x.min()) and np.isfinite(x.max())):
        without = np.flatnonzero(~np.isfinite(x))
        null = np.isnan(x[without])
        if null.sum() != series.null_count():
            null = series.is_null().to_numpy()[without]
        codes[without] = _codes_without_value(x[without], null, grid)
        # A NaN made by arithmetic has other bits than one that was read.
        words[without[np.isnan(x[without])]] = hash_numbers(np.array([np.nan]), grid.salt)[0]
        words[without[null]] = hash_null(grid.salt)
        values = x.copy()
        values[without] = grid.centre
        if not np.isnan(x[without]).all():
            extremes = x.copy()
            extremes[without] = np.nan
    if raw.mismatched is not None:
        codes[raw.mismatched] = grid.code("mismatched")
    return ReadColumn(codes=codes, words=words, values=values, extremes=extremes)


def _number_codes(x: Floats, grid: NumericGrid, room: Room) -> Ints:
    if not grid.bins:
        return np.where(x < 0, grid.code("below"), grid.code("above"))
    codes = grid.binner.codes(x, room.codes)
    codes -= 1
    # Above the range the binner gives B already, the code of `above`.
    if len(codes) and codes.min() < 0:
        codes[codes < 0] = grid.code("below")
    return codes


def _codes_without_value(x: Floats, null: NDArray[np.bool_], grid: NumericGrid) -> Ints:
    """Codes of rows whose number is null, NaN or infinite."""
    infinite = np.where(x > 0, grid.code("pos_inf"), grid.code("neg_inf"))
    return np.where(null, grid.code("null"), np.where(np.isnan(x), grid.code("nan"), infinite))


def _read_categories(raw: RawColumn, grid: CategoricalGrid, room: Room) -> ReadColumn:
    series = raw.series
    codes = _category_codes(series, grid, room)
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
    words = grid.exact_words.take(codes, out=room.words, mode="clip")
    if unseen is not None and hidden is not None:
        words[unseen[0]] = hidden
    if raw.mismatched is not None:
        codes[raw.mismatched] = grid.code("mismatched")
    return ReadColumn(codes=codes, words=words, exact=unseen is None, unseen=unseen)


def _category_codes(series: pl.Series, grid: CategoricalGrid, room: Room) -> Ints:
    """Code of each named category, -1 for anything else and for null."""
    if series.dtype == pl.String and grid.look_up is not None:
        return grid.look_up.codes(series.hash().to_numpy(), room.codes)
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
