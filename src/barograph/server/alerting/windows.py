"""Windows that are due."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from barograph.windows import edges_between, parse_every


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """Start and end, microseconds UTC; the end not included."""

    start: int
    end: int


def windows_between(first: int, end: int, *, every: str, timezone: str) -> list[Window]:
    """The windows that begin at `first` or later and end by `end`, ascending; times in microseconds UTC.

    Parameters
    ----------
    first : a window's start or end, or any other time.

    Examples
    --------
    >>> [w.end for w in windows_between(0, 7_300_000_000, every="1h", timezone="UTC")]
    [3600000000, 7200000000]
    """
    if end <= first:
        return []
    edges = edges_between(first, end, parse_every(every), timezone)
    return [Window(start, stop) for start, stop in pairwise(edges) if start >= first and stop <= end]


def season_before(time_us: int, season: str, *, every: str, timezone: str) -> int:
    """Start of the window one season before the one that begins at a time, microseconds UTC.

    A day that is an hour longer does not move it.

    Examples
    --------
    >>> season_before(86_400_000_000, "1d", every="1h", timezone="UTC")
    0
    """
    windows = round(parse_every(season).approximate_seconds / parse_every(every).approximate_seconds)
    return window_before(time_us, windows, every=every, timezone=timezone)


def window_before(time_us: int, windows: int, *, every: str, timezone: str) -> int:
    """Start of the window so many windows before the one that begins at a time, microseconds UTC.

    Examples
    --------
    >>> window_before(7_200_000_000, 1, every="1h", timezone="UTC")
    3600000000
    """
    if windows <= 0:
        return time_us
    length = round(parse_every(every).approximate_seconds * 1_000_000)
    # Days of 25 hours and months of 31 days: two more than are needed.
    edges = edges_between(time_us - (windows + 2) * length, time_us, parse_every(every), timezone)
    before = [edge for edge in edges if edge < time_us]
    return before[-windows] if len(before) >= windows else before[0] if before else time_us
