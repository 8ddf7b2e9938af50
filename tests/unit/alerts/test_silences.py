"""Silences and maintenance windows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from barograph.alerts.matchers import parse_matchers
from barograph.alerts.recurrence import DAYS, Recurrence, is_within, read_recurrence, recurrence_document
from barograph.alerts.silences import Silence, is_active, require_use, silenced_by
from barograph.errors import MonitorError

DAY = 86_400_000_000


def at(text: str) -> int:
    """A time in UTC, as µs."""
    return (datetime.fromisoformat(text).replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(
        microseconds=1
    )


def silence(**changed: Any) -> Silence:
    told: dict[str, Any] = {
        "id": 1, "matchers": parse_matchers("model=credit"), "starts_at": 0, "ends_at": DAY, "comment": "upgrade",
        "created_by": "ada",
    }  # fmt: skip
    return Silence(**(told | changed))


def test_it_holds_from_its_start_until_its_end():
    held = silence(starts_at=10, ends_at=20)
    assert [is_active(held, now) for now in (9, 10, 19, 20)] == [False, True, True, False]


def test_it_ends_early_where_somebody_ends_it():
    assert not is_active(silence(ended_at=500), 500)
    assert is_active(silence(ended_at=500), 499)


def test_all_conditions_must_hold():
    held = silence(matchers=parse_matchers('model=credit, severity!="critical"'))
    assert silenced_by({"model": "credit", "severity": "warning"}, [held], 5) == (1,)
    assert silenced_by({"model": "credit", "severity": "critical"}, [held], 5) == ()


@pytest.mark.parametrize(
    ("changed", "match"),
    [
        ({"ends_at": 30 * DAY + 1}, "longer than 30 days"),
        ({"ends_at": 0}, "ends before it starts"),
        ({"comment": " "}, "no comment"),
        ({"created_by": ""}, "no author"),
        ({"matchers": ()}, "matches everything"),
        ({"matchers": parse_matchers('model=~"*"')}, "matches everything"),
        ({"matchers": parse_matchers('model!="x"')}, "matches everything"),
        ({"kind": "nap"}, "kind 'nap' is not known"),
    ],
)
def test_one_that_could_hide_too_much_is_refused(changed, match):
    with pytest.raises(MonitorError, match=match):
        silence(**changed)


NIGHTS = Recurrence(days=("fri",), start="22:00", end="22:01", timezone="Europe/Berlin")


@pytest.mark.parametrize(
    ("changed", "match"),
    [
        ({"matchers": parse_matchers('model=~"*|b"')}, "leave nothing out"),
        ({"matchers": parse_matchers('severity=~"info|w*|c*|emergency", model!="x"')}, "leave nothing out"),
        ({"ends_at": 5}, "over before it is made"),
        ({"recurrence": NIGHTS}, "before its weekly hours come"),
    ],
)
def test_a_new_one_that_holds_for_all_or_for_nothing_is_refused(changed, match):
    with pytest.raises(MonitorError, match=match):
        require_use(silence(**changed), now=5)


@pytest.mark.parametrize(
    "changed",
    [
        {"matchers": parse_matchers('model=~"*", severity=~"info|warning"')},
        {"matchers": parse_matchers('column=~"|inc*"')},
        {"matchers": parse_matchers('model="a|*"')},
        {"recurrence": NIGHTS, "ends_at": 2 * DAY},
        {"recurrence": NIGHTS, "starts_at": DAY + 30_000_000, "ends_at": at("1970-01-02T21:00:20")},
    ],
)
def test_a_new_one_that_leaves_something_out_and_whose_time_comes_is_taken(changed):
    require_use(silence(**changed), now=5)


def test_thirty_days_are_allowed_and_weekly_hours_a_year():
    nights = Recurrence(days=("sun",), start="22:00", end="02:00", timezone="UTC")
    assert silence(ends_at=30 * DAY).ends_at == 30 * DAY
    assert silence(ends_at=366 * DAY, recurrence=nights).recurrence == nights
    with pytest.raises(MonitorError, match="366 days"):
        silence(ends_at=367 * DAY, recurrence=nights)


@pytest.mark.parametrize(
    ("start", "end", "days"), [("00:00", "24:00", DAYS), ("00:00", "23:59", DAYS), ("06:00", "06:00", DAYS)]
)
def test_weekly_hours_that_leave_out_nothing_last_no_longer_than_a_silence_without(start, end, days):
    hours = Recurrence(days=days, start=start, end=end, timezone="UTC")
    for kind in ("silence", "maintenance"):
        require_use(silence(kind=kind, recurrence=hours, ends_at=30 * DAY), now=5)
        with pytest.raises(MonitorError, match=r"hours a week lasts longer than 30 days"):
            require_use(silence(kind=kind, recurrence=hours, ends_at=31 * DAY), now=5)


@pytest.mark.parametrize(("start", "end", "days"), [("00:00", "24:00", DAYS[1:]), ("18:00", "08:00", DAYS)])
def test_weekly_hours_that_leave_out_a_day_or_all_working_hours_last_a_year(start, end, days):
    hours = Recurrence(days=days, start=start, end=end, timezone="UTC")
    require_use(silence(recurrence=hours, ends_at=366 * DAY), now=5)


def test_maintenance_holds_only_in_its_hours():
    hours = Recurrence(days=("tue",), start="03:00", end="05:00", timezone="Europe/Berlin")
    held = silence(kind="maintenance", starts_at=at("2026-03-01"), ends_at=at("2026-12-01"), recurrence=hours)
    winter = [is_active(held, at(f"2026-03-24T0{h}:00")) for h in (1, 2, 3, 4)]
    summer = [is_active(held, at(f"2026-03-31T0{h}:00")) for h in (0, 1, 2, 3)]
    assert winter == summer == [False, True, True, False]


def test_hours_over_midnight_belong_to_the_day_they_begin():
    hours = Recurrence(days=("fri",), start="22:00", end="06:00", timezone="UTC")
    friday, saturday, sunday = "2026-11-27", "2026-11-28", "2026-11-29"
    assert is_within(hours, at(f"{friday}T22:00"))
    assert is_within(hours, at(f"{saturday}T05:59"))
    assert not is_within(hours, at(f"{saturday}T06:00"))
    assert not is_within(hours, at(f"{saturday}T22:00"))
    assert not is_within(hours, at(f"{sunday}T05:00"))


def test_an_hour_that_occurs_twice_is_twice_in_it():
    hours = Recurrence(days=("sun",), start="02:00", end="03:00", timezone="Europe/Berlin")
    inside = [is_within(hours, at("2026-10-24T23:00") + m * 60_000_000) for m in range(0, 300, 30)]
    assert inside == [False, False, True, True, True, True, False, False, False, False]


def test_an_hour_that_clocks_skip_is_not_there():
    hours = Recurrence(days=("sun",), start="02:00", end="03:00", timezone="Europe/Berlin")
    assert not any(is_within(hours, at("2026-03-29T00:00") + m * 60_000_000) for m in range(180))


def test_a_whole_day_is_from_midnight_to_midnight():
    hours = Recurrence(days=("sat",), start="00:00", end="24:00", timezone="America/New_York")
    assert [is_within(hours, at(t)) for t in ("2026-11-28T04:59", "2026-11-28T05:00", "2026-11-29T04:59")] == [
        False, True, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("document", "match"),
    [
        ({"days": ["sat"], "start": "00:00"}, "have no end"),
        ({"days": ["sta"], "start": "00:00", "end": "01:00"}, "day 'sta' is not known; did you mean 'sat'"),
        ({"days": "sat", "start": "00:00", "end": "01:00"}, "expected a list"),
        ({"days": [], "start": "00:00", "end": "01:00"}, "have no days"),
        ({"days": ["sat"], "start": "25:00", "end": "01:00"}, "start '25:00' is no time of day"),
        ({"days": ["sat"], "start": "24:00", "end": "01:00"}, "start '24:00' is no time of day"),
        ({"days": ["sat"], "start": "1:00", "end": "02:00", "timezone": "UTC"}, "start '1:00'"),
        ({"days": ["sat"], "start": "01:00", "end": "02:00", "timezone": "Mars"}, "time zone 'Mars'"),
        ({"days": ["sat"], "start": "01:00", "end": "02:00", "timezone": "../etc"}, "time zone '../etc'"),
        ({"days": ["sat"], "start": "01:00", "end": "02:00", "zone": "UTC"}, "have no 'zone'; did you mean"),
    ],
)
def test_hours_that_cannot_be_read_are_refused(document, match):
    with pytest.raises(MonitorError, match=match):
        read_recurrence(document)


def test_hours_are_read_as_they_were_written():
    hours = Recurrence(days=("sat", "sun"), start="01:00", end="02:30", timezone="Asia/Tokyo")
    assert read_recurrence(recurrence_document(hours)) == hours
