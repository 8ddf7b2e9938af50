"""From profiles to dates: metric, columns, events."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from barograph.api import profile
from barograph.explain.explanation import Event, Onset
from barograph.explain.since.candidates import Points
from barograph.explain.since.cause_dates import CauseDate
from barograph.explain.since.columns import _promise
from barograph.explain.since.sentences import Told, told
from barograph.explain.since.series import metric_series, places
from barograph.explain.since.since import since_of
from barograph.schema.model import Schema

START = datetime(2025, 3, 3, tzinfo=UTC)


def day(number):
    return START + timedelta(days=number)


def rows(first, days, rng, *, error=None, x=None, nulls=None):
    """Forty rows a day; `error`, `x` and `nulls` give what each day adds to errors, values, and missing values."""
    number = np.repeat(np.arange(first, first + days), 40)
    n = len(number)
    label = rng.normal(50, 10, n)
    spread = 2.0 + (0.0 if error is None else np.array([error(d) for d in number]))
    values = rng.normal(size=n) + (0.0 if x is None else np.array([x(d) for d in number]))
    missing = rng.random(n) < (0.0 if nulls is None else np.array([nulls(d) for d in number]))
    return pl.DataFrame(
        {
            "time": [
                day(int(d)) + timedelta(hours=int(h))
                for d, h in zip(number, rng.integers(0, 24, n), strict=True)
            ],
            "x": pl.Series(values).set(pl.Series(missing), None),
            "steady": rng.normal(size=n),
            "label": label,
            "prediction": label + spread * rng.normal(size=n),
        }
    )


def both(rng, *, origin="hold-out", days=(28, 30), **changes):
    before = rows(0, days[0], rng)
    schema = Schema.infer(before, prediction="prediction", label="label", timestamp="time", task="regression")
    reference = profile(before, schema, every="1d", origin=origin, name="before")
    return reference, profile(rows(days[0], days[1], rng, **changes), like=reference, name="after")


def since(reference, current, rng, **more):
    return since_of(reference, current, "performance.mae", columns=("x", "steady"), rng=rng, **more)


def test_change_that_lasts_is_dated(rng):
    found = since(*both(rng, error=lambda d: 3.0 * (d >= 45)), rng)
    assert found.metric.window == day(45)
    assert found.metric.interval[0] <= day(45) <= found.metric.interval[1]
    assert found.metric.after > 1.8 * found.metric.before
    assert "The level changed on 2025-04-17" in found.sentence


def test_change_that_came_back_says_so(rng):
    found = since(*both(rng, error=lambda d: 4.0 * (40 <= d < 45)), rng)
    assert found.metric.window == day(40)
    assert "was back on 2025-04-17" in found.sentence


def test_single_bad_day_is_no_change(rng):
    found = since(*both(rng, error=lambda d: 6.0 * (d == 40)), rng)
    assert found.metric is None
    assert found.bad_windows == (day(40),)
    assert "2025-04-12" in found.sentence


def test_nothing_changed_dates_nothing(rng):
    found = since(*both(rng), rng)
    assert (found.metric, found.columns, found.bad_windows, found.events) == (None, (), (), ())
    assert found.sentence == "The 58 windows show no change of level."


def test_a_change_of_all_rows_together_is_dated_though_no_window_stands_out(rng):
    reference, current = both(rng, error=lambda d: 0.22 * (d >= 40))
    assert since(reference, current, rng).metric is None
    found = since(reference, current, rng, changed=True)
    assert found.metric.interval[0] <= day(40) <= found.metric.interval[1]
    assert found.sentence.startswith(
        "No change of level stands out among the windows; most likely it came on"
    )


def test_one_bad_day_is_no_change_though_all_rows_together_show_one(rng):
    found = since(*both(rng, error=lambda d: 9.0 * (d == 40)), rng, changed=True)
    assert (found.metric, found.bad_windows) == (None, (day(40),))


def test_the_date_of_its_cause_dates_the_metric(rng):
    reference, current = both(rng, error=lambda d: 0.5 * (d >= 40), x=lambda d: 4.0 * (d >= 40))
    found = since(reference, current, rng, changed=True, causes=[CauseDate(name="x")])
    assert found.metric.window == day(40)
    assert ", when x did" in found.sentence


def test_a_cause_dated_elsewhere_does_not(rng):
    reference, current = both(rng, error=lambda d: 3.0 * (d >= 50), x=lambda d: 4.0 * (d >= 32))
    found = since(reference, current, rng, changed=True, causes=[CauseDate(name="x")])
    assert found.metric.window == day(50)
    assert ", when x did" not in found.sentence


def test_change_from_the_first_current_window_on_is_dated_there(rng):
    found = since(*both(rng, error=lambda d: 3.0), rng)
    assert found.metric.window == day(28)


def test_rows_the_model_learned_from_are_no_measure(rng):
    reference, current = both(rng, origin="training", error=lambda d: 3.0 + 6.0 * (d >= 45))
    assert metric_series(reference, current, "performance.mae").first == 0
    assert since(reference, current, rng).metric.window == day(45)


def test_last_window_alone_does_not_tell(rng):
    found = since(*both(rng, error=lambda d: 9.0 * (d == 57)), rng)
    assert (found.metric, found.bad_windows) == (None, ())
    assert "one window does not tell whether that lasts" in found.sentence


def test_columns_come_in_order_of_appearance(rng):
    reference, current = both(rng, x=lambda d: 1.5 * (d >= 40))
    found = since(reference, current, rng)
    assert [(o.series, o.window) for o in found.columns] == [("x", day(40))]


def test_missing_values_date_a_column(rng):
    found = since(*both(rng, nulls=lambda d: 0.4 * (40 <= d < 46)), rng)
    assert [(o.series, o.window) for o in found.columns] == [("x", day(40))]
    assert found.columns[0].after == pytest.approx(0.4, abs=0.1)


def test_first_values_beyond_the_reference_date_a_column(rng):
    far = {38: 3.0, 44: 9.0, 45: 9.0, 46: 9.0, 47: 9.0}
    found = since(*both(rng, x=lambda d: far.get(d, 0.0)), rng)
    assert found.columns[0].window == day(38)


def test_events_within_a_window_of_the_onset_are_named(rng):
    events = [
        Event(at=day(d) + timedelta(hours=9), kind="deployment", name=f"v{d}") for d in (43, 44, 46, 47)
    ]
    found = since(*both(rng, error=lambda d: 4.0 * (d >= 45)), rng, events=events)
    assert [e.name for e in found.events] == ["v44", "v46"]
    assert "v44 (deployment, 2025-04-16)" in found.sentence


def test_no_onset_has_no_events(rng):
    events = [Event(at=day(45), kind="note", name="holiday")]
    assert since(*both(rng), rng, events=events).events == ()


def test_days_without_rows_are_no_change(rng):
    reference, _ = both(rng)
    late = rows(70, 30, rng)
    assert since(reference, profile(late, like=reference), rng).metric is None


def test_too_few_windows_date_nothing(rng):
    found = since(*both(rng, days=(2, 3)), rng)
    assert found.metric is None
    assert "too few" in found.sentence


def test_profiles_without_windows_say_so(rng):
    before = rows(0, 10, rng).drop("time")
    schema = Schema.infer(before, prediction="prediction", label="label", task="regression")
    one = profile(before, schema)
    assert since(one, one, rng).sentence == "The rows have no windows, so nothing can be said of when."


def test_places_count_windows_and_leave_out_those_that_are_missing():
    position, phases = places([day(d) for d in (0, 1, 4, *range(5, 20))], "1d")
    assert position[:4].tolist() == [0, 1, 4, 5]
    assert phases == 7


def test_hours_have_a_day_for_their_season():
    assert places([START + timedelta(hours=h) for h in range(60)], "1h")[1] == 24


def test_clock_changes_shift_no_place():
    starts = [datetime(2025, 3, 29, 23, tzinfo=UTC), datetime(2025, 3, 30, 22, tzinfo=UTC)]
    assert places(starts, "1d")[0].tolist() == [0, 1]


@pytest.mark.parametrize("first", [-40, 0, 15])
def test_current_windows_that_are_not_later_date_nothing(rng, first):
    reference, _ = both(rng)
    earlier = rows(first, 25, rng, error=lambda _: 4.0, x=lambda _: 2.0)
    found = since(reference, profile(earlier, like=reference), rng)
    assert (found.metric, found.columns, found.bad_windows) == (None, (), ())
    assert "it cannot be said since when" in found.sentence


def test_window_that_both_sides_share_is_no_overlap(rng):
    reference, _ = both(rng)
    found = since(reference, profile(rows(27, 30, rng, error=lambda d: 3.0 * (d >= 40)), like=reference), rng)
    assert found.metric.window == day(40)


def test_cells_are_looked_up_once_for_all_windows(rng):
    reference, _ = both(rng)
    assert [reference.at(cell).cells for cell in reference.cells] == [(cell,) for cell in reference.cells]
    assert reference._places is reference._places


def test_promise_is_that_of_the_best_stretch(rng):
    y, w = rng.normal(size=50), rng.uniform(0.5, 1.5, 50)
    points = Points(y=y, weights=w, position=np.arange(50), first=7, noise=100.0)
    whole, centred = w.sum(), y - np.average(y, weights=w)
    best = max(
        (w[a:b] @ centred[a:b]) ** 2 * (1 / w[a:b].sum() + 1 / (whole - w[a:b].sum()))
        for a in range(7, 50)
        for b in range(a + 1, 51)
    )
    assert _promise(points) == pytest.approx(best / 100.0)


def test_large_and_negative_figures_are_written_like_everywhere():
    onset = Onset(series="metric", window=day(1), interval=(day(1), day(1)), before=808_123.0, after=-4.98)
    said = told(Told(every="1d", timezone="UTC", windows=20, metric=onset))
    assert said == "The level changed on 2025-03-04: 808,123 before, \u22124.98 after."
