"""Bands learned from earlier windows."""

import pytest

from barograph.metrics.values import Value
from barograph.monitors.condition import Band
from barograph.monitors.judge import judge

DAY = 86_400_000_000
HOUR = DAY // 24
PAST = [8.0, 9.0, 9.5, 10.0, 10.0, 10.5, 11.0, 12.0]
#: 3 · 1.4826 · MAD √(1 + 1/8), the MAD of PAST being 0.75.
HALF = 3.0 * 1.4826 * 0.75 * (1 + 1 / 8) ** 0.5


def judged(monitor, seen, figures, value, past=PAST, band=None, **more):
    history = figures(past)
    window = seen("performance.mae", figures([value], first=len(history))[0], **({"history": history} | more))
    return judge(monitor("performance.mae", band or Band(season="none")), window)


@pytest.mark.parametrize(
    ("value", "status"),
    [
        (10 + HALF + 0.01, "breach"),
        (10 + HALF - 0.01, "near"),
        (10 + 0.79 * HALF, "ok"),
        (10 - HALF - 0.01, "breach"),
    ],
)
def test_the_band_is_the_median_and_its_deviation(monitor, seen, figures, value, status):
    found = judged(monitor, seen, figures, value)
    assert found.status == status
    assert found.expected == 10.0
    assert found.limits == (pytest.approx(10 - HALF), pytest.approx(10 + HALF))


def test_one_side_has_one_limit(monitor, seen, figures):
    found = judged(monitor, seen, figures, 1.0, band=Band(season="none", side="above"))
    assert (found.status, found.limits[0]) == ("ok", None)


def test_a_window_of_few_rows_may_lie_further_out(monitor, seen, figures):
    wide = Value(value=10 + HALF + 1.0, n=9, interval=(9.0, 20.0))
    assert judged(monitor, seen, figures, wide).status == "ok"


def test_like_windows_that_are_all_the_same_leave_the_sampling_error(monitor, seen, figures):
    past = [Value(value=5.0, n=9, interval=(4.0, 6.0))] * 8
    assert judged(monitor, seen, figures, Value(value=6.0, n=9, interval=(5.0, 7.0)), past).status == "ok"
    assert (
        judged(monitor, seen, figures, Value(value=9.0, n=9, interval=(8.0, 10.0)), past).status == "breach"
    )


def test_of_a_figure_that_never_changed_what_matters_is_outside(monitor, seen, figures):
    assert judged(monitor, seen, figures, 5.0, [5.0] * 8).status == "ok"
    assert judged(monitor, seen, figures, 5.05, [5.0] * 8).status == "ok"
    assert judged(monitor, seen, figures, 5.2, [5.0] * 8).status == "breach"


def test_mostly_the_same_figure_takes_the_mean_deviation(monitor, seen, figures):
    past = [0.0] * 7 + [8.0]
    half = 3.0 * 1.2533 * 1.0 * (1 + 1 / 8) ** 0.5
    assert judged(monitor, seen, figures, half + 0.01, past).status == "breach"
    assert judged(monitor, seen, figures, half - 0.01, past).status == "near"


def test_breached_windows_are_not_learned_from(monitor, seen, figures):
    past = [*PAST, 90.0, 91.0, 92.0]
    breached = frozenset(i * DAY for i in (8, 9, 10))
    assert judged(monitor, seen, figures, 30.0, past, breached=breached).status == "breach"
    assert judged(monitor, seen, figures, 10.0, past, breached=breached).expected == 10.0


def test_too_few_like_windows_are_unknown(monitor, seen, figures):
    found = judged(monitor, seen, figures, 10.0, PAST[:7])
    assert (found.status, found.detail) == (
        "unknown",
        "too little history: 7 good windows, at least 8 needed",
    )


def hourly(monitor, seen, figures, days, value, band=None, timezone="UTC"):
    """Hours that are 100 from 9 to 17 on days other than every sixth and seventh, else 10."""
    past = [100.0 if 9 <= h % 24 < 17 and h // 24 % 7 < 5 else 10.0 for h in range(24 * days)]
    window = seen(
        "performance.mae", figures([value], first=len(past), step=HOUR)[0],
        history=figures([v + 0.1 * (i % 3) for i, v in enumerate(past)], step=HOUR), timezone=timezone,
    )  # fmt: skip
    return judge(monitor("performance.mae", band or Band(), window="1h"), window)


def test_hours_of_the_week_are_told_apart_where_there_is_history(monitor, seen, figures):
    found = hourly(monitor, seen, figures, 56, 10.0)
    assert found.status == "ok"
    assert found.detail.endswith("in this hour of week (8 such windows of 1,344)")


def test_fewer_weeks_fall_back_to_the_hour_of_the_day(monitor, seen, figures):
    assert hourly(monitor, seen, figures, 20, 10.0).detail.endswith(
        "in this hour of day (20 such windows of 480)"
    )


def test_fewer_days_fall_back_to_all_windows(monitor, seen, figures):
    assert hourly(monitor, seen, figures, 2, 10.0).detail.endswith("(48 windows before)")


def test_a_season_that_is_named_is_kept_to(monitor, seen, figures):
    found = hourly(monitor, seen, figures, 20, 10.0, Band(season="hour of week"))
    assert found.detail == (
        "too little history: 2 good windows of this hour of week, at least 8 needed; a server keeps windows shorter "
        "than a day for rollup_days"
    )


def test_hours_are_those_of_the_clock(monitor, seen, figures):
    # In 1970 New York's clocks changed on 26 April, day 115: 23:00 UTC is 18:00 before and 19:00 after.
    hours = range(24 * 100, 24 * 120)
    local = [(h - (4 if h >= 24 * 115 + 7 else 5)) % 24 for h in hours]
    window = seen(
        "performance.mae", figures([5.0], first=24 * 120, step=HOUR)[0],
        history=figures([float(x) for x in local], first=24 * 100, step=HOUR), timezone="America/New_York",
    )  # fmt: skip
    found = judge(monitor("performance.mae", Band(season="hour of day"), window="1h"), window)
    assert found.expected == (24 * 120 - 4) % 24
