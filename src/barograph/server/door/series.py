"""Columns made and put together, in a fraction of the time the usual ways take for a few hundred rows."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl


def constant(name: str, value: object, dtype: pl.DataType | type[pl.DataType], height: int) -> pl.Series:
    """One value in every row.

    Examples
    --------
    >>> constant("a", None, pl.Int32, 2).to_list()
    [None, None]
    """
    return pl.Series(name, [value], dtype=dtype).new_from_index(0, height)


def framed(columns: Sequence[pl.Series], height: int) -> pl.DataFrame:
    """A frame of columns under their names; of `height` rows where there is none.

    Examples
    --------
    >>> framed([pl.Series("", [1])], 1).columns
    ['']
    """
    if not columns:
        return pl.DataFrame(height=height)
    # `pl.DataFrame(columns)` takes five times as long, and gives columns with an empty name another one.
    return columns[0].to_frame().hstack(list(columns[1:]))
