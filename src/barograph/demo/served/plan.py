"""What happens to the bike model in 2011, and what the demo planted: nothing of it is told to the server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from barograph.demo.bike.rides import TIMESTAMP

PROJECT: Final = "demo"
MODEL: Final = "bike-demand"
#: Where weather columns come from.
WEATHER_SOURCE: Final = "weather-feed"
WEATHER: Final = ("temp", "atemp", "hum", "windspeed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A version, trained on all rides through the day before it is deployed."""

    version: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Columns that arrive as one value on some days, the last included."""

    columns: tuple[str, ...]
    value: float
    first: date
    last: date
    what: str


FIRST_DAY: Final = date(2011, 1, 29)
LAST_DAY: Final = date(2011, 12, 31)
DEPLOYMENTS: Final = (
    Deployment(version="1", day=FIRST_DAY),
    Deployment(version="2", day=date(2011, 2, 22)),
    Deployment(version="3", day=date(2011, 6, 1)),
)
FAULT: Final = Fault(
    columns=("temp", "atemp"),
    value=0.0,
    first=date(2011, 9, 12),
    last=date(2011, 9, 14),
    what="the weather feed is down and its columns temp and atemp arrive as 0",
)


#: Of the rides as they were published: all hours of the day hold one temperature.
STILL_DAY: Final = date(2011, 9, 6)


def version_on(day: date) -> str:
    """The version that answers on a day.

    Examples
    --------
    >>> version_on(date(2011, 2, 21)), version_on(date(2011, 2, 22))
    ('1', '2')
    """
    return [d.version for d in DEPLOYMENTS if d.day <= day][-1]


def as_received(rides: pl.DataFrame) -> pl.DataFrame:
    """The rides with the features as the model was given them."""
    faulty = pl.col(TIMESTAMP).dt.date().is_between(FAULT.first, FAULT.last)
    return rides.with_columns(
        pl.when(faulty).then(pl.lit(FAULT.value)).otherwise(pl.col(name)).alias(name)
        for name in FAULT.columns
    )


def truth() -> list[dict[str, Any]]:
    """What is true of the replay, for who wants to check what is found."""
    warm = {
        "kind": "new_territory",
        "what": "hours warmer than any in training",
        "columns": ["temp", "atemp"],
        "first": "2011-02-14",
        "lasting_from": "2011-02-17",
        "version": "1",
    }
    bad_day = {"kind": "single_bad_day", "what": "one bad day, no lasting change", "first": "2011-02-06"}
    fault = {
        "kind": "fault",
        "what": FAULT.what,
        "columns": list(FAULT.columns),
        "first": FAULT.first.isoformat(),
        "last": FAULT.last.isoformat(),
        "value": FAULT.value,
        "source": WEATHER_SOURCE,
    }
    still = {
        "kind": "stuck",
        "what": "the rides as they were published hold one temperature all day",
        "columns": ["temp", "atemp"],
        "first": STILL_DAY.isoformat(),
        "last": STILL_DAY.isoformat(),
    }
    deployed = [{"kind": "deployment", "version": d.version, "first": d.day.isoformat()} for d in DEPLOYMENTS]
    return [warm, bad_day, still, fault, *deployed]
