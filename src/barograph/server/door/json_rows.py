"""JSON bodies as frames: one object a line, a list of objects, or lists by column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final

import orjson
import polars as pl

from barograph.server.door.changes import shown
from barograph.server.door.columns import Part, joined, part_of
from barograph.server.door.errors import malformed, too_large
from barograph.server.door.limits import Limits, over
from barograph.server.door.series import framed
from barograph.server.errors import RequestRefused

#: Rows made into columns at a time: their objects stay in the processor's cache.
_ROWS_AT_A_TIME: Final = 1_000
#: Each object or array takes some 70 bytes of memory, and 2 of the body.
_MOST_OPENINGS: Final = 1_000_000
_BOM: Final = b"\xef\xbb\xbf"
_TYPES: Final = {
    dict: "an object", list: "an array", str: "text", int: "a number", float: "a number", bool: "true or false",
    type(None): "null",
}  # fmt: skip


def ndjson_frame(body: bytes, limits: Limits) -> pl.DataFrame:
    r"""Read one JSON object a line; blank lines are passed over.

    Raises
    ------
    RequestRefused
        400 for a line that is no JSON object, with line and column; 413 for too many rows or columns.

    Examples
    --------
    >>> ndjson_frame(b'{"a": 1}\n{"a": 2.5, "b": "x"}\n', Limits()).to_dict(as_series=False)
    {'a': [1.0, 2.5], 'b': [None, 'x']}
    """
    _check_start(body)
    lines = body.split(b"\n")
    if not lines[-1]:
        lines.pop()
    if len(lines) > limits.rows:
        lines = [line for line in lines if line.strip()]
        if len(lines) > limits.rows:
            raise over("rows", len(lines), limits.rows)
    starts = range(0, len(lines), _ROWS_AT_A_TIME)
    return _framed((_parsed(lines[at : at + _ROWS_AT_A_TIME], at) for at in starts), limits)


def json_frame(body: bytes, limits: Limits) -> pl.DataFrame:
    """Read `[rows]`, `{"rows": [rows]}` or `{"columns": {name: [values]}}`.

    Raises
    ------
    RequestRefused
        400 for what is no JSON or has another form, with line and column; 413 for too many rows or columns.

    Examples
    --------
    >>> json_frame(b'{"columns": {"a": [1, null]}}', Limits()).to_dict(as_series=False)
    {'a': [1, None]}
    """
    _check_start(body)
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _no_json(error, error.lineno) from error
    if isinstance(document, dict) and len(document) == 1:
        (key, held) = next(iter(document.items()))
        if key == "columns":
            return _of_columns(held, limits)
        document = held if key == "rows" else None
    if not isinstance(document, list):
        raise malformed(
            'the body is neither [rows], {"rows": [rows]} nor {"columns": {name: [values]}}; write it as one of them.'
        )
    if len(document) > limits.rows:
        raise over("rows", len(document), limits.rows)
    starts = range(0, len(document), _ROWS_AT_A_TIME)
    return _framed((_objects(document[at : at + _ROWS_AT_A_TIME], at, "row") for at in starts), limits)


def _check_start(body: bytes) -> None:
    if body.startswith(_BOM):
        raise malformed("the body begins with a byte order mark; expected JSON in UTF-8 without one.")
    if len(body) > _MOST_OPENINGS and body.count(b"[") + body.count(b"{") > _MOST_OPENINGS:
        raise too_large(f"the body has more than {_MOST_OPENINGS:,} objects and arrays. Send it in several.")


def _parsed(lines: Sequence[bytes], first: int) -> list[dict[str, Any]]:
    try:
        return _objects([orjson.loads(line) for line in lines], first, "line")
    except orjson.JSONDecodeError:
        return [
            row for number, line in enumerate(lines, first + 1) if (row := _line(line, number)) is not None
        ]


def _line(line: bytes, number: int) -> dict[str, Any] | None:
    """One line read by itself; None for a blank one."""
    if not line.strip():
        return None
    try:
        return _objects([orjson.loads(line)], number - 1, "line")[0]
    except orjson.JSONDecodeError as error:
        raise _no_json(error, number) from error


def _no_json(error: orjson.JSONDecodeError, line: int) -> RequestRefused:
    return malformed(
        f"line {line}, column {error.colno}: {error.msg}. Expected JSON in UTF-8; nothing of the batch was stored.",
        line=line,
        column=error.colno,
    )


def _objects(rows: list[Any], first: int, what: str) -> list[dict[str, Any]]:
    if set(map(type, rows)) <= {dict}:
        return rows
    at, held = next((i, row) for i, row in enumerate(rows) if type(row) is not dict)
    place = first + at + (what == "line")
    raise malformed(
        f"{what} {place} is {_TYPES[type(held)]}; expected an object, {{column: value}}.", **{what: place}
    )


def _framed(chunks: Iterator[list[dict[str, Any]]], limits: Limits) -> pl.DataFrame:
    """Columns of rows; each chunk's rows are let go before the next is read."""
    parts: dict[str, list[Part]] = {}
    heights: list[int] = []
    for rows in chunks:
        columns = _columns(rows, limits)
        for name in columns:
            if name not in parts:
                parts[name] = [_nulls(height) for height in heights]
        if len(parts) > limits.columns:
            raise over("columns", len(parts), limits.columns)
        for name, held in parts.items():
            held.append(part_of(columns[name]) if name in columns else _nulls(len(rows)))
        heights.append(len(rows))
    height = sum(heights)
    limits.check_shape(height, len(parts))
    series = [joined(held).alias(name) for name, held in parts.items()]
    return framed(series, height)


def _columns(rows: list[dict[str, Any]], limits: Limits) -> dict[str, list[Any]]:
    """Values by column; rows that all have the same keys in the same order are cut without a look-up."""
    if not rows:
        return {}
    names = tuple(rows[0])
    if set(map(tuple, rows)) == {names}:
        flat = list(chain.from_iterable(map(dict.values, rows)))
        return {name: flat[at :: len(names)] for at, name in enumerate(names)}
    found = dict.fromkeys(chain.from_iterable(rows))
    limits.check_shape(len(rows), len(found))
    return {name: [row.get(name) for row in rows] for name in found}


def _nulls(height: int) -> Part:
    return Part(pl.Series([None], dtype=pl.Null).new_from_index(0, height), "empty")


def _of_columns(held: object, limits: Limits) -> pl.DataFrame:
    if not isinstance(held, Mapping):
        raise malformed('"columns" is no object; expected {"columns": {name: [values]}}.')
    height: int | None = None
    for name, values in held.items():
        if not isinstance(values, list):
            raise malformed(
                f"column {shown(name)!r} is {_TYPES[type(values)]}; expected an array of values.", column=name
            )
        if height is not None and len(values) != height:
            raise malformed(
                f"column {shown(name)!r} has {len(values):,} values, the first has {height:,}; expected one a row.",
                column=shown(name),
            )
        height = len(values)
    limits.check_shape(height or 0, len(held))
    return framed([part_of(values).values.alias(name) for name, values in held.items()], height or 0)
