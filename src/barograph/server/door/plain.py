"""Columns of any Arrow type as the few types the log holds: text, 64-bit numbers, booleans, times."""

from __future__ import annotations

from typing import Any, Final

import orjson
import polars as pl

from barograph.server.door.errors import too_large
from barograph.server.door.series import framed

_KEPT: Final = (
    pl.String, pl.Int64, pl.Float64, pl.Boolean, pl.Date, pl.Datetime, pl.Duration, pl.Time, pl.Null, pl.Binary,
)  # fmt: skip


def plain(frame: pl.DataFrame, most_text_bytes: int) -> pl.DataFrame:
    """Narrow a frame's types; what a value says stays the same.

    Parameters
    ----------
    most_text_bytes : of all text together. Many rows may share one text, which takes its size once until it is written.

    Raises
    ------
    RequestRefused
        413 for more text.

    Examples
    --------
    >>> rows = pl.DataFrame({"a": pl.Series([1], dtype=pl.Int8), "b": [[1, 2]]})
    >>> plain(rows, 100).to_dict(as_series=False)
    {'a': [1], 'b': ['[1,2]']}
    """
    _check_text(frame, most_text_bytes)
    if all(dtype in _KEPT for dtype in frame.dtypes):
        return frame
    return framed(
        [_plain_series(s.alias("values")).alias(s.name) for s in frame.iter_columns()], frame.height
    )


def _check_text(frame: pl.DataFrame, most: int) -> None:
    columns = [column.alias("values") for column in frame.iter_columns()]
    texts = [series for series in columns if series.dtype == pl.String]
    # All of them at once: an expression costs more than what it does with a few hundred values.
    total = int(pl.concat(texts).str.len_bytes().sum()) if texts else 0
    for series in columns:
        if isinstance(series.dtype, pl.Categorical | pl.Enum):
            total += int(series.cat.len_bytes().sum())
    if total > most:
        raise too_large(
            f"the rows hold {total:,} bytes of text; expected at most {most:,}. Send them in several.",
            limit="text_bytes", most=most,
        )  # fmt: skip


def _plain_series(series: pl.Series) -> pl.Series:
    dtype = series.dtype
    if dtype in _KEPT:
        return series
    if dtype.is_integer():
        whole = series.cast(pl.Int64, strict=False)
        return whole if whole.null_count() == series.null_count() else series.cast(pl.String)
    if dtype.is_numeric():
        return series.cast(pl.Float64)
    if isinstance(dtype, pl.Categorical | pl.Enum):
        return series.cast(pl.String)
    if dtype.is_nested():
        texts = [None if value is None else _json(value) for value in series.to_list()]
        return pl.Series(texts, dtype=pl.String)
    return series.cast(pl.String, strict=False)


def _json(value: object) -> str:
    return orjson.dumps(value, default=_written).decode()


def _written(value: object) -> Any:
    """What JSON has no notation for; series are the lists inside lists."""
    if isinstance(value, pl.Series):
        return value.to_list()
    return value.hex() if isinstance(value, bytes) else str(value)
