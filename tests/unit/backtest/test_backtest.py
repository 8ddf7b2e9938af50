"""Monitors tried on a profile."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import barograph as bg
from barograph.alerts.backtest.backtest import backtest
from barograph.errors import DataError, GridMismatch
from barograph.monitors.yaml import parse_monitors

from .rows import rows

DAY = 86_400_000_000
MOVED = int(datetime(2024, 3, 13, tzinfo=UTC).timestamp()) * 1_000_000


def tried(both, *monitors: str, more: str = "", **options):
    text = "monitors:\n" + "".join(f"  - {{name: m{i}, {m}}}\n" for i, m in enumerate(monitors)) + more
    return backtest(parse_monitors(text), *both, **options)


def fired(found):
    """Days after the change at whose end each alert fired, by address."""
    return {each.address: [(alert.fired_at - MOVED) // DAY for alert in each.alerts] for each in found.series}


def test_a_limit_fires_on_the_day_of_the_change_and_lasts(both):
    found = tried(both, "metric: drift.total_variation(column=x), when: {above: 0.3}".replace("=x", '="x"'))
    [series] = found.series
    assert (series.windows, series.statuses) == (20, {"ok": 12, "breach": 8})
    [alert] = series.alerts
    assert (alert.started_at, alert.fired_at, alert.resolved_at) == (MOVED, MOVED + DAY, None)
    assert (found.first, found.end) == (MOVED - 12 * DAY, MOVED + 8 * DAY)


def test_what_waits_for_labels_fires_when_it_would_have_been_seen(both):
    found = tried(both, "metric: performance.mae, when: {change: 30%}, for: 2, needs: {label_age: 3d}")
    assert fired(found) == {"performance.mae": [2 + 3]}


@pytest.mark.parametrize(
    ("monitor", "address", "days"),
    [
        ("metric: drift.inputs_p_value, when: {calibrated: true}, for: 2", "drift.inputs_p_value", [2]),
        ("metric: performance.mae, when: {calibrated: true}", "performance.mae", [1]),
        ("metric: performance.bounded_loss, when: {anytime: true}", "performance.bounded_loss", [2]),
        ("metric: performance.mae, against: previous(3), when: {change: 30%}", "performance.mae", [1]),
        ("metric: performance.mae, against: season(1w), when: {change: 30%}", "performance.mae", [1]),
        ("metric: quality.row_count, when: {band: 6}", "quality.row_count", []),
        (
            "metric: drift.share, when: {all: [{above: 0.2}, {metric: performance.mae, above: 1.5}]}",
            "drift.share",
            [1],
        ),
    ],
)
def test_every_comparison_and_condition_is_tried(both, monitor, address, days):
    assert fired(tried(both, monitor)) == {address: days}


def test_a_star_is_a_series_for_each_segment_compared_with_the_rest(both):
    found = tried(both, "metric: performance.mae(segment=*), against: segment(rest), when: {change: 60%}")
    assert fired(found) == {
        'performance.mae(segment="country=DE")': [],
        'performance.mae(segment="country=FR")': [],
    }


def test_longer_windows_are_added_up_and_the_last_is_not_judged_before_it_is_over(both):
    found = tried(both, "metric: performance.mae, window: 1w, when: {change: 30%}")
    [series] = found.series
    assert series.windows == 3
    assert len(series.alerts) == 1


def test_a_week_is_over_when_its_rows_end_as_those_of_other_weeks_do(both):
    current, reference = both
    weekdays = current.at(*(c for c in current.cells if (c.window // DAY + 3) % 7 < 5))
    assert [(c.window // DAY + 3) % 7 for c in weekdays.cells][-1] < 4
    ends = {(c.window // DAY + 3) // 7: c for c in weekdays.cells if (c.window // DAY + 3) % 7 == 4}
    friday = max(ends.values())
    until_friday = weekdays.at(*(c for c in weekdays.cells if c.window <= friday.window))
    monitor = "metric: performance.mae, window: 1w, when: {change: 30%}"
    (whole,) = tried((until_friday, reference), monitor).series
    (more,) = tried((weekdays, reference), monitor).series
    assert whole.windows == more.windows == len(ends)


def test_days_a_calendar_leaves_out_say_nothing(both):
    off = "calendars: {holiday: {days: [2024-03-13 to 2024-03-20]}}\n"
    found = tried(both, "metric: performance.mae, when: {change: 30%}, calendars: [holiday]", more=off)
    assert found.series[0].statuses == {"ok": 12, "left out": 8}
    assert found.alerts == 0


def test_a_window_without_rows_is_seen(both):
    current, reference = both
    hole = current.at(*(c for c in current.cells if c.window != MOVED - 3 * DAY))
    found = tried((hole, reference), "metric: quality.row_count, when: {below: 1}, no_data: alert")
    assert found.series[0].statuses == {"ok": 19, "no_data": 1}
    assert [alert.kind for alert in found.series[0].alerts] == ["blind"]


def test_what_cannot_be_tried_is_left_out_with_the_reason(both):
    found = tried(
        both,
        "metric: operations.latency(q=0.95), when: {above: 3}",
        "metric: drift.share, window: 1h, when: {above: 0.5}",
        "metric: performance.accuracy, when: {below: 0.5}",
    )
    assert found.series == ()
    assert [why.split(";")[0] for why in found.left_out.values()] == [
        "readings and heartbeats are no part of a profile",
        "windows of 1d cannot be added up into windows of 1h",
        "performance.accuracy stands for nothing in this profile",
    ]


def test_only_monitors_of_a_model_are_tried(both):
    monitors = (
        "metric: drift.share, when: {above: 0.5}, models: [churn]",
        "metric: drift.share, when: {above: 0.5}",
    )
    assert [each.monitor for each in tried(both, *monitors, model="credit").series] == ["m1"]


def test_a_profile_without_windows_is_refused(rng):
    given = rows(rng, 2, quiet=2)
    plain = bg.profile(given, bg.Schema.infer(given), every=None)
    with pytest.raises(DataError, match="the profile has no windows"):
        tried((plain, plain), "metric: drift.share, when: {above: 0.5}")


def test_profiles_on_two_grids_are_refused(both, rng):
    current, _ = both
    other = bg.profile(rows(rng, 2, quiet=2), current.schema, every="1d")
    with pytest.raises(GridMismatch, match="cannot be compared"):
        tried((current, other), "metric: drift.share, when: {above: 0.5}")
