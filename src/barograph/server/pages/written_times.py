"""Times as forms and programs write them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from barograph.server.times import as_datetime


def local_time(time_us: int, timezone: str) -> str:
    """A time as a form's field of local time takes it.

    Examples
    --------
    >>> local_time(0, "Europe/Berlin")
    '1970-01-01T01:00'
    """
    return as_datetime(time_us).astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%dT%H:%M")


def iso_time(time_us: int) -> str:
    """A time with its offset.

    Examples
    --------
    >>> iso_time(0)
    '1970-01-01T00:00:00+00:00'
    """
    return as_datetime(time_us).isoformat()
