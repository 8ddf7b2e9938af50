"""Which departure dates the change, and how sure the date is."""

import numpy as np
import pytest

from barograph.explain.since.candidates import Points
from barograph.explain.since.levels import levels_of
from barograph.explain.since.onset import chosen, departures, onset_interval


def points(y, **more):
    y = np.asarray(y, dtype=np.float64)
    return Points(y=y, weights=np.ones(len(y)), position=np.arange(len(y)), **more)


def dated(p, direction=1.0):
    levels = levels_of(p)
    return chosen(departures(levels, p), levels, direction), levels


def stretch(n, start, end):
    at = np.arange(n)
    return ((at >= start) & (at < end)).astype(np.float64)


def test_change_that_lasts_comes_before_a_larger_one_that_did_not(rng):
    y = rng.normal(size=80) + 12 * stretch(80, 20, 26) + 5 * stretch(80, 50, 80)
    found, _ = dated(points(y))
    assert (found.window, found.end) == (50, None)


def test_stretch_that_came_back_is_dated_where_nothing_lasts(rng):
    found, _ = dated(points(rng.normal(size=60) + 7 * stretch(60, 30, 36)))
    assert (found.start, found.end) == (30, 36)


def test_direction_of_the_change_decides(rng):
    y = rng.normal(size=80) + 8 * stretch(80, 20, 40) - 8 * stretch(80, 60, 66)
    assert dated(points(y), 1.0)[0].window == 20
    assert dated(points(y), -1.0)[0].window == 60


def test_small_first_step_does_not_date_a_large_one(rng):
    y = 0.5 * rng.normal(size=60) + 3 * stretch(60, 20, 60) + 9 * stretch(60, 40, 60)
    found, _ = dated(points(y))
    assert (found.start, found.window) == (20, 40)


def test_bad_window_just_before_begins_the_change(rng):
    y = rng.normal(size=60) + 6 * stretch(60, 25, 60)
    y[25] += 15.0
    found, levels = dated(points(y))
    assert levels.bad == (25,)
    assert found.window == 25


def test_what_is_left_after_most_came_back_is_a_change_of_its_own(rng):
    y = rng.normal(size=80) + 30 * stretch(80, 30, 36) + 5 * stretch(80, 36, 80)
    levels = levels_of(points(y))
    assert [d.start for d in departures(levels, points(y))] == [30, 36]


def test_interval_holds_the_true_date_as_often_as_it_says():
    rng = np.random.default_rng(11)
    held = []
    for _ in range(120):
        true = int(rng.integers(12, 36))
        p = points(rng.normal(size=48) + 3.0 * stretch(48, true, 48))
        found, levels = dated(p)
        if found is not None:
            low, high = onset_interval(found, levels, p, rng=rng)
            held.append(low <= true <= high)
    assert len(held) > 110
    assert np.mean(held) >= 0.9


def test_larger_step_has_the_shorter_interval(rng):
    noise = rng.normal(size=60)
    widths = []
    for size in (2.5, 9.0):
        p = points(noise + size * stretch(60, 30, 60))
        found, levels = dated(p)
        low, high = onset_interval(found, levels, p, rng=rng)
        widths.append(high - low)
    assert widths[1] < widths[0]


def test_interval_begins_no_earlier_than_a_change_may(rng):
    p = points(0.8 * rng.normal(size=40) + 2.0 * stretch(40, 20, 40), first=20)
    found, levels = dated(p)
    low, _ = onset_interval(found, levels, p, rng=rng)
    assert low >= 20


@pytest.mark.parametrize("seed", [1, 2])
def test_same_generator_gives_the_same_interval(seed):
    p = points(np.random.default_rng(3).normal(size=40) + 3.0 * stretch(40, 20, 40))
    found, levels = dated(p)
    first, second = (onset_interval(found, levels, p, rng=np.random.default_rng(seed)) for _ in range(2))
    assert first == second


def test_a_date_less_sure_than_the_windows_drawn_again_is_drawn_from_more(rng):
    y = rng.normal(size=6_000) + 0.13 * stretch(6_000, 3_000, 6_000)
    p = points(y, noise=1.0)
    found, levels = dated(p)
    low, high = onset_interval(found, levels, p, rng=rng)
    assert low < 3_000 < high
    assert high - low > 256
