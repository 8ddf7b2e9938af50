"""Times that come back every week, by the clock on the wall."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from barograph.errors import MonitorError, check_known, did_you_mean

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_KEYS: Final = ("days", "start", "end", "timezone")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """Weekly hours.

    Attributes
    ----------
    days : on which they begin, `mon` to `sun`.
    start, end : ``HH:MM``, the end not included; an end that is no later than the start is on the next day.
    timezone : IANA name.

    Raises
    ------
    MonitorError
        For a day, a time or a zone there is not.
    """

    days: tuple[str, ...]
    start: str
    end: str
    timezone: str

    def __post_init__(self) -> None:
        if not self.days:
            raise MonitorError(f"hours that come back have no days; expected some of {', '.join(DAYS)}.")
        check_known("hours that come back", [("day", day, DAYS) for day in self.days], MonitorError)
        for name, text in (("start", self.start), ("end", self.end)):
            if not isinstance(text, str) or not _TIME.fullmatch(text) or (name, text) == ("start", "24:00"):
                raise MonitorError(f"{name} {text!r} is no time of day; expected one such as '22:00'.")
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
            raise MonitorError(
                f"time zone {self.timezone!r} is not known; expected a name such as 'Europe/Berlin' or 'UTC'."
            ) from None


def is_within(recurrence: Recurrence, at: int) -> bool:
    """Whether a time lies in the weekly hours.

    What the clock on the wall shows decides: an hour that occurs twice when clocks go back is in both times, one that
    is skipped when they go forward is in neither.

    Parameters
    ----------
    at : µs UTC.

    Examples
    --------
    >>> nights = Recurrence(days=("thu",), start="22:00", end="02:00", timezone="UTC")
    >>> hour = 3_600_000_000  # 1970-01-01 was a Thursday
    >>> [is_within(nights, n * hour) for n in (21, 22, 25, 26)]
    [False, True, True, False]
    """
    local = (_EPOCH + timedelta(microseconds=at)).astimezone(ZoneInfo(recurrence.timezone))
    clock, today = f"{local:%H:%M}", DAYS[local.weekday()]
    yesterday = DAYS[local.weekday() - 1]
    if recurrence.start < recurrence.end:
        return today in recurrence.days and recurrence.start <= clock < recurrence.end
    return (today in recurrence.days and clock >= recurrence.start) or (
        yesterday in recurrence.days and clock < recurrence.end
    )


def hours_a_week(recurrence: Recurrence) -> float:
    """How long the weekly hours are, all days together, where no clock is set.

    Examples
    --------
    >>> nights = Recurrence(days=("fri", "sat"), start="22:00", end="06:30", timezone="UTC")
    >>> hours_a_week(nights)
    17.0
    """
    start, end = (int(text[:2]) + int(text[3:]) / 60 for text in (recurrence.start, recurrence.end))
    return len(set(recurrence.days)) * (end - start if start < end else end - start + 24)


def read_recurrence(document: Mapping[str, Any]) -> Recurrence:
    """Read weekly hours: `days`, `start`, `end` and, where it is not UTC, `timezone`.

    Raises
    ------
    MonitorError
        Where something is missing, or is not as expected.

    Examples
    --------
    >>> read_recurrence({"days": ["sat", "sun"], "start": "00:00", "end": "24:00"}).timezone
    'UTC'
    """
    for key in document:
        if key not in _KEYS:
            hint = did_you_mean(key, _KEYS) or "."
            raise MonitorError(f"hours that come back have no {key!r}{hint} Expected {', '.join(_KEYS)}.")
    missing = [key for key in _KEYS[:3] if key not in document]
    if missing:
        raise MonitorError(f"hours that come back have no {missing[0]}; expected {', '.join(_KEYS)}.")
    days = document["days"]
    if isinstance(days, str) or not all(isinstance(day, str) for day in days):
        raise MonitorError(f"days are {days!r}; expected a list of some of {', '.join(DAYS)}.")
    return Recurrence(
        days=tuple(days),
        start=document["start"],
        end=document["end"],
        timezone=document.get("timezone", "UTC"),
    )


def recurrence_document(recurrence: Recurrence) -> dict[str, Any]:
    """What `read_recurrence` reads."""
    return {
        "days": list(recurrence.days),
        "start": recurrence.start,
        "end": recurrence.end,
        "timezone": recurrence.timezone,
    }
