"""Which earlier windows are like this one: of the same hour of the week, hour of the day, day of the week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from barograph.monitors.condition import Season
from barograph.monitors.verdict import Figure

_HOUR: Final = 3_600_000_000
_DAY: Final = 24 * _HOUR
_WEEK: Final = 7 * _DAY
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LENGTHS: Final = {"hour of day": _DAY, "day of week": _WEEK, "hour of week": _WEEK}


def seasons_of(length_us: int) -> tuple[Season, ...]:
    """Seasons to try for windows of a length in microseconds, the finest first.

    Examples
    --------
    >>> seasons_of(3_600_000_000)
    ('hour of week', 'hour of day', 'none')
    """
    if length_us < 0.9 * _DAY:
        return "hour of week", "hour of day", "none"
    return ("day of week", "none") if length_us < 1.5 * _DAY else ("none",)


def like_windows(history: Sequence[Figure], current: Figure, season: Season, timezone: str) -> list[Figure]:
    """The windows of a history that share the current one's season.

    Hours and days are local: the same hour of the clock, before and after it was changed.

    Parameters
    ----------
    timezone : IANA name.

    Examples
    --------
    >>> from barograph.metrics.values import Value
    >>> days = [Figure(start=i * _DAY, end=(i + 1) * _DAY, result=Value(value=1.0, n=9)) for i in range(15)]
    >>> [f.start // _DAY for f in like_windows(days[:14], days[14], "day of week", "UTC")]
    [0, 7]
    """
    if season == "none":
        return list(history)
    period, phase = _LENGTHS[season], local(current.start, timezone)
    if timezone == "UTC":
        return [f for f in history if (phase - f.start) % period == 0]
    return [f for f in history if (phase - local(f.start, timezone)) % period == 0]


@lru_cache(maxsize=65_536)
def local(time: int, timezone: str) -> int:
    """A time in microseconds UTC as what the clocks of a zone show, in microseconds since 1970.

    Remembered: the series of a model share their windows.

    Examples
    --------
    >>> local(0, "Europe/Berlin") // _HOUR
    1
    """
    if timezone == "UTC":
        return time
    offset = (_EPOCH + timedelta(microseconds=time)).astimezone(ZoneInfo(timezone)).utcoffset()
    return time + int((offset or timedelta()).total_seconds()) * 1_000_000
