"""Days and spans of days, as people write them."""

from __future__ import annotations

from datetime import date
from typing import Final

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


def span(first: date, last: date) -> str:
    """Two days as people write them.

    Examples
    --------
    >>> span(date(2011, 1, 1), date(2011, 1, 28)), span(date(2011, 1, 29), date(2011, 2, 7))
    ('1–28 January', '29 January – 7 February')
    """
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day_name(last)}"
    return f"{day_name(first)} – {day_name(last)}"


def day_name(day: date) -> str:
    """A day of the year in words."""
    return f"{day.day} {_MONTHS[day.month - 1]}"
