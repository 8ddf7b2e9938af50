"""Typed rows as they lie in the lake, and back: what comes back is what was stored, to the bit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.frames.batch import Batch
from barograph.schema.model import Column, Kind, Schema
from barograph.schema.readings import UTC_TIME
from barograph.store.lake.about import ABOUT, MISMATCHED, Table, TypedRows
from barograph.store.lake.names import stored_names

Mask = NDArray[np.bool_]
#: One type a kind, whatever a batch was sent as: a Delta column has one for good.
TYPES: Final[Mapping[Kind, pl.DataType]] = {
    "numeric": pl.Float64(),
    "categorical": pl.String(),
    "datetime": UTC_TIME,
    "text": pl.String(),
}
LABEL_ROLES: Final = ("label", "label_timestamp")


def columns_of(schema: Schema, table: Table) -> tuple[Column, ...]:
    """The schema's columns that rows of a table have."""
    return tuple(c for c in schema.columns if (c.role in LABEL_ROLES) == (table == "labels"))


def complete(batch: Batch, columns: Sequence[Column]) -> Batch:
    """The batch with exactly these columns, each of its kind's one type, absent ones null.

    Notes
    -----
    A column that comes and goes between batches must not show in what is counted of the other columns' rows.
    Numbers become float64, integers beyond 2⁵³ rounded as NumPy rounds them, which is what profiles count.
    """
    held = set(batch.frame.columns)
    frame = {c.name: _of_kind(batch.frame, c) if c.name in held else _nulls(batch, c) for c in columns}
    names = {c.name for c in columns}
    return Batch(
        frame=pl.DataFrame(frame) if frame else pl.DataFrame(height=batch.rows),
        mismatched={name: mask for name, mask in batch.mismatched.items() if name in names},
    )


def _of_kind(frame: pl.DataFrame, column: Column) -> pl.Series:
    values, dtype = frame.get_column(column.name), TYPES[column.kind]
    return values if values.dtype == dtype else values.cast(dtype)


def _nulls(batch: Batch, column: Column) -> pl.Series:
    return pl.repeat(None, batch.rows, dtype=TYPES[column.kind], eager=True).alias(column.name)


def stored(rows: TypedRows, schema: Schema) -> pl.DataFrame:
    """Rows as they are appended to the lake.

    Parameters
    ----------
    rows : complete, see `complete`.

    Returns
    -------
    The columns of `about`, one that names the columns of each row that did not fit (null where all did), and the
    batch's under their stored names.
    """
    names = stored_names(schema.names)
    columns = {names[c.name]: c for c in rows.batch.frame.get_columns()}
    about = {c.name: c for c in rows.about.get_columns()}
    return pl.DataFrame({**about, MISMATCHED: _misfits(rows.batch), **columns})


def _misfits(batch: Batch) -> pl.Series:
    dtype = pl.List(pl.String)
    if not batch.mismatched:
        return pl.repeat(None, batch.rows, dtype=dtype, eager=True)
    # In the order of the columns, so that equal rows are stored equal.
    held = [name for name in batch.frame.columns if name in batch.mismatched]
    at = [np.flatnonzero(batch.mismatched[name]) for name in held]
    names = np.repeat(np.array(held, dtype=object), [len(a) for a in at])
    misfits = pl.DataFrame({"row": np.concatenate(at), "name": pl.Series(names.tolist(), dtype=pl.String)})
    by_row = misfits.group_by("row").agg("name")
    every = pl.DataFrame({"row": np.arange(batch.rows)})
    return every.join(by_row, on="row", how="left", maintain_order="left").get_column("name")


def read_stored(
    frame: pl.DataFrame, schema: Schema, table: Table, columns: Sequence[str] | None = None
) -> TypedRows:
    """Rows read from the lake, as they were before `stored`.

    Parameters
    ----------
    frame : at least the columns of `ABOUT[table]`; where the mismatched ones are not read, all values fit.
    columns : of the schema, those wanted; default: all of the table. Those the frame lacks are null.
    """
    names = stored_names(schema.names)
    wanted = [c for c in columns_of(schema, table) if columns is None or c.name in columns]
    held = {c.name: frame.get_column(names[c.name]) for c in wanted if names[c.name] in frame.columns}
    raw = Batch(
        frame=pl.DataFrame(held) if held else pl.DataFrame(height=frame.height),
        mismatched=_masks(frame, {c.name for c in wanted}),
    )
    about = {name: _or_null(frame, name, dtype) for name, dtype in ABOUT[table].items()}
    return TypedRows(about=pl.DataFrame(about), batch=complete(raw, wanted))


def _masks(frame: pl.DataFrame, wanted: set[str]) -> dict[str, Mask]:
    if MISMATCHED not in frame.columns:
        return {}
    misfits = frame.select(MISMATCHED).with_row_index("row").drop_nulls(MISMATCHED).explode(MISMATCHED)
    masks: dict[str, Mask] = {}
    for part in misfits.partition_by(MISMATCHED):
        name = part.get_column(MISMATCHED)[0]
        if name in wanted:
            masks[name] = np.zeros(frame.height, bool)
            masks[name][part.get_column("row").to_numpy()] = True
    return masks


def _or_null(frame: pl.DataFrame, name: str, dtype: pl.DataType) -> pl.Series:
    if name in frame.columns:
        return frame.get_column(name).cast(dtype)
    return pl.repeat(None, frame.height, dtype=dtype, eager=True).alias(name)
