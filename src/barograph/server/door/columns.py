"""Columns of JSON values as series: each of the one type that holds all its values, or text.

Rows are taken some at a time, so that few Python objects live at once; how they are cut changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import orjson
import polars as pl

from barograph.server.door.errors import malformed

Family = Literal["empty", "boolean", "integer", "big", "number", "text"]

#: How JSON writes numbers it has no notation for, as protocol buffers do.
SPECIALS: Final[Mapping[str, float]] = {
    "NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf"),
}  # fmt: skip
_NUMBERS: Final = frozenset({int, float})
_NUMERIC: Final = frozenset({"integer", "big", "number"})
_MAX_EXACT: Final = 2**53


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of one column, and what its values have in common.

    Attributes
    ----------
    texts : the values as text, where numbers of `values` are rounded.
    """

    values: pl.Series
    family: Family
    texts: pl.Series | None = None


def part_of(values: Sequence[object]) -> Part:
    """Put JSON values into one series.

    Parameters
    ----------
    values : what a JSON reader gives. Objects and arrays become their JSON text; integers beyond 64 bits with a
        sign, text; "NaN", "Infinity" and "-Infinity" among numbers, numbers.

    Examples
    --------
    >>> part_of([1, None, "NaN"]).values.to_list(), part_of([1, "a", {"b": []}]).values.to_list()
    ([1.0, None, nan], ['1', 'a', '{"b":[]}'])
    """
    types = set(map(type, values))
    types.discard(type(None))
    if len(types) == 1:
        return _of_one_type(values, next(iter(types)))
    if not types:
        return Part(pl.Series(values, dtype=pl.Null), "empty")
    if types <= _NUMBERS:
        return Part(pl.Series(values, dtype=pl.Float64), "number", _unless_exact(values))
    if types - _NUMBERS == {str} and all(v in SPECIALS for v in values if type(v) is str):
        numbers = [SPECIALS[v] if type(v) is str else v for v in values]
        return Part(pl.Series(numbers, dtype=pl.Float64), "number", _unless_exact(values))
    return Part(_texts(values), "text")


def _of_one_type(values: Sequence[object], held: type) -> Part:
    if held is float:
        return Part(pl.Series(values, dtype=pl.Float64), "number")
    if held is str:
        return Part(pl.Series(values, dtype=pl.String), "text")
    if held is bool:
        return Part(pl.Series(values, dtype=pl.Boolean), "boolean")
    if held is not int:
        return Part(_texts(values), "text")
    try:
        return Part(pl.Series(values, dtype=pl.Int64), "integer")
    except (TypeError, OverflowError, pl.exceptions.PolarsError):
        return Part(_texts(values), "big")


def joined(parts: Sequence[Part]) -> pl.Series:
    """Put the parts of a column together, as one part of all rows would be.

    Examples
    --------
    >>> joined([part_of([1]), part_of([2.5])]).to_list(), joined([part_of([1]), part_of(["a"])]).to_list()
    ([1.0, 2.5], ['1', 'a'])
    """
    if len(parts) == 1:
        return parts[0].values
    families = {str(part.family) for part in parts if part.family != "empty"}
    if len(families) <= 1:
        dtype = next((p.values.dtype for p in parts if p.family != "empty"), pl.Null())
        return pl.concat([p.values if p.family != "empty" else p.values.cast(dtype) for p in parts])
    if _are_numbers(parts, families):
        return pl.concat([p.values.cast(pl.Float64) for p in parts])
    return pl.concat([_as_text(p) for p in parts])


def _are_numbers(parts: Sequence[Part], families: set[str]) -> bool:
    """Whether parts of several families are numbers together."""
    if families <= {"integer", "big"}:
        return False
    if families <= _NUMERIC:
        return True
    if families - _NUMERIC != {"text"}:
        return False
    texts = [p.values.drop_nulls().unique() for p in parts if p.family == "text"]
    return all(text.is_in(list(SPECIALS)).all() for text in texts)


def _unless_exact(values: Sequence[object]) -> pl.Series | None:
    """Texts of numbers of which some are integers that no float holds."""
    exact = all(type(v) is not int or abs(v) <= _MAX_EXACT for v in values)
    return None if exact else _texts(values)


def _as_text(part: Part) -> pl.Series:
    if part.texts is not None:
        return part.texts
    return part.values.cast(pl.String) if part.family in ("text", "big", "empty") else _texts(part.values)


def _texts(values: Sequence[object] | pl.Series) -> pl.Series:
    return pl.Series([None if v is None else scalar_text(v) for v in values], dtype=pl.String)


def scalar_text(value: object) -> str:
    """Write one JSON value as text, so that a number has one name whether it was an integer or a float.

    Raises
    ------
    RequestRefused
        400 for arrays and objects that are nested too deeply.

    Examples
    --------
    >>> scalar_text(1.0), scalar_text(True), scalar_text([1, None])
    ('1', 'true', '[1,null]')
    """
    if type(value) is str:
        return value
    writer = _WRITERS.get(type(value))
    if writer is not None:
        return writer(value)
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError as error:
        # It reads what is 1,024 deep, and writes a quarter of that.
        raise malformed(
            f"a value cannot be kept: {error} (arrays and objects stand at most 250 inside each other); send its parts "
            "as columns."
        ) from None


def _float_text(value: object) -> str:
    assert isinstance(value, float)
    if value.is_integer() and abs(value) < _MAX_EXACT:
        return str(int(value))
    if math.isfinite(value):
        return repr(value)
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


_WRITERS: Final[Mapping[type, Callable[[object], str]]] = {
    bool: lambda value: "true" if value else "false",
    int: str,
    float: _float_text,
}
