"""How a batch's columns differ from its schema: new ones, missing ones, values of another type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from barograph.frames.typed import typed_column
from barograph.schema.model import Column, Schema

#: Roles whose columns every batch of predictions has.
_EXPECTED: Final = (
    "feature",
    "raw_input",
    "prediction",
    "score",
    "segment",
    "group",
    "rank",
    "horizon",
    "weight",
)
#: Above this share of values that do not fit, a column has changed its type; below, single values are at fault.
_MOST: Final = 0.5
_LOOKED_AT: Final = 1_000
_LONGEST_NAME: Final = 200
_MOST_NEW: Final = 100


@dataclass(frozen=True, slots=True)
class Deviation:
    """One column that is not as the schema says.

    Attributes
    ----------
    change : `new`, `missing`, or `type`: most values do not fit the kind.
    form : type of the values that came; empty where the column is missing.
    """

    column: str
    change: Literal["new", "missing", "type"]
    form: str = ""


def deviations(
    held: pl.DataFrame, unknown: Mapping[str, pl.DataType], schema: Schema
) -> frozenset[Deviation]:
    """Differences of one batch of predictions.

    Parameters
    ----------
    held : its rows under the schema's names.
    unknown : types of its other columns.

    Notes
    -----
    Cost: a look at the types; up to 1,000 values are read of a numeric column that holds text.
    """
    found = {Deviation(shown(name), "new", _form(dtype)) for name, dtype in list(unknown.items())[:_MOST_NEW]}
    types = held.schema
    for column in schema.columns:
        if column.redact == "drop":
            continue
        dtype = types.get(column.name)
        if dtype is None:
            if column.role in _EXPECTED:
                found.add(Deviation(column.name, "missing"))
        elif _may_differ(dtype, column) and _differs(held.get_column(column.name), column, schema.timezone):
            found.add(Deviation(column.name, "type", _form(dtype)))
    return frozenset(found)


def shown(name: str) -> str:
    """A column's name as it may be stored and shown, whoever sent it."""
    return (
        name[:_LONGEST_NAME] if name.isprintable() else name.encode("unicode_escape").decode()[:_LONGEST_NAME]
    )


def _may_differ(dtype: pl.DataType, column: Column) -> bool:
    """Whether values of a type may not fit; times as text are let through, since reading them takes long."""
    if column.kind == "numeric":
        return not (dtype.is_numeric() or dtype in (pl.Null, pl.Boolean))
    if column.kind == "datetime":
        return dtype != pl.Null and not dtype.is_temporal() and dtype != pl.String
    return dtype == pl.Binary


def _differs(raw: pl.Series, column: Column, timezone: str) -> bool:
    _, wrong = typed_column(raw.drop_nulls().head(_LOOKED_AT), column, timezone)
    return wrong is not None and bool(wrong.mean() > _MOST)


def _form(dtype: pl.DataType) -> str:
    if dtype == pl.String:
        return "text"
    if dtype == pl.Boolean:
        return "boolean"
    if dtype.is_numeric():
        return "integer" if dtype.is_integer() else "numeric"
    return "time" if dtype.is_temporal() else "binary" if dtype == pl.Binary else ""
