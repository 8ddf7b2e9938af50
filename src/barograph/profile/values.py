"""Read typed columns as plain arrays."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.schema.model import Kind

Floats = NDArray[np.float64]


def as_numbers(series: pl.Series, kind: Kind, timezone: str) -> pl.Series:
    """What is counted as a number: the value, the hour of the week, or the length of a text."""
    series = series.alias("values")  # Polars reads some names as patterns
    if kind == "datetime":
        local = series.dt.convert_time_zone(timezone)
        return (local.dt.weekday().cast(pl.Float64) - 1) * 24 + local.dt.hour().cast(pl.Float64)
    if kind == "text":
        return series.str.len_chars().cast(pl.Float64)
    return series if series.dtype == pl.Float64 else series.cast(pl.Float64)


def numbers_of(series: pl.Series, kind: Kind, timezone: str) -> Floats:
    """The non-null values of a typed column as float64."""
    return as_numbers(series.alias("values").drop_nulls(), kind, timezone).to_numpy()


def categories_of(series: pl.Series) -> tuple[list[str], list[int]]:
    """Distinct non-null values of a categorical column as text, with their rows."""
    counts = series.alias("values").drop_nulls().value_counts()
    return counts.to_series(0).cast(pl.String).to_list(), counts.to_series(1).to_list()
