"""Read typed columns as plain arrays."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.schema.model import Kind

Floats = NDArray[np.float64]

_HOUR_MICROSECONDS = np.int64(3_600_000_000)
_WEEK_HOURS = np.int64(168)
#: Monday's first hour to the epoch's, a Thursday's.
_HOURS_BEFORE_EPOCH = np.int64(72)


def as_numbers(series: pl.Series, kind: Kind, timezone: str) -> Floats:
    """What is counted as a number: the value, the hour of the week, or the length of a text; NaN for null."""
    series = series.alias("values")  # Polars reads some names as patterns
    if kind == "datetime" and timezone == "UTC" and not series.null_count():
        hours = series.to_physical().to_numpy() // _HOUR_MICROSECONDS + _HOURS_BEFORE_EPOCH
        hours -= hours // _WEEK_HOURS * _WEEK_HOURS
        return hours.astype(np.float64)
    if kind == "datetime":
        local = series.dt.convert_time_zone(timezone)
        series = (local.dt.weekday().cast(pl.Float64) - 1) * 24 + local.dt.hour().cast(pl.Float64)
    elif kind == "text":
        series = series.str.len_chars()
    return (series if series.dtype == pl.Float64 else series.cast(pl.Float64)).to_numpy()


def numbers_of(series: pl.Series, kind: Kind, timezone: str) -> Floats:
    """The non-null values of a typed column as float64."""
    return as_numbers(series.alias("values").drop_nulls(), kind, timezone)


def categories_of(series: pl.Series) -> tuple[list[str], list[int]]:
    """Distinct non-null values of a categorical column as text, with their rows."""
    counts = series.alias("values").drop_nulls().value_counts()
    return counts.to_series(0).cast(pl.String).to_list(), counts.to_series(1).to_list()
