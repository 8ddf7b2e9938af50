"""Rows already in memory, as a source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from barograph.errors import DataError
from barograph.frames.names import named
from barograph.frames.stream import thinned


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameSource:
    """A Polars frame as a source; batches are views of it."""

    frame: pl.DataFrame

    @property
    def types(self) -> Mapping[str, pl.DataType]:
        """Raw type of every column."""
        return self.frame.schema

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.frame.height

    def sample(self, rows: int) -> pl.DataFrame:
        """Evenly spaced rows, at most `rows` of them."""
        return spread(self.frame, rows)

    def batches(self, rows: int) -> Iterator[pl.DataFrame]:
        """All rows in order, at most `rows` at a time."""
        if self.frame.height:
            yield from self.frame.iter_slices(rows)

    def only(self, columns: Sequence[str]) -> FrameSource:
        """The same rows with these columns alone."""
        return FrameSource(frame=self.frame.select(named(columns)))


@dataclass(frozen=True, slots=True, kw_only=True)
class LazySource:
    """A Polars query as a source; it runs once for each pass and is never held whole."""

    query: pl.LazyFrame
    types: Mapping[str, pl.DataType]
    rows: int | None = None

    def sample(self, rows: int) -> pl.DataFrame:
        """Every n-th row of the query's result, at most `rows` of them."""
        frame = thinned(self.batches(100_000), rows)
        return frame if frame.width else pl.DataFrame(schema=dict(self.types))

    def batches(self, rows: int) -> Iterator[pl.DataFrame]:
        """All rows of the query's result in order, at most `rows` at a time."""
        for batch in self.query.collect_batches(chunk_size=rows, maintain_order=True, engine="streaming"):
            yield from batch.iter_slices(rows)

    def only(self, columns: Sequence[str]) -> LazySource:
        """The same rows with these columns alone."""
        types = {name: self.types[name] for name in columns}
        return LazySource(query=self.query.select(named(columns)), types=types, rows=self.rows)


def lazy_source(query: pl.LazyFrame) -> LazySource:
    """Make a source of a Polars query; raises DataError where it cannot be resolved.

    Examples
    --------
    >>> next(lazy_source(pl.LazyFrame({"x": [1]})).batches(10)).rows()
    [(1,)]
    """
    try:
        types = query.collect_schema()
    except (pl.exceptions.PolarsError, OSError) as error:
        told = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise DataError(
            f"cannot run the lazy frame: {told}. Check it with collect_schema() first."
        ) from error
    return LazySource(query=query, types=types)


def spread(frame: pl.DataFrame, rows: int) -> pl.DataFrame:
    """Return evenly spaced rows of a frame, at most `rows` of them.

    Examples
    --------
    >>> spread(pl.DataFrame({"x": range(10)}), 4)["x"].to_list()
    [0, 3, 6, 9]
    """
    return frame if frame.height <= rows else frame.gather_every(stride(frame.height, rows))


def stride(total: int, rows: int) -> int:
    """Return the step that leaves at most `rows` of `total` rows.

    Examples
    --------
    >>> stride(10, 4)
    3
    """
    return max(1, -(-total // max(rows, 1)))
