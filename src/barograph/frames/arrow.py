"""Anything that speaks Arrow as a source: PyArrow, DuckDB relations, the PyCapsule interface."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import polars as pl

from barograph.errors import DataError
from barograph.frames.arrow_types import polars_of
from barograph.frames.memory import FrameSource
from barograph.frames.names import check_names
from barograph.frames.stream import thinned


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationSource:
    """A DuckDB relation as a source; the query runs once for each pass and is never held whole."""

    relation: Any
    types: Mapping[str, pl.DataType]
    rows: int | None = None

    def sample(self, rows: int) -> pl.DataFrame:
        """Every n-th row of the query's result, at most `rows` of them."""
        frame = thinned(self.batches(100_000), rows)
        return frame if frame.width else pl.DataFrame(schema=dict(self.types))

    def batches(self, rows: int) -> Iterator[pl.DataFrame]:
        """All rows of the query's result, at most `rows` at a time."""
        for batch in _reader(self.relation, rows):
            yield from polars_of(batch).iter_slices(rows)

    def only(self, columns: Sequence[str]) -> RelationSource:
        """The same rows with these columns alone."""
        # Even DuckDB's column expressions read `*` as all columns; a quoted name is one in SQL.
        named = ['"' + name.replace('"', '""') + '"' for name in columns]
        narrowed = {name: self.types[name] for name in columns}
        return RelationSource(relation=self.relation.project(", ".join(named)), types=narrowed)


def is_relation(data: object) -> bool:
    """Whether `data` is a DuckDB relation, found without importing DuckDB.

    Examples
    --------
    >>> is_relation(1)
    False
    """
    duckdb = sys.modules.get("duckdb")
    return duckdb is not None and isinstance(data, duckdb.DuckDBPyRelation)


def relation_source(relation: Any) -> RelationSource | FrameSource:
    """Make a source of a DuckDB relation; without PyArrow its result is read whole.

    Examples
    --------
    >>> import duckdb
    >>> next(relation_source(duckdb.sql("select 1 as x")).batches(10))["x"].to_list()
    [1]
    """
    check_names(list(relation.columns))
    if find_spec("pyarrow") is None:
        return FrameSource(frame=_read_whole(relation))
    empty = _reader(relation.limit(0), 1).schema.empty_table()
    return RelationSource(relation=relation, types=polars_of(empty).schema)


def arrow_source(data: Any) -> FrameSource:
    """Make a source of anything with the Arrow PyCapsule interface; streams are read whole.

    Raises
    ------
    DataError
        Where the data cannot be read as a table, or two columns have one name.

    Examples
    --------
    >>> import pyarrow as pa
    >>> arrow_source(pa.table({"x": [1, 2]})).rows
    2
    """
    schema = getattr(data, "schema", None)
    names = getattr(schema, "names", None)
    if isinstance(names, list):
        check_names([str(n) for n in names])
    try:
        frame = _table_frame(data)
    except DataError:
        raise
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, TypeError, ValueError) as error:
        told = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        raise DataError(
            f"cannot read {type(data).__name__} as a table: {told}. Expected named columns; "
            "pass a table or a frame instead."
        ) from error
    return FrameSource(frame=frame)


def _table_frame(data: Any) -> pl.DataFrame:
    """PyArrow's own tables column by column where need be, all others as Polars reads them."""
    pa = sys.modules.get("pyarrow")
    if pa is not None and isinstance(data, pa.RecordBatchReader):
        table = data.read_all()
        if table.num_rows == 0:
            raise DataError(
                "the stream of record batches gives no rows; a stream can be read once only. "
                "Read it into a table first: reader.read_all()."
            )
        return polars_of(table)
    if pa is not None and isinstance(data, pa.Table | pa.RecordBatch):
        return polars_of(data)
    return pl.DataFrame(data)


def _read_whole(relation: Any) -> pl.DataFrame:
    """Read a relation without PyArrow; Polars panics on intervals, so they are refused before."""
    for name, told in zip(relation.columns, map(str, relation.types), strict=True):
        if "INTERVAL" in told or told.startswith("UNION"):
            raise DataError(
                f"column {name!r} holds {told}, which cannot be read; expected numbers, text or times. "
                "Leave it out of the query, or cast it; with PyArrow installed it is left out by itself."
            )
    return pl.DataFrame(relation)


def _reader(relation: Any, rows: int) -> Any:
    """DuckDB renamed the method; both names give a record batch reader."""
    read = getattr(relation, "to_arrow_reader", None) or relation.fetch_arrow_reader
    return read(rows)
