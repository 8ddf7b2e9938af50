"""The bundled rows: bike rides in Washington, hour by hour, 2011."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Final

import polars as pl

#: What the model is given, in the order it was trained on.
FEATURES: Final = (
    "temp", "atemp", "hum", "windspeed", "hr", "weekday", "season", "holiday", "workingday",
)  # fmt: skip
LABEL: Final = "bikers"
TIMESTAMP: Final = "time"
TIMEZONE: Final = "America/New_York"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days of the story, the first and the last included."""

    name: str
    first: date
    last: date


TRAINING: Final = Period(name="reference", first=date(2011, 1, 1), last=date(2011, 1, 28))
#: As published: 7 February is the last day of the first week and the first of the second.
WEEKS: Final = (
    Period(name="week 1", first=date(2011, 1, 29), last=date(2011, 2, 7)),
    Period(name="week 2", first=date(2011, 2, 7), last=date(2011, 2, 14)),
    Period(name="week 3", first=date(2011, 2, 15), last=date(2011, 2, 21)),
)


def load_rides() -> pl.DataFrame:
    """Read the features, the label and the local time of every hour of 2011 that has rides.

    Returns
    -------
    DataFrame of 8,645 rows, in order of time.

    Notes
    -----
    Source and licence stand beside the file, in `data/README.md`.

    Examples
    --------
    >>> load_rides().height
    8645
    """
    packed = resources.files("barograph.demo.bike").joinpath("data", "bikeshare_2011.csv.gz").read_bytes()
    rows = pl.read_csv(gzip.decompress(packed), schema_overrides={"hr": pl.Int64})
    hours = pl.duration(days=pl.col("day") - 1, hours="hr")
    time = (pl.datetime(2011, 1, 1) + hours).alias(TIMESTAMP)
    return rows.select(time, *FEATURES, LABEL)


def rows_of(rides: pl.DataFrame, period: Period) -> pl.DataFrame:
    """The hours of a period.

    Examples
    --------
    >>> [rows_of(load_rides(), period).height for period in (TRAINING, *WEEKS)]
    [618, 235, 187, 165]
    """
    return rides.filter(pl.col(TIMESTAMP).dt.date().is_between(period.first, period.last))
