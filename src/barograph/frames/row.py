"""One row, typed by a schema."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from barograph.errors import DataError, no_column
from barograph.frames.batch import Source
from barograph.frames.fit import check_answers, of_schema
from barograph.frames.source import source
from barograph.frames.typed import typed
from barograph.schema.model import Schema


def typed_row(row: object, schema: Schema, *, classes: tuple[str, ...] = ()) -> pl.DataFrame:
    """Type one row, with nothing passed over in silence.

    Parameters
    ----------
    row : a mapping from column to value, or anything with rows that has one.
    classes : those of the reference's labels; empty where it has none.

    Returns
    -------
    One row with the schema's columns that it has, each of the type its kind asks for.

    Raises
    ------
    ColumnMissing
        For a column the schema does not know, with the nearest one.
    DataError
        Where there is not exactly one row, or a value does not fit its kind.

    Examples
    --------
    >>> from barograph.schema.model import Column
    >>> schema = Schema(columns=(Column(name="age"), Column(name="zip", kind="categorical")))
    >>> typed_row({"age": "41", "zip": 1067}, schema).rows()
    [(41.0, '1067')]
    """
    given = source(_framed(row) if isinstance(row, Mapping) else row)
    unknown = [name for name in given.types if name not in schema.known]
    if unknown:
        raise no_column(unknown[0], schema.names, "the schema")
    rows = of_schema(given, schema)
    raw = _the_one(rows)
    check_answers(raw, schema, classes)
    batch = typed(raw, schema)
    for name in batch.mismatched:
        column = schema.column(name)
        raise DataError(
            f"column {name!r} is {raw.get_column(name)[0]!r}, which cannot be read as {column.kind} "
            f"({column.reading}); give a value like the reference's, or None where it is missing."
        )
    return batch.frame


def _framed(row: Mapping[object, object]) -> pl.DataFrame:
    columns = {}
    for name, value in row.items():
        if not isinstance(name, str):
            raise DataError(f"the row's columns are named by text; {name!r} is {type(name).__name__}.")
        if isinstance(value, list | tuple | set | dict):
            raise DataError(
                f"column {name!r} holds a {type(value).__name__}; one row has one value a column. Pass one of them."
            )
        columns[name] = pl.Series(name, [value], strict=False)
    return pl.DataFrame(columns)


def _the_one(rows: Source) -> pl.DataFrame:
    """The only row; at most two are read."""
    held = next(rows.batches(2), None)
    height = 0 if held is None else held.height
    if held is None or height != 1:
        many = "no row" if height == 0 else f"{rows.rows or 'more than one'} rows"
        raise DataError(f"one row is explained at a time, and these are {many}; select one.")
    return held
