"""The coordinated sample: the k rows with the smallest hash of their id, or of their values.

The same id is in or out in every profile, version and window, so samples can be joined, and the
union of two samples cut to k is the sample of the union.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from barograph.profile.algebra import Ints
from barograph.profile.hashing import Words

SIZE = 2000
_KEY, _ROW, _COUNT = "\x00barograph key", "\x00barograph row", "\x00barograph count"


@dataclass(frozen=True, slots=True)
class Sample:
    """At most 2,000 distinct rows by (key hash, row hash), each with the number of rows equal to it.

    Attributes
    ----------
    frame : sorted by hash; columns key and row hash, count, then the counted columns: Float64 for
        numbers, datetimes (microseconds) and texts (length), String for categories.
    """

    frame: pl.DataFrame

    @staticmethod
    def of(words: tuple[Words, Words], read: Callable[[Ints], list[pl.Series]]) -> Sample:
        """Choose from a block's rows by their key and row hashes; `read` gives the columns of the rows chosen."""
        (keys, rows), size = words, SIZE
        if len(keys) > 4 * size:
            near = np.flatnonzero(keys <= np.partition(keys, 2 * size)[2 * size])
            if len(np.unique(keys[near])) < size:
                near = np.arange(len(keys))
        else:
            near = np.arange(len(keys))
        chosen, counts = _smallest(keys[near], rows[near], np.ones(len(near), np.int64))
        picked = near[chosen]
        head = [pl.Series(n, v) for n, v in ((_KEY, keys[picked]), (_ROW, rows[picked]), (_COUNT, counts))]
        return Sample(framed([*head, *read(picked)]))

    @staticmethod
    def union(samples: Sequence[Sample], names: Sequence[str]) -> Sample:
        """The sample of the rows of all, its columns in the order of `names`."""
        both = pl.concat([sample.frame for sample in samples], how="diagonal")
        keys, rows, counts = (both.get_column(name).to_numpy() for name in (_KEY, _ROW, _COUNT))
        chosen, counts = _smallest(keys, rows, counts)
        kept = both[chosen]
        columns = [kept.get_column(n) for n in (_KEY, _ROW, *names)]
        return Sample(framed([*columns[:2], pl.Series(_COUNT, counts), *columns[2:]]))

    @property
    def counts(self) -> pl.Series:
        """Rows that each sampled row stands for."""
        return self.frame.get_column(_COUNT)

    @property
    def rows(self) -> pl.DataFrame:
        """The sampled values without hashes and counts."""
        return framed([c for c in self.frame if c.name not in (_KEY, _ROW, _COUNT)])

    @property
    def height(self) -> int:
        """Number of distinct sampled rows."""
        return self.frame.height


def framed(columns: list[pl.Series]) -> pl.DataFrame:
    """The columns as a frame, under exactly their names."""
    return pl.DataFrame({c.name: c for c in columns})


def _smallest(keys: Words, rows: Words, counts: Ints) -> tuple[Ints, Ints]:
    """Positions of the 2,000 smallest different (key, row), in order, and the sum of counts of each."""
    order = np.lexsort((rows, keys))
    if len(order) == 0:
        return order, counts
    k, r = keys[order], rows[order]
    starts = np.flatnonzero(np.concatenate(([True], (k[1:] != k[:-1]) | (r[1:] != r[:-1]))))
    return order[starts[:SIZE]], np.add.reduceat(counts[order], starts)[:SIZE]


def sample_of(frame: pl.DataFrame, kinds: Mapping[str, str], words: tuple[Words, Words]) -> Sample:
    """The sample of a block's typed rows: columns by name and kind, and the key and row hash of each row."""
    columns = framed([frame.get_column(n) for n in kinds])
    return Sample.of(
        words, lambda rows: [_sampled(c, k) for c, k in zip(columns[rows], kinds.values(), strict=True)]
    )


def _sampled(column: pl.Series, kind: str) -> pl.Series:
    name, column = column.name, column.alias("values")  # Polars reads some names as patterns
    if kind == "categorical":
        column = column.cast(pl.String)
    elif kind == "datetime":
        column = column.to_physical().cast(pl.Float64)
    elif kind == "text":
        column = column.str.len_chars().cast(pl.Float64)
    else:
        column = _one_zero_one_nan(column.cast(pl.Float64))
    return column.alias(name)


def _one_zero_one_nan(column: pl.Series) -> pl.Series:
    """Rows whose hashes are equal give one sampled row, whichever comes first: its values must be the same."""
    x = column.to_numpy()
    if (np.signbit(x) & (x == 0.0)).any() or np.isnan(x).sum() > column.null_count():
        value = pl.col(column.name)
        one = pl.when(value == 0.0).then(0.0).otherwise(value).fill_nan(float("nan"))
        return column.to_frame().select(one).to_series()
    return column
