"""Times that are left out."""

from datetime import UTC, date, datetime

import pytest

from barograph.errors import MonitorError
from barograph.monitors.calendars import Calendar, Days, leaves_out
from barograph.monitors.calendars_read import read_calendar

BERLIN = "Europe/Berlin"


def at(text):
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


def is_out(document, start, end):
    return leaves_out([read_calendar("c", document)], start=at(start), end=at(end)) is not None


@pytest.mark.parametrize(
    ("document", "start", "end", "out"),
    [
        ({"days": ["2026-12-25"]}, "2026-12-25T00:00", "2026-12-26T00:00", True),
        ({"days": ["2026-12-25"]}, "2026-12-26T00:00", "2026-12-27T00:00", False),
        ({"days": ["2026-12-25"]}, "2026-12-24T23:00", "2026-12-25T00:00", False),
        ({"days": ["2026-12-24 to 2027-01-02"]}, "2027-01-02T23:00", "2027-01-03T00:00", True),
        ({"days": ["12-24 to 01-02"]}, "2031-01-01T05:00", "2031-01-01T06:00", True),
        ({"days": ["12-24 to 01-02"]}, "2031-01-03T05:00", "2031-01-03T06:00", False),
        ({"days": ["2026-12-25"], "timezone": BERLIN}, "2026-12-24T23:00", "2026-12-25T00:00", True),
        ({"days": ["2026-12-25"], "timezone": BERLIN}, "2026-12-25T23:00", "2026-12-26T00:00", False),
        # 2026-11-29 is a Sunday.
        ({"weekly": ["sat-sun"]}, "2026-11-29T10:00", "2026-11-29T11:00", True),
        ({"weekly": ["fri-mon"]}, "2026-11-30T10:00", "2026-11-30T11:00", True),
        ({"weekly": ["fri-mon"]}, "2026-12-01T10:00", "2026-12-01T11:00", False),
        ({"weekly": ["mon,wed 22:00-06:00"]}, "2026-12-01T05:00", "2026-12-01T06:00", True),
        ({"weekly": ["mon,wed 22:00-06:00"]}, "2026-12-01T06:00", "2026-12-01T07:00", False),
        ({"weekly": ["22:00-24:00"]}, "2026-12-01T22:30", "2026-12-01T22:35", True),
        ({"weekly": ["sun 12:00-13:00"]}, "2026-11-28T00:00", "2026-12-05T00:00", True),
        # The clocks go back on 2026-10-25: 03:00 to 04:00 is one hour later in UTC than the day before.
        ({"weekly": ["03:00-04:00"], "timezone": BERLIN}, "2026-10-24T01:00", "2026-10-24T02:00", True),
        ({"weekly": ["03:00-04:00"], "timezone": BERLIN}, "2026-10-25T01:00", "2026-10-25T02:00", False),
        ({"weekly": ["03:00-04:00"], "timezone": BERLIN}, "2026-10-25T02:00", "2026-10-25T03:00", True),
    ],
)
def test_windows_that_a_calendar_touches_are_left_out(document, start, end, out):
    assert is_out(document, start, end) is out


def test_the_calendar_that_leaves_it_out_is_named():
    day = date(1970, 1, 1)
    calendars = [
        Calendar(name="never", days=(Days(first=date(1999, 1, 1), last=date(1999, 1, 1)),)),
        Calendar(name="new year", days=(Days(first=day, last=day, yearly=True),)),
    ]
    found = leaves_out(calendars, start=0, end=1)
    assert found is not None
    assert found.name == "new year"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "days or weekly"),
        ({"dys": ["12-25"]}, "did you mean 'days'"),
        ({"days": ["25.12."]}, "days such as 2026-12-25"),
        ({"days": ["2026-02-30"]}, "days such as 2026-12-25"),
        ({"days": ["2026-12-24 to 12-26"]}, "a year on both days"),
        ({"days": ["2026-12-24 to 2026-12-20"]}, "no earlier than the first"),
        ({"weekly": ["someday"]}, "days and hours such as"),
        ({"weekly": ["mon 22:00-06:00 late"]}, "days and hours such as"),
        ({"weekly": ["mon 22:00-22:00"]}, "not the same"),
        ({"weekly": ["sun"], "timezone": "Mars/Base"}, "time zone such as Europe/Berlin"),
    ],
)
def test_what_is_not_known_is_refused(document, message):
    with pytest.raises(MonitorError, match=message):
        read_calendar("holidays", document)
