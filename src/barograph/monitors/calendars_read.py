"""Calendars as they are written.

.. code-block:: yaml

    calendars:
      quiet:
        timezone: Europe/Berlin
        days: [2026-12-24 to 2027-01-02, 05-01]   # without a year: every year
        weekly: [sat-sun, "mon,wed 22:00-06:00"]  # without hours: the whole day; without days: every day
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from barograph.errors import MonitorError
from barograph.monitors import entries
from barograph.monitors.calendars import Calendar, Days, Weekly
from barograph.schema.document import Document, Path

_KEYS: Final = ("days", "weekly", "timezone")
_NAMES: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = re.compile(r"(?:([0-9]{4})-)?([0-9]{2})-([0-9]{2})")
_HOURS = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])\s*-\s*([01]?[0-9]|2[0-4]):([0-5][0-9])")
_DAYS_FORM: Final = "days such as 2026-12-25, 2026-12-24 to 2027-01-02, or 12-25 for every year"
_WEEKLY_FORM: Final = "days and hours such as sat-sun, mon,wed 22:00-06:00, or 22:00-06:00 for every day"
#: The year of days of every year: one that has a 29 February.
_ANY_YEAR: Final = 2_000


def read_calendar(name: str, document: Mapping[str, Any]) -> Calendar:
    """Read a calendar.

    Raises
    ------
    MonitorError
        For anything that is not known, and for a calendar that leaves out nothing.

    Examples
    --------
    >>> read_calendar("weekend", {"weekly": ["sat-sun"]}).weekly[0].days
    (5, 6)
    """
    held = Document(origin="calendars", values=document, lines={}, error=MonitorError)
    entries.mapping(held, (name,), document, _KEYS)
    days = entries.names(held, (name, "days"), document.get("days"))
    weekly = entries.names(held, (name, "weekly"), document.get("weekly"))
    if not days and not weekly:
        raise held.wrong((name,), dict(document), "days or weekly: it would leave out nothing")
    return Calendar(
        name=name,
        days=tuple(_days(held, (name, "days"), one) for one in days),
        weekly=tuple(_weekly(held, (name, "weekly"), one) for one in weekly),
        timezone=_timezone(held, (name, "timezone"), document.get("timezone")),
    )


def _timezone(document: Document, path: Path, value: object) -> str:
    zone = entries.text(document, path, value) or "UTC"
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise document.wrong(path, zone, "the name of a time zone such as Europe/Berlin") from error
    return zone


def _days(document: Document, path: Path, written: str) -> Days:
    ends = [_DAY.fullmatch(end.strip()) for end in written.split(" to ")]
    if len(ends) > 2 or None in ends:
        raise document.wrong(path, written, _DAYS_FORM)
    found = [end.groups() for end in ends if end is not None]
    yearly = found[0][0] is None
    if any((end[0] is None) != yearly for end in found):
        raise document.wrong(path, written, "a year on both days, or on none")
    try:
        first, last = (date(int(y or _ANY_YEAR), int(m), int(d)) for y, m, d in (found[0], found[-1]))
    except ValueError as error:
        raise document.wrong(path, written, _DAYS_FORM) from error
    if not yearly and last < first:
        raise document.wrong(path, written, "a last day that is no earlier than the first")
    return Days(first=first, last=last, yearly=yearly)


def _weekly(document: Document, path: Path, written: str) -> Weekly:
    hours = _HOURS.search(written)
    named = (written if hours is None else written[: hours.start()]).strip().lower()
    if hours is not None and written[hours.end() :].strip():
        raise document.wrong(path, written, _WEEKLY_FORM)
    days = tuple(sorted({d for one in named.split(",") for d in _of_week(document, path, one, written)}))
    if hours is None:
        return Weekly(days=days)
    start, end = (60 * int(hours[i]) + int(hours[i + 1]) for i in (1, 3))
    if end > 24 * 60 or start == end:
        raise document.wrong(path, written, "hours from 00:00 to 24:00 that are not the same")
    return Weekly(days=days, start_minute=start, end_minute=end)


def _of_week(document: Document, path: Path, one: str, written: str) -> list[int]:
    """The days of ``sat``, ``fri-mon``; nothing is every day."""
    if not one.strip():
        return list(range(7))
    ends = [end.strip() for end in one.split("-")]
    if len(ends) > 2 or any(end not in _NAMES for end in ends):
        raise document.wrong(path, written, _WEEKLY_FORM)
    first, last = _NAMES.index(ends[0]), _NAMES.index(ends[-1])
    return [(first + n) % 7 for n in range((last - first) % 7 + 1)]
