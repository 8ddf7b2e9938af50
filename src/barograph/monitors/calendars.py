"""Times that a monitor leaves out: holidays, weekends, hours in which nothing is expected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

_DAY_MINUTES: Final = 1_440
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """A day or several, the last one included; `yearly`: of every year, where only months and days count."""

    first: date
    last: date
    yearly: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekly:
    """Some hours of some days of the week.

    Attributes
    ----------
    days : 0 is Monday.
    start_minute, end_minute : of the day, the end not included; where the end is no later than the start it is that
        of the next day.
    """

    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    start_minute: int = 0
    end_minute: int = _DAY_MINUTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Named times that are left out.

    Attributes
    ----------
    timezone : IANA name of the zone in which its days and hours are.
    """

    name: str
    days: tuple[Days, ...] = ()
    weekly: tuple[Weekly, ...] = ()
    timezone: str = "UTC"


def leaves_out(calendars: Iterable[Calendar], *, start: int, end: int) -> Calendar | None:
    """The first calendar that leaves out a window, or None.

    A window is left out where any of it lies in the calendar's times: half of it would be compared with whole ones.

    Parameters
    ----------
    start, end : of the window in microseconds UTC, the end not included.

    Examples
    --------
    >>> weekend = Calendar(name="weekend", weekly=(Weekly(days=(5, 6)),))
    >>> day = 86_400_000_000  # 1970-01-01 was a Thursday
    >>> [leaves_out([weekend], start=n * day, end=(n + 1) * day) is not None for n in range(4)]
    [False, False, True, True]
    """
    return next((c for c in calendars if _touches(c, start, end)), None)


@lru_cache(maxsize=4_096)
def _touches(calendar: Calendar, start: int, end: int) -> bool:
    """Whether any of a window lies in the calendar's times; remembered, as all series of a project share windows."""
    zone = ZoneInfo(calendar.timezone)
    opened, closed = (_EPOCH + timedelta(microseconds=t) for t in (start, end))
    # The day before may reach into the window's first day.
    first = opened.astimezone(zone).date() - timedelta(days=1)
    last = (closed - timedelta(microseconds=1)).astimezone(zone).date()
    spans = (
        span for n in range((last - first).days + 1) for span in _spans(calendar, first + timedelta(days=n))
    )
    return any(begun < closed and ended > opened for begun, ended in spans)


def _spans(calendar: Calendar, day: date) -> Iterator[tuple[datetime, datetime]]:
    """What a calendar leaves out from a local day on, in UTC."""
    zone = ZoneInfo(calendar.timezone)
    if any(_holds(days, day) for days in calendar.days):
        yield _at(day, 0, zone), _at(day, _DAY_MINUTES, zone)
    for hours in calendar.weekly:
        if day.weekday() in hours.days:
            over = _DAY_MINUTES if hours.end_minute <= hours.start_minute else 0
            yield _at(day, hours.start_minute, zone), _at(day, hours.end_minute + over, zone)


def _holds(days: Days, day: date) -> bool:
    if not days.yearly:
        return days.first <= day <= days.last
    first, last, now = ((d.month, d.day) for d in (days.first, days.last, day))
    return first <= now <= last if first <= last else now >= first or now <= last


def _at(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """A minute of a local day in UTC; a minute that the clocks skip is the one after."""
    whole, rest = divmod(minute, _DAY_MINUTES)
    local = datetime(day.year, day.month, day.day, rest // 60, rest % 60, tzinfo=zone) + timedelta(days=whole)
    return local.astimezone(UTC)
