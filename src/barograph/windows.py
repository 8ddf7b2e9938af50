"""Time cut into windows of one length, in the model's time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final, Literal
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from barograph.errors import SchemaError

Unit = Literal["m", "h", "d", "w", "mo"]
_SECONDS: Final[dict[str, int]] = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "mo": 2_629_746}
_CHOICES: Final = ("1w", "1d", "6h", "1h", "15m", "5m", "1m")
_ENOUGH: Final = 20
#: A century. Ends of longer windows are no times any more.
LONGEST_SECONDS: Final = 36_525 * 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """Length of a window: a count of minutes, hours, days, weeks or calendar months."""

    count: int
    unit: Unit

    @property
    def text(self) -> str:
        """As it is written: `15m`, `1h`, `1d`, `1w`, `1mo`."""
        return f"{self.count}{self.unit}"

    @property
    def approximate_seconds(self) -> float:
        """Usual length; days with a change of clocks and months differ from it."""
        return float(self.count * _SECONDS[self.unit])


@lru_cache(maxsize=256)
def parse_every(text: str) -> Every:
    """Parse the length of a window.

    Parameters
    ----------
    text : whole number and unit: `15m` (minutes), `1h`, `1d`, `1w` (from Monday), `1mo` (calendar month).

    Raises
    ------
    SchemaError
        For anything else. Minutes and hours must divide the day, so that windows start alike every day.

    Examples
    --------
    >>> parse_every("15m")
    Every(count=15, unit='m')
    """
    found = re.fullmatch(r"\s*(\d{1,9})\s*(m|h|d|w|mo)\s*", text)
    if found is None or int(found[1]) == 0:
        raise SchemaError(
            f"window {text!r} is not known; expected a whole number of minutes or more: "
            "'15m', '1h', '1d', '1w' or '1mo'. m is minutes; months are mo."
        )
    count = int(found[1])
    seconds = count * _SECONDS[found[2]]
    if found[2] in ("m", "h") and (seconds > 86_400 or 86_400 % seconds):
        raise SchemaError(
            f"window {text!r} does not divide the day; expected minutes or hours that do, "
            "such as '5m', '15m', '1h' or '6h'. Take one of these, or whole days."
        )
    if seconds > LONGEST_SECONDS:
        raise SchemaError(f"window {text!r} is longer than a century; expected such as '1d', '1w' or '1mo'.")
    unit: Unit = found[2]  # type: ignore[assignment]
    return Every(count=count, unit=unit)


def window_starts(timestamps: pl.Series, every: Every, timezone: str) -> pl.Series:
    """Return the start of the window each time falls in.

    Parameters
    ----------
    timestamps : Datetime("us", "UTC"); nulls stay null.
    every : length of the windows.
    timezone : IANA name. Windows of a day or more start at local midnight, so a day with a change of clocks
        has 23 or 25 hours; an hour that occurs twice is two windows.

    Returns
    -------
    Datetime("us", "UTC") series of the same length and name. Weeks start on Monday; spans of several days
    are counted from 1970-01-01, of several months from January 1970.

    Notes
    -----
    Cost: about 10 ns a row.

    Examples
    --------
    >>> times = pl.Series([datetime(2024, 3, 31, 12)]).dt.replace_time_zone("UTC")
    >>> window_starts(times, parse_every("1d"), "Europe/Berlin").dt.to_string("%F %R").to_list()
    ['2024-03-30 23:00']
    """
    # Series look themselves up by name, and Polars reads `^…$` as a pattern.
    return _starts(timestamps.alias("values"), every, timezone).alias(timestamps.name)


def _starts(timestamps: pl.Series, every: Every, timezone: str) -> pl.Series:
    if timezone == "UTC":
        return timestamps.dt.truncate(every.text)
    if every.unit in ("m", "h"):
        return timestamps.dt.convert_time_zone(timezone).dt.truncate(every.text).dt.convert_time_zone("UTC")
    known = timestamps.drop_nulls()
    if len(known) == 0:
        return timestamps
    starts = _calendar_starts(pl.Series([known.min(), known.max()], dtype=timestamps.dtype), every, timezone)
    # One search among the few starts costs a tenth of converting every row to local time and back.
    first = starts.to_physical()
    index = np.searchsorted(
        first.to_numpy(), timestamps.to_physical().fill_null(first[0]).to_numpy(), side="right"
    )
    found = starts.gather(index - 1)
    return found.zip_with(timestamps.is_not_null(), pl.Series([None], dtype=found.dtype))


def window_label(start: datetime, every: Every, timezone: str) -> str:
    """Write the start of a window as people read it, in the model's time zone.

    Parameters
    ----------
    start : aware time, as from `window_starts`.
    every : length of the windows; months give `2024-03`, days and weeks the (first) day, shorter ones the time.
    timezone : IANA name. An hour that occurs twice carries its offset.

    Examples
    --------
    >>> from datetime import UTC
    >>> window_label(datetime(2024, 3, 31, 12, tzinfo=UTC), parse_every("1h"), "Europe/Berlin")
    '2024-03-31 14:00'
    """
    local = start.astimezone(ZoneInfo(timezone))
    if every.unit == "mo":
        return local.strftime("%Y-%m")
    if every.unit in ("d", "w"):
        return local.strftime("%Y-%m-%d")
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{local:%Y-%m-%d %H:%M}" + (f" {local:%z}" if twice else "")


def edges_between(first: int, end: int, every: Every, timezone: str) -> list[int]:
    """Starts of the windows that begin in a span, and the end of the last of them, microseconds UTC.

    Examples
    --------
    >>> edges_between(0, 3 * 3_600_000_000, parse_every("1h"), "UTC")
    [0, 3600000000, 7200000000, 10800000000]
    """
    return list(_edges(first, end, every, timezone))


# Monitors of one model ask for the same few spans again and again.
@lru_cache(maxsize=512)
def _edges(first: int, end: int, every: Every, timezone: str) -> tuple[int, ...]:
    ends = pl.Series([first, end], dtype=pl.Int64).cast(pl.Datetime("us", "UTC"))
    local = window_starts(ends, every, timezone).dt.convert_time_zone(timezone)
    last = local.dt.offset_by(every.text)[1]
    starts = pl.datetime_range(local[0], last, every.text, time_unit="us", eager=True)
    found: list[int] = starts.dt.convert_time_zone("UTC").to_physical().to_list()
    inside = [start for start in found if first <= start < end]
    return (*inside, *(start for start in found if start >= end))[: len(inside) + 1]


def choose_every(span_start: datetime, span_end: datetime) -> str:
    """Choose a length that cuts a span into enough windows to see a course.

    Parameters
    ----------
    span_start, span_end : first and last time.

    Returns
    -------
    The longest of 1w, 1d, 6h, 1h, 15m, 5m, 1m that gives at least 20 windows, else the shortest, 1m.

    Examples
    --------
    >>> choose_every(datetime(2024, 1, 1), datetime(2024, 1, 20, 23))
    '1d'
    """
    seconds = (span_end - span_start).total_seconds()
    for text in _CHOICES:
        if seconds // parse_every(text).approximate_seconds + 1 >= _ENOUGH:
            return text
    return _CHOICES[-1]


def _calendar_starts(ends: pl.Series, every: Every, timezone: str) -> pl.Series:
    """Starts in UTC of all windows of days or more that reach from the first to the last time."""
    local = ends.dt.convert_time_zone(timezone).dt.replace_time_zone(None)
    first = local.dt.truncate(every.text)
    starts = pl.datetime_range(first[0], local[1], every.text, time_unit="us", eager=True)
    placed = starts.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
    if placed.null_count():
        # Where clocks skip midnight, the day starts when they have been set forward.
        later = starts.dt.offset_by("1h").dt.replace_time_zone(
            timezone, ambiguous="earliest", non_existent="null"
        )
        placed = placed.zip_with(placed.is_not_null(), later)
    return placed.drop_nulls().dt.convert_time_zone("UTC")
