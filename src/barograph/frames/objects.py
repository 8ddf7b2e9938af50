"""Columns of Python objects: one family for the whole column, so that cutting it into batches changes nothing."""

from __future__ import annotations

import sys
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

#: Families whose values all have one type that Polars has too.
_TYPES: Final[dict[str, Any]] = {
    "empty": pl.Null,
    "boolean": pl.Boolean,
    "integer": pl.Int64,
    "floating": pl.Float64,
    "mixed-integer-float": pl.Float64,
    "decimal": None,
    "datetime": pl.Datetime("us"),
    "date": pl.Date,
    "timedelta": pl.Duration("us"),
    "time": pl.Time,
    "bytes": pl.Binary,
}
_SCALARS: Final = (str, bool, int, float, complex, np.generic, Decimal, date, time, timedelta)
_HEAD: Final = 2_000
#: Text is coded where its values are at most this share of the rows.
_DISTINCT: Final = 0.5


def family_of(values: NDArray[Any]) -> str:
    """Return what all objects of a column have in common: a type's name, `text` for scalars, `object` for others.

    Examples
    --------
    >>> import pandas as pd
    >>> family_of(np.array(["a", None, 1], dtype=object)), family_of(np.array([{1}, "a"], dtype=object))
    ('text', 'object')
    """
    pandas = sys.modules["pandas"]
    found = str(pandas.api.types.infer_dtype(values, skipna=True))
    if found == "string" or found in _TYPES:
        return found
    if found not in ("mixed", "mixed-integer"):
        return "text"
    missing = pandas.isna(values)
    scalar = all(m or isinstance(v, _SCALARS) for v, m in zip(values, missing, strict=True))
    return "text" if scalar else "object"


def objects_series(name: str, values: NDArray[Any], family: str, *, enum: bool) -> pl.Series:
    """Convert Python objects of one family.

    Parameters
    ----------
    values : objects; None, NaN and pandas' own markers are null.
    family : of the whole column, from `family_of`.
    enum : give text whose values repeat as Enum.

    Examples
    --------
    >>> import pandas as pd
    >>> objects_series("c", np.array([True, 2.0, "x", None], dtype=object), "text", enum=False).to_list()
    ['true', '2', 'x', None]
    """
    pandas = sys.modules["pandas"]
    if family == "string" and enum and repeats(list(values[:_HEAD])):
        codes, distinct = pandas.factorize(values)
        return gathered(name, pl.Series([_readable(v) for v in distinct], dtype=pl.String), indices(codes))
    listed = [None if m else v for v, m in zip(values, pandas.isna(values), strict=True)]
    if family in _TYPES:
        try:
            return pl.Series(name, listed, dtype=_TYPES[family], strict=family not in _LOOSE)
        except (OverflowError, TypeError, ValueError, pl.exceptions.PolarsError):
            # Integers beyond 64 bits, times of several zones: their texts say what their type cannot.
            family = "text"
    if family == "object":
        return pl.Series(name, listed, dtype=pl.Object)
    return pl.Series(name, [None if v is None else _scalar_text(v) for v in listed], dtype=pl.String)


_LOOSE: Final = ("floating", "mixed-integer-float")


def gathered(name: str, categories: pl.Series, positions: pl.Series) -> pl.Series:
    """Spread categories over the rows, as Enum where their names are distinct.

    Examples
    --------
    >>> gathered("c", pl.Series(["a", "b"]), pl.Series([1, None, 0])).to_list()
    ['b', None, 'a']
    """
    if categories.null_count() == 0 and categories.n_unique() == len(categories):
        categories = categories.cast(pl.Enum(categories))
    return categories.gather(positions).alias(name)


def indices(codes: NDArray[Any]) -> pl.Series:
    """Positions in a list of categories; pandas' -1 is null.

    Examples
    --------
    >>> indices(np.array([0, -1])).to_list()
    [0, None]
    """
    positions = pl.Series(np.ascontiguousarray(codes).astype(np.int64, copy=False))
    present = positions >= 0
    return positions if present.all() else positions.zip_with(present, pl.Series([None], dtype=pl.Int64))


def repeats(head: list[Any]) -> bool:
    """Whether the first values repeat enough for coding to pay.

    Examples
    --------
    >>> repeats(["a", "a", "b", "b"]), repeats(["a", "b"])
    (True, False)
    """
    return len(set(head)) <= _DISTINCT * len(head)


def _scalar_text(value: Any) -> str:
    """Write a scalar so that a number has one name whether it was an integer or a float."""
    if isinstance(value, bool | np.bool_):
        return str(bool(value)).lower()
    if isinstance(value, float | np.floating) and float(value).is_integer() and abs(float(value)) < 2**53:
        return str(int(value))
    return _readable(str(value))


def _readable(text: str) -> str:
    """Replace lone surrogates, which no file format can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return str(text)
