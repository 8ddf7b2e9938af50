"""A span of time as it is asked for, and the calendar days it touches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from barograph.server.errors import RequestRefused
from barograph.server.times import as_datetime, as_time_us

_EPOCH_DAY: Final = date(1970, 1, 1)
#: Days shown where no span is asked for.
DEFAULT_DAYS: Final = 90
#: Years that calendars and µs since 1970 both hold.
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A span of time, its end not included.

    Attributes
    ----------
    first, end : microseconds UTC.
    timezone : in which its days are told.
    """

    first: int
    end: int
    timezone: str

    @property
    def days(self) -> tuple[int, int]:
        """First and last local calendar day it touches, days since 1970-01-01."""
        return day_of(self.first, self.timezone), day_of(max(self.end - 1, self.first), self.timezone)


def read_span(first: str | None, end: str | None, *, timezone: str, now: int) -> Span:
    """The span between two times as they are written in an address.

    Parameters
    ----------
    first, end : ISO 8601 time or date; times without an offset, and dates, are in `timezone`. As `end` a date means
        that day's end. Default: the 90 days until now, and now.
    now : microseconds UTC.

    Raises
    ------
    RequestRefused
        422 where one cannot be read, or the end does not come after the start.

    Examples
    --------
    >>> read_span("2011-02-01", "2011-02-01", timezone="UTC", now=0).end - 1_296_518_400_000_000
    86400000000
    """
    until = now if end is None else _read(end, "to", timezone, whole_days=1)
    since = until - DEFAULT_DAYS * 86_400_000_000 if first is None else _read(first, "from", timezone)
    if since >= until:
        raise RequestRefused(
            422,
            f"from={first or as_datetime(since).isoformat()} is not before to={end or 'now'}; expected a span.",
        )
    return Span(first=since, end=until, timezone=timezone)


def day_of(time_us: int, timezone: str) -> int:
    """Local calendar day of a time in microseconds UTC, days since 1970-01-01.

    Examples
    --------
    >>> day_of(86_400_000_000 - 1, "Europe/Berlin")
    1
    """
    return (as_datetime(time_us).astimezone(ZoneInfo(timezone)).date() - _EPOCH_DAY).days


@lru_cache(maxsize=8_192)
def start_of_day(day: int, timezone: str) -> int:
    """Microseconds UTC at which a local calendar day begins.

    Examples
    --------
    >>> start_of_day(0, "Europe/Berlin")
    -3600000000
    """
    midnight = datetime.combine(_EPOCH_DAY + timedelta(days=day), datetime.min.time(), ZoneInfo(timezone))
    return as_time_us(midnight.astimezone(UTC))


def _read(text: str, name: str, timezone: str, *, whole_days: int = 0) -> int:
    try:
        if len(text) == len("2011-02-01"):
            day = (date.fromisoformat(text) - _EPOCH_DAY).days
            moment = as_datetime(start_of_day(day + whole_days, timezone))
        else:
            moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise _unreadable(text, name) from None
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise _unreadable(text, name)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(timezone))
    return as_time_us(moment)


def _unreadable(text: str, name: str) -> RequestRefused:
    return RequestRefused(
        422,
        f"{name}={text!r} is no time; expected ISO 8601, such as 2011-02-01 or 2011-02-01T06:00:00Z, "
        f"of the years {_FIRST_YEAR} to {_LAST_YEAR}.",
    )
