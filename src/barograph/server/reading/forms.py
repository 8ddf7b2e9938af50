"""Answers as JSON, CSV or Arrow: one table, three forms."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Literal

import orjson
import polars as pl
from fastapi import Query
from starlette.responses import Response

Form = Annotated[
    Literal["json", "csv", "arrow"],
    Query(alias="format", description="Form of the answer: JSON, CSV, or an Arrow IPC stream."),
]
JSON: Final = "application/json"
CSV: Final = "text/csv; charset=utf-8"
ARROW: Final = "application/vnd.apache.arrow.stream"
#: A spreadsheet runs what a cell begins with one of these as a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def answer(form: str, *, told: Mapping[str, Any], table: pl.DataFrame) -> Response:
    """The same in the form that was asked for.

    Parameters
    ----------
    told : for JSON.
    table : for CSV and Arrow: times are aware datetimes.
    """
    if form == "csv":
        return Response(as_csv(table), media_type=CSV)
    if form == "arrow":
        return Response(as_arrow(table), media_type=ARROW)
    return Response(orjson.dumps(told), media_type=JSON)


def as_csv(table: pl.DataFrame) -> bytes:
    """CSV with a header; text that a spreadsheet would run as a formula gets an apostrophe before it.

    Examples
    --------
    >>> as_csv(pl.DataFrame({"name": ["=1+1", "plain"]})).decode().splitlines()
    ['name', "'=1+1", 'plain']
    """
    safe = table.select(
        _harmless(table.get_column(name)) if table.schema[name] == pl.String else table.get_column(name)
        for name in table.columns
    )
    return safe.write_csv(datetime_format="%Y-%m-%dT%H:%M:%S%.6fZ").encode()


def as_arrow(table: pl.DataFrame) -> bytes:
    """An Arrow IPC stream."""
    held = io.BytesIO()
    table.write_ipc_stream(held)
    return held.getvalue()


def forms_of(model: type[Any]) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI entry of an answer in all three forms, JSON as `model`."""
    plain: dict[str, Any] = {"schema": {"type": "string"}}
    binary: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
    return {200: {"model": model, "content": {"text/csv": plain, ARROW: binary}}}


def plain(value: object) -> object:
    """A value as JSON holds it: texts, numbers, truth and null stay, all else becomes text."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else str(value)
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [plain(v) for v in value]
    return str(value)


def _harmless(texts: pl.Series) -> pl.Series:
    runs = pl.col(texts.name)
    starts = pl.any_horizontal([runs.str.starts_with(sign) for sign in _FORMULA])
    return (
        texts.to_frame()
        .select(pl.when(starts).then("'" + runs).otherwise(runs).alias(texts.name))
        .to_series()
    )
