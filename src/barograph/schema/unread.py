"""The type that stands for columns whose values Polars cannot hold, so that they can be named and left out."""

from __future__ import annotations

from typing import Final

import polars as pl

_NAME: Final = "barograph.unread"


def unread_type(told: str) -> pl.DataType:
    """Return the stand-in for a type that cannot be held; `told` is its name.

    Examples
    --------
    >>> unread_name(unread_type("interval"))
    'interval'
    """
    return pl.Extension(_NAME, pl.Null(), told)


def unread_name(dtype: pl.DataType) -> str | None:
    """Return the name of the type that a stand-in stands for, None for every other type.

    Examples
    --------
    >>> unread_name(pl.Int64()) is None
    True
    """
    if isinstance(dtype, pl.Extension) and dtype.ext_name() == _NAME:
        return dtype.ext_metadata() or "unknown"
    return None


def unread_values(told: str, rows: int) -> pl.Series:
    """Return a column of `rows` nulls of the stand-in type.

    Examples
    --------
    >>> len(unread_values("interval", 3))
    3
    """
    return pl.Series([None]).new_from_index(0, rows).ext.to(unread_type(told))
