"""What a night lets go, and what it leaves."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

import barograph as bg
from barograph.metrics.values import Value
from barograph.profile.value import Profile
from barograph.store import catalog
from barograph.store.points import Course, drop_points, held, keep
from barograph.store.profiles.stored import days

DAY_US = 86_400_000_000
HOUR_US = DAY_US // 24
#: The clock stands at noon of this day, a Monday.
TODAY = (date(2024, 5, 6) - date(1970, 1, 1)).days


@pytest.fixture
def reference(schema, rng) -> Profile:
    x = rng.normal(size=400)
    return bg.profile(pl.DataFrame({"x": x, "c": ["a", "b"] * 200, "p": x, "y": x + 0.1}), schema)


@pytest.fixture
def bank(open_bank, schema, reference):
    return open_bank(schema, reference)


def predict(bank, *ids: str) -> None:
    bank.predict(*({"id": i, "x": 1.0, "c": "a", "p": 1.0} for i in ids))


def kept_days(bank) -> list[int]:
    with bank.store.database.reading() as conn:
        return [day - TODAY for _, day in days(conn, bank.model_id)]


def keep_figures(bank, every: str, *windows: int) -> Course:
    course = Course(model_id=bank.model_id, address="drift.share", every=every)
    with bank.store.database.writing() as conn:
        keep(conn, course, {window: ("state", Value(value=0.1, n=5, interval=None)) for window in windows})
    return course


def windows_kept(bank, course: Course) -> list[int]:
    with bank.store.database.reading() as conn:
        return sorted(held(conn, course, first=0, end=1 << 60))


def sent_for(bank, many_days: int) -> None:
    for day in range(many_days):
        bank.clock.time += DAY_US if day else 0
        predict(bank, f"r{day}")
    bank.work(move_rows=1)


def test_profiles_figures_and_rows_go_by_whole_weeks_once_their_days_are_over(bank):
    sent_for(bank, 25)
    every_day = [(TODAY + day) * DAY_US for day in range(25)]
    course = keep_figures(bank, "1d", *every_day)
    bank.clock.time += DAY_US
    bank.work(profile_days=9)
    # The 16th day after the first is the last to be kept; the 14th is the Monday before it.
    assert kept_days(bank) == list(range(14, 25))
    assert windows_kept(bank, course) == every_day[13:]
    with bank.store.database.reading() as conn:
        rows = bank.store.of(bank.model).rows.predictions(conn)
    assert sorted(rows.about["barograph_day"] - TODAY) == list(range(16, 25))


def test_without_a_limit_profiles_stay_when_rows_have_left(bank):
    sent_for(bank, 3)
    bank.clock.time += 100 * DAY_US
    bank.work(retention_days=9)
    assert kept_days(bank) == [0, 1, 2]


def test_rows_leave_earlier_where_both_limits_are_set(bank):
    sent_for(bank, 3)
    bank.clock.time += 10 * DAY_US
    bank.work(move_rows=1, retention_days=5, profile_days=90)
    with bank.store.database.reading() as conn:
        assert bank.store.of(bank.model).rows.predictions(conn).rows == 0
    assert kept_days(bank) == [0, 1, 2]


def test_figures_of_hours_go_with_their_windows_and_those_of_days_stay(bank):
    sent_for(bank, 3)
    first = TODAY * DAY_US
    hours = keep_figures(bank, "1h", *(first + hour * HOUR_US for hour in range(72)))
    whole = keep_figures(bank, "1d", first, first + DAY_US)
    bank.clock.time += 40 * DAY_US
    predict(bank, "new")
    bank.work(rollup_days=30)
    bank.clock.time += DAY_US
    bank.work(rollup_days=30)
    assert windows_kept(bank, hours) == []
    assert windows_kept(bank, whole) == [first, first + DAY_US]


def test_the_last_figures_of_a_model_that_has_gone_quiet_stay(bank):
    sent_for(bank, 3)
    first = TODAY * DAY_US
    hours = keep_figures(bank, "1h", *(first + hour * HOUR_US for hour in range(72)))
    bank.clock.time += 400 * DAY_US
    bank.work(rollup_days=30)
    assert windows_kept(bank, hours)[-1] == first + 71 * HOUR_US
    assert windows_kept(bank, hours)[0] == first + 24 * HOUR_US


def test_figures_of_other_models_and_lengths_are_left_alone(bank, open_bank, schema, reference, store):
    other = open_bank(schema, reference)
    courses = [keep_figures(bank, "1h", 1), keep_figures(bank, "1d", 1), keep_figures(other, "1h", 1)]
    with store.database.writing() as conn:
        assert drop_points(conn, bank.model_id, before=2, lengths=["1h"]) == 1
    assert [windows_kept(each, course) for each, course in zip((bank, bank, other), courses, strict=True)] == [
        [], [1], [1],
    ]  # fmt: skip


def test_a_late_row_of_a_day_that_went_goes_the_night_after(bank):
    sent_for(bank, 3)
    bank.clock.time += 60 * DAY_US
    bank.work(profile_days=9)
    assert kept_days(bank) == []
    bank.predict({"id": "late", "x": 1.0, "c": "a", "p": 1.0}, time=TODAY * DAY_US)
    bank.work(profile_days=9)
    bank.clock.time += DAY_US
    bank.work(profile_days=9)
    assert kept_days(bank) == []
    with bank.store.database.reading() as conn:
        assert catalog.versions(conn, bank.model_id)
