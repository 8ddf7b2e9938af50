"""The names rows are sent under, and the schema's columns they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import orjson
import polars as pl

from barograph.frames.typed import typed_column
from barograph.schema.model import Column, Role, Schema
from barograph.server.door.columns import part_of
from barograph.server.door.series import framed

#: Names a sender may use without knowing the schema, and the role of the column each stands for. A column of the schema
#: that has the name itself keeps it.
RESERVED: Final[Mapping[str, Role | None]] = MappingProxyType(
    {
        "prediction_id": "id",
        "timestamp": "timestamp",
        "version": "version",
        "prediction": "prediction",
        "score": "score",
        "scores": None,
        "label": "label",
        "label_timestamp": "label_timestamp",
        "row": None,
    }
)
_TEXT: Final = Column(name="values", kind="categorical")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Rows under the schema's names.

    Attributes
    ----------
    frame : columns of the schema, raw.
    ids, rows, versions : what names each row, of the schema's column or the reserved one; None where rows have none.
    unknown : types of columns whose names are neither the schema's nor reserved.
    """

    frame: pl.DataFrame
    ids: pl.Series | None
    rows: pl.Series | None
    versions: pl.Series | None
    unknown: Mapping[str, pl.DataType]


def named(frame: pl.DataFrame, schema: Schema) -> Named:
    """Put rows under the schema's names.

    Parameters
    ----------
    frame : as decoded. Where both a column of the schema and the reserved name for it are there, the column's own
        values count, and the others stand where it has none.

    Examples
    --------
    >>> schema = Schema(columns=(Column(name="key", role="id", kind="categorical"),))
    >>> found = named(pl.DataFrame({"prediction_id": ["a"], "x": [1]}), schema)
    >>> found.frame.to_dict(as_series=False), list(found.unknown)
    ({'key': ['a']}, ['x'])
    """
    held = {name: frame.get_column(name) for name in frame.columns if name in schema.known}
    loose: dict[str, pl.Series] = {}
    unknown: dict[str, pl.DataType] = {}
    for name in frame.columns:
        if name in schema.known:
            continue
        if name not in RESERVED:
            unknown[name] = frame.schema[name]
        elif name == "scores":
            for target, values in _scores(frame.get_column(name), schema).items():
                _put(held, target, values)
        else:
            column = _column_of(name, schema)
            _put(
                loose if column is None else held, name if column is None else column, frame.get_column(name)
            )
    kept = [held[name] for name in schema.names if name in held]
    return Named(
        frame=framed(kept, frame.height),
        ids=_of(held, schema.one("id"), loose.get("prediction_id")),
        rows=loose.get("row"),
        versions=_of(held, schema.one("version"), loose.get("version")),
        unknown=unknown,
    )


def _column_of(name: str, schema: Schema) -> str | None:
    """The one column of the role a reserved name stands for."""
    role = RESERVED[name]
    held = schema.with_role(role) if role else ()
    return held[0].name if len(held) == 1 else None


def _of(held: Mapping[str, pl.Series], column: Column | None, loose: pl.Series | None) -> pl.Series | None:
    return loose if column is None else held.get(column.name, loose)


def _put(held: dict[str, pl.Series], name: str, values: pl.Series) -> None:
    own = held.get(name)
    if own is None:
        held[name] = values.alias(name)
    elif own.null_count():
        # Series look themselves up by name, and Polars reads `^…$` as a pattern.
        own, values = own.alias("values"), values.alias("values")
        if own.dtype != values.dtype:
            own, values = (typed_column(s, _TEXT, "UTC")[0].cast(pl.String) for s in (own, values))
        held[name] = own.zip_with(own.is_not_null(), values).alias(name)


def _scores(told: pl.Series, schema: Schema) -> dict[str, pl.Series]:
    """Scores by class, each for the column of its class; what is no object of numbers says nothing."""
    columns = schema.with_role("score")
    classes = {c.class_name or (schema.positive if len(columns) == 1 else None): c.name for c in columns}
    rows = [_object(text) for text in told]
    return {
        name: part_of([row.get(of) for row in rows]).values for of, name in classes.items() if of is not None
    }


def _object(text: object) -> Mapping[str, object]:
    try:
        held = orjson.loads(text) if isinstance(text, str) else None
    except orjson.JSONDecodeError:
        held = None
    return held if isinstance(held, dict) else {}
