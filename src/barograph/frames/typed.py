"""Raw rows turned into the types their kinds ask for, what does not fit set apart."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.frames.batch import Batch
from barograph.schema.model import Column, Kind, Schema
from barograph.schema.readings import (
    NULL_TOKENS,
    UTC_TIME,
    canonical_numbers,
    canonical_text,
    in_calendar,
    localised,
    read_epoch,
    read_numbers,
    read_times,
)

_EMPTY: Final[dict[Kind, pl.DataType]] = {
    "numeric": pl.Float64(),
    "categorical": pl.String(),
    "datetime": UTC_TIME,
    "text": pl.String(),
}
_NANOSECONDS_A_SECOND: Final = 1e9
_UNITS_A_SECOND: Final = {"ns": 1e9, "us": 1e6, "ms": 1e3}


def typed(raw: pl.DataFrame, schema: Schema) -> Batch:
    """Turn raw rows into a batch: one column per schema column, each of the type its kind asks for.

    Parameters
    ----------
    raw : rows as they were read; columns outside the schema are left out.
    schema : kinds, readings, null values and time zone.

    Returns
    -------
    Batch; values that do not fit their kind are null in `frame` and True in `mismatched`.

    Notes
    -----
    Every value is read by itself, so cutting rows into other batches changes nothing. Columns that
    have their type already are passed through without a copy; text costs one parse.

    Examples
    --------
    >>> schema = Schema(columns=(Column(name="x", null_values=("-999",)),))
    >>> batch = typed(pl.DataFrame({"x": ["1.5", "-999", "many"]}), schema)
    >>> batch.frame["x"].to_list(), batch.mismatched["x"].tolist()
    ([1.5, None, None], [False, False, True])
    """
    columns: list[pl.Series] = []
    mismatched: dict[str, NDArray[np.bool_]] = {}
    missing: list[str] = []
    present = set(raw.columns)
    for column in schema.columns:
        if column.name not in present:
            missing.append(column.name)
            continue
        values, wrong = typed_column(raw[column.name], column, schema.timezone)
        columns.append(values)
        if wrong is not None:
            mismatched[column.name] = wrong
    frame = pl.DataFrame({s.name: s for s in columns}) if columns else pl.DataFrame(height=raw.height)
    return Batch(frame=frame, mismatched=mismatched, missing=tuple(missing))


def typed_column(raw: pl.Series, column: Column, timezone: str) -> tuple[pl.Series, NDArray[np.bool_] | None]:
    """Turn one raw column into the type of its kind.

    Returns
    -------
    The values, and True where a value does not fit (None where all do).

    Examples
    --------
    >>> typed_column(pl.Series("zip", [1067, 8]), Column(name="zip", kind="categorical"), "UTC")[0].to_list()
    ['1067', '8']
    """
    # Series look themselves up by name, and Polars reads `^…$` as a pattern.
    name, raw = raw.name, raw.alias("values")
    values, wrong = _typed_values(_without_null_values(raw, column), column, timezone)
    return values.alias(name), wrong


def _typed_values(
    raw: pl.Series, column: Column, timezone: str
) -> tuple[pl.Series, NDArray[np.bool_] | None]:
    if raw.dtype == pl.Null:
        return pl.Series(raw.name, [None], dtype=_EMPTY[column.kind]).new_from_index(0, len(raw)), None
    if column.kind == "numeric":
        values = _numeric(raw, column)
    elif column.kind == "datetime":
        values = _datetime(raw, column, timezone)
        if column.role == "timestamp":
            values = _in_calendar(values, of_rows=True)
    else:
        values = _categorical(raw, column)
    if column.kind == "text" and values.dtype != pl.String:
        values = values.cast(pl.String)
    if column.kind == "numeric" and _is_text(raw) and values.is_nan().any():
        values = values.fill_nan(None)
    if values is raw or values.null_count() == raw.null_count():
        return values, None
    wrong = values.is_null() & raw.is_not_null()
    if raw.dtype.is_float():
        wrong = wrong & ~raw.is_nan().fill_null(False)
    elif _is_text(raw):
        # "NA" is no number, yet nobody meant one: it is missing even where the schema's sample held none.
        wrong = wrong & ~_by_category(raw, _is_token).fill_null(False)
    return values, wrong.to_numpy() if wrong.any() else None


def _is_text(raw: pl.Series) -> bool:
    return isinstance(raw.dtype, pl.String | pl.Categorical | pl.Enum)


def _is_token(text: pl.Series) -> pl.Series:
    return text.str.strip_chars().is_in(list(NULL_TOKENS))


def _without_null_values(raw: pl.Series, column: Column) -> pl.Series:
    if not column.null_values:
        return raw
    if raw.dtype.is_numeric():
        numbers = _as_numbers(column.null_values)
        is_null = raw.cast(pl.Float64).is_in(numbers) if numbers else None
    elif _is_text(raw):
        is_null = _by_category(raw, partial(_text_is_null, column=column))
    else:
        return raw
    if is_null is None or not is_null.any():
        return raw
    return raw.zip_with(~is_null.fill_null(False), pl.Series(raw.name, [None], dtype=raw.dtype))


def _text_is_null(raw: pl.Series, column: Column) -> pl.Series:
    """Null values in text match as written and, where they are numbers, as the number they write."""
    is_null = raw.is_in(list(column.null_values))
    numbers = _as_numbers(column.null_values)
    if column.kind == "numeric" and numbers:
        is_null = is_null | read_numbers(raw, column.reading).is_in(numbers).fill_null(False)
    return is_null


def _as_numbers(texts: Sequence[str]) -> list[float]:
    numbers = read_numbers(pl.Series(texts, dtype=pl.String))
    return [float(n) for n in numbers.drop_nulls() if not math.isnan(n)]


def _numeric(raw: pl.Series, column: Column) -> pl.Series:
    dtype = raw.dtype
    if dtype == pl.Float64 or (dtype.is_integer() and dtype not in (pl.Int128, pl.UInt128)):
        return raw
    if dtype.is_numeric() or dtype == pl.Boolean:
        return raw.cast(pl.Float64)
    if dtype == pl.String:
        return read_numbers(raw, column.reading)
    if isinstance(dtype, pl.Categorical | pl.Enum):
        return _by_category(raw, lambda text: read_numbers(text, column.reading))
    if isinstance(dtype, pl.Duration):
        return _seconds(raw, _UNITS_A_SECOND[dtype.time_unit])
    if dtype == pl.Time:
        return _seconds(raw, _NANOSECONDS_A_SECOND)
    return _nothing(raw, pl.Float64())


def _seconds(raw: pl.Series, units: float) -> pl.Series:
    """Durations and times of day in seconds; numpy divides, where Polars multiplies by a rounded reciprocal."""
    return pl.Series(raw.name, raw.to_physical().cast(pl.Float64).to_numpy() / units, nan_to_null=True)


def _datetime(raw: pl.Series, column: Column, timezone: str) -> pl.Series:
    dtype = raw.dtype
    if isinstance(dtype, pl.Datetime):
        micros = (
            raw if dtype.time_unit == "us" else raw.cast(pl.Datetime("us", dtype.time_zone), strict=False)
        )
        if dtype.time_zone is None:
            return _in_calendar(localised(micros, timezone))
        return _in_calendar(micros if dtype.time_zone == "UTC" else micros.dt.convert_time_zone("UTC"))
    if dtype == pl.Date:
        return _in_calendar(localised(raw.cast(pl.Datetime("us"), strict=False), timezone))
    if dtype == pl.String:
        return read_times(raw, column.reading if column.reading in _TIMED else "year_first", timezone)
    if isinstance(dtype, pl.Categorical | pl.Enum):
        return _by_category(raw, lambda text: _datetime(text, column, timezone))
    if dtype.is_numeric() and column.reading.startswith("epoch"):
        return read_epoch(raw, column.reading)
    return _nothing(raw, UTC_TIME)


_TIMED: Final = frozenset(
    {"year_first", "day_first", "month_first", "epoch_s", "epoch_ms", "epoch_us", "epoch_ns"}
)


def _in_calendar(times: pl.Series, *, of_rows: bool = False) -> pl.Series:
    """Skip the check where both ends are inside, which spares a copy of nearly every column."""
    ends = pl.Series([times.to_physical().min(), times.to_physical().max()], dtype=pl.Int64)
    inside = in_calendar(ends.cast(pl.Datetime("us")).dt.replace_time_zone("UTC"), of_rows=of_rows)
    return times if inside.null_count() == ends.null_count() else in_calendar(times, of_rows=of_rows)


def _categorical(raw: pl.Series, column: Column) -> pl.Series:
    dtype = raw.dtype
    if dtype == pl.String:
        return canonical_text(raw, column.reading)
    if isinstance(dtype, pl.Categorical | pl.Enum):
        if column.reading in ("boolean", "number"):
            return _by_category(raw, lambda text: canonical_text(text, column.reading))
        return raw
    if dtype == pl.Boolean:
        return raw.cast(pl.String)
    if dtype.is_numeric():
        text = canonical_numbers(raw)
        return canonical_text(text, "boolean") if column.reading == "boolean" else text
    if dtype in (pl.Duration, pl.Time):
        return canonical_numbers(_numeric(raw, column))
    if dtype.is_temporal():
        return raw.cast(pl.String)
    return _nothing(raw, pl.String())


def _by_category(raw: pl.Series, read: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Read each category once and spread the result over the rows; plain text is read as it is."""
    if raw.dtype == pl.String:
        return read(raw)
    if isinstance(raw.dtype, pl.Enum):
        return read(raw.dtype.categories.alias(raw.name)).gather(raw.to_physical())
    used = raw.drop_nulls().unique()
    values = read(used.cast(pl.String))
    return raw.to_physical().replace_strict(
        used.to_physical(), values, default=None, return_dtype=values.dtype
    )


def _nothing(raw: pl.Series, dtype: pl.DataType) -> pl.Series:
    """Null in every row: no value of this type fits the kind."""
    return pl.Series(raw.name, [None], dtype=dtype).new_from_index(0, len(raw))
