from dataclasses import replace

import pytest

from barograph.metrics.values import Undefined
from barograph.operations.arrays import operations_of
from barograph.operations.evaluate import evaluate_readings
from barograph.operations.view import HOUR_US, Beats, Operations, rows_of


def test_windows_before_the_first_row_are_no_gaps():
    view = operations_of(seconds=5 * 3_600, rows={3: 1, 4: 1})
    assert evaluate_readings("operations.gaps", view).n == 2


def test_a_window_that_is_not_over_is_no_gap():
    assert evaluate_readings("operations.gaps", operations_of(seconds=3_700, rows={0: 1})).n == 1


def test_a_service_whose_heartbeats_began_earlier_is_expected_from_the_start():
    beats = (Beats(hour=0, minutes=1 << 59), Beats(hour=HOUR_US, minutes=1 << 30))
    view = Operations(start=HOUR_US, end=2 * HOUR_US, beats=beats)
    assert evaluate_readings("operations.availability", view).value == pytest.approx(5 / 60)


def test_a_slow_heartbeat_covers_two_of_its_intervals():
    beats = (Beats(hour=0, minutes=0b1, interval_seconds=300),)
    view = Operations(start=0, end=HOUR_US, beats=beats)
    assert evaluate_readings("operations.availability", view).value == pytest.approx(11 / 60)


def test_the_same_hour_of_the_week_is_that_of_the_clock_on_the_wall():
    monday = 1_711_958_400  # 1 April 2024 08:00 UTC, 10:00 in Berlin; the clocks changed the day before
    earlier = [(monday + 3_600) - k * 604_800 for k in (1, 2, 3)]
    counts = {t * 1_000_000: 100 for t in earlier} | {monday * 1_000_000: 100}
    for zone, said in (("Europe/Berlin", 1.0), ("UTC", None)):
        rows = rows_of(counts | {(earlier[2] - 7_200) * 1_000_000: 1}, timezone=zone)
        view = Operations(start=monday * 1_000_000, end=(monday + 3_600) * 1_000_000, rows=rows)
        assert getattr(evaluate_readings("operations.volume_ratio", view), "value", None) == said


def test_two_weeks_are_too_little_history():
    view = operations_of(rows={0: 50, -168: 100, -336: 110})
    result = evaluate_readings("operations.volume_deviation", view)
    assert isinstance(result, Undefined)
    assert "3 earlier weeks are needed; there are 2" in result.detail
    assert result.reason == "too_little_history"


def kept_by_day(address, *, start, hours):
    """Three weeks of 24 rows a day, all but the last day kept by the day."""
    days = {-d * 24 * HOUR_US: 24 for d in range(1, 29)} | {h * HOUR_US: 1 for h in range(24)}
    rows = replace(rows_of(days), by_day_until=0)
    return evaluate_readings(
        address, Operations(start=start * HOUR_US, end=(start + hours) * HOUR_US, rows=rows)
    )


def test_hours_of_a_day_that_is_kept_as_a_whole_are_not_told():
    assert kept_by_day("operations.volume", start=-24, hours=24).value == 24.0
    assert "kept by the day" in kept_by_day("operations.volume", start=-24, hours=1).detail
    assert "kept by the day" in kept_by_day("operations.gaps", start=-24, hours=24).detail
    assert kept_by_day("operations.gaps", start=-24, hours=48).n == 24


def test_the_season_of_an_hour_has_no_days_in_it():
    assert "there are 0" in kept_by_day("operations.volume_ratio", start=0, hours=1).detail
    assert kept_by_day("operations.volume_ratio", start=0, hours=24).value == 1.0
