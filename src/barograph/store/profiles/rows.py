"""The rows of a model as they are counted: every column its grid knows, absent ones null, every row with a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.frames.batch import Batch
from barograph.frames.names import values_of
from barograph.frames.typed import typed_column
from barograph.profile.grid import Grid
from barograph.profile.learn import UNCOUNTED_ROLES
from barograph.profile.rows import LARGEST_WEIGHT
from barograph.schema.model import Column, Schema
from barograph.schema.readings import UTC_TIME
from barograph.store.catalog.values import Model
from barograph.store.errors import NotFound

#: Where a schema has no timestamp, rows are placed by this column: the time at which they were received.
TIME: Final = "barograph_time"
_DAY_US: Final = 86_400_000_000


def grid_of(model: Model) -> Grid:
    """The model's grid; raises NotFound where it has not learned one yet."""
    if model.grid is None:
        raise NotFound(
            f"model {model.name!r} has no grid yet, so nothing is counted; it learns one from its first whole day. "
            "Give it a reference to begin at once."
        )
    return model.grid


def counted_schema(model: Model) -> Schema:
    """The model's schema without columns that its references lacked, and with a column of times."""
    grid, schema = grid_of(model), model.schema
    kept = tuple(
        c
        for c in schema.columns
        if c.name in grid.columns or c.role in UNCOUNTED_ROLES or c.role == "timestamp"
    )
    return timed(schema if kept == schema.columns else replace(schema, columns=kept))


def timed(schema: Schema) -> Schema:
    """The schema with a column of times, which is the time of receipt where it has none."""
    if schema.one("timestamp") is not None:
        return schema
    return replace(schema, columns=(*schema.columns, Column(name=TIME, role="timestamp", kind="datetime")))


def label_columns(schema: Schema) -> tuple[str, ...]:
    """The columns that come with labels."""
    return tuple(c.name for c in schema.columns if c.role in ("label", "label_timestamp"))


def complete(batch: Batch, times: pl.Series, schema: Schema, *, ids: pl.Series | None = None) -> Batch:
    """Rows with every column of `schema`, in its order; those without a time or id take it from the server's.

    Parameters
    ----------
    times : microseconds UTC of every row, never null.
    schema : as of `counted_schema`.
    ids : prediction id of every row, never null; derived where the row had none.
    """
    columns: dict[str, pl.Series] = {}
    mismatched = {n: m for n, m in batch.mismatched.items() if n in schema.names}
    for column in schema.columns:
        if column.name in batch.frame.columns:
            values = values_of(batch.frame, column.name)
        else:
            values = typed_column(pl.Series([None] * batch.rows), column, schema.timezone)[0]
        if column.role == "timestamp":
            values = _with_times(values, times)
        if column.role == "id" and ids is not None and values.dtype == pl.String and values.null_count():
            values = values.zip_with(values.is_not_null(), ids)
        columns[column.name] = values.alias(column.name)
    frame = pl.DataFrame(columns) if columns else pl.DataFrame(height=batch.rows)
    return Batch(frame=frame, mismatched=mismatched)


def _with_times(values: pl.Series, times: pl.Series) -> pl.Series:
    if not values.null_count():
        return values
    return values.zip_with(values.is_not_null(), times.cast(pl.Int64).cast(UTC_TIME))


def sound(batch: Batch, schema: Schema, *, weight_unit: float | None) -> Batch:
    """The rows without values that cannot be counted, which then do not fit: the rows are acknowledged already.

    A score that is no probability and a negative relevance become null; a weight that is none becomes the usual one,
    `weight_unit`, or 1 where that is not known yet.
    """
    columns: dict[str, pl.Series] = {}
    masks = dict(batch.mismatched)
    for column in schema.columns:
        if column.name not in batch.frame.columns:
            continue
        values = values_of(batch.frame, column.name)
        wrong = _unsound(values, column, schema, weight_unit)
        if wrong is None or not wrong.any():
            continue
        usual = (weight_unit or 1.0) if column.role == "weight" else None
        columns[column.name] = values.set(pl.Series(wrong), usual).alias(column.name)
        masks[column.name] = masks.get(column.name, np.zeros(batch.rows, bool)) | wrong
    if not columns:
        return batch
    return Batch(frame=batch.frame.with_columns(columns.values()), mismatched=masks)


def _unsound(
    values: pl.Series, column: Column, schema: Schema, weight_unit: float | None
) -> NDArray[np.bool_] | None:
    role = column.role
    if role == "weight":
        weight = values.cast(pl.Float64).fill_null(np.nan).to_numpy() / (weight_unit or 1.0)
        largest = np.finfo(np.float64).max if weight_unit is None else LARGEST_WEIGHT
        return np.asarray(~((weight >= 0.0) & (weight <= largest)))
    if role == "score" and schema.task in ("binary", "multiclass", "multilabel"):
        score = values.cast(pl.Float64).to_numpy()
        return np.asarray((score < 0.0) | (score > 1.0))
    if role == "label" and schema.task == "ranking":
        return np.asarray(values.cast(pl.Float64).to_numpy() < 0.0)
    return None


def with_labels(batch: Batch, labels: Batch, schema: Schema) -> Batch:
    """Rows with the label columns of `labels`, row beside row, in the order of `schema`."""
    names = label_columns(schema)
    held = [n for n in names if n in labels.frame.columns]
    frame = pl.DataFrame(
        {
            c.name: (labels if c.name in held else batch).frame.get_column(c.name)
            for c in schema.columns
            if c.name in batch.frame.columns or c.name in held
        }
    )
    others = {n: m for n, m in batch.mismatched.items() if n not in held}
    return Batch(frame=frame, mismatched=others | {n: m for n, m in labels.mismatched.items() if n in held})


def unlabelled(batch: Batch, schema: Schema) -> Batch:
    """The rows as if no label had come."""
    names = [n for n in label_columns(schema) if n in batch.frame.columns]
    frame = batch.frame.with_columns(pl.lit(None, dtype=batch.frame.schema[n]).alias(n) for n in names)
    return Batch(frame=frame, mismatched={n: m for n, m in batch.mismatched.items() if n not in names})


def some(batch: Batch, rows: NDArray[np.int64]) -> Batch:
    """Some of the rows, in the given order."""
    masks = {name: mask[rows] for name, mask in batch.mismatched.items()}
    return Batch(
        frame=batch.frame[rows], mismatched={name: mask for name, mask in masks.items() if mask.any()}
    )


def answered(batch: Batch, schema: Schema) -> NDArray[np.bool_]:
    """Rows for which some label is given, fitting or not."""
    held: NDArray[np.bool_] = np.zeros(batch.rows, bool)
    for column in schema.with_role("label"):
        if column.name in batch.frame.columns:
            held |= values_of(batch.frame, column.name).is_not_null().to_numpy()
            if column.name in batch.mismatched:
                held |= batch.mismatched[column.name]
    return held


def days_of(times: pl.Series, timezone: str) -> NDArray[np.int64]:
    """Local calendar day of each time in microseconds UTC, as days since 1970-01-01.

    Examples
    --------
    >>> days_of(pl.Series([0, 86_400_000_000 - 1]), "Europe/Berlin").tolist()
    [0, 1]
    """
    if timezone == "UTC":
        days: NDArray[np.int64] = times.cast(pl.Int64).to_numpy() // _DAY_US
        return days
    local = times.cast(pl.Int64).cast(UTC_TIME).dt.convert_time_zone(timezone)
    return local.dt.date().to_physical().to_numpy().astype(np.int64)
