"""Whether rows fit a schema, told before any is counted."""

from __future__ import annotations

import polars as pl

from barograph.errors import DataError, SchemaError
from barograph.frames.batch import Batch, Source
from barograph.frames.names import values_of
from barograph.schema.model import Schema
from barograph.schema.tasks import check_fractions, check_label_values, classes_of


def of_schema(rows: Source, schema: Schema | None) -> Source:
    """The source with the schema's columns alone, so that files read no others."""
    if schema is None:
        raise SchemaError(
            "no schema: pass Schema.infer(data, …), Schema.from_yaml(path), or like=a reference profile."
        )
    types = rows.types
    held = [name for name in schema.names if name in types]
    if not held:
        if not types:
            raise DataError("the data has no columns; expected those of the schema. Is it the right file?")
        raise DataError(
            f"none of the schema's columns {list(schema.names)[:8]} is in the data, whose columns are "
            f"{list(types)[:8]}. Is it the right file?"
        )
    return rows if len(held) == len(types) else rows.only(held)


def check_readable(raw: pl.DataFrame, batch: Batch, schema: Schema) -> None:
    """Refuse a schema that reads no value of a column: a wrong reading would empty it without a word."""
    for name, mismatched in batch.mismatched.items():
        column, held = schema.column(name), values_of(raw, name).is_not_null().to_numpy()
        if held.any() and mismatched[held].all():
            raise SchemaError(
                f"no value of column {name!r} can be read as {column.kind} ({column.reading}); the first is "
                f"{raw.get_column(name).filter(pl.Series(held))[0]!r}. Give the column another kind or reading."
            )


def check_answers(raw: pl.DataFrame, schema: Schema, classes: tuple[str, ...]) -> None:
    """Refuse labels and predictions that name classes differently: accuracy would silently be 0."""
    label, prediction = schema.one("label"), schema.one("prediction")
    if schema.task not in ("binary", "multiclass") or label is None:
        return
    if label.name in raw.columns:
        _check_known(raw.get_column(label.name), classes)
    if prediction is not None and label.name in raw.columns and prediction.name in raw.columns:
        check_fractions(raw.get_column(prediction.name))
        check_label_values(raw.get_column(label.name), raw.get_column(prediction.name), classes=classes)


def _check_known(label: pl.Series, classes: tuple[str, ...]) -> None:
    """Refuse labels of which the reference knows none: every answer would count as wrong."""
    seen = classes_of(label)
    if classes and seen and not set(seen) & set(classes):
        raise DataError(
            f"label {label.name!r} holds {', '.join(seen[:8])}, of which the reference knows none; its classes are "
            f"{', '.join(classes[:8])}. Name the classes as in the reference, or make a new reference."
        )
