"""Levels pay for themselves: bad windows, weekends, gaps and slow wander are none."""

import numpy as np
import pytest

from barograph.explain.since.candidates import Points, best_cut
from barograph.explain.since.levels import levels_of


def points(y, **more):
    y = np.asarray(y, dtype=np.float64)
    return Points(y=y, weights=np.ones(len(y)), position=np.arange(len(y)), **more)


def wandering(n, rho, rng):
    y = rng.normal(size=n)
    for i in range(1, n):
        y[i] = rho * y[i - 1] + np.sqrt(1 - rho * rho) * y[i]
    return y


def share_cut(series):
    return np.mean([bool(levels_of(p).cuts) for p in series])


def test_step_is_found_where_it_is(rng):
    y = rng.normal(size=40) + 5.0 * (np.arange(40) >= 23)
    found = levels_of(points(y))
    assert found.cuts == (23,)
    assert found.means[1] - found.means[0] == pytest.approx(5.0, abs=1.0)


def test_one_window_far_off_is_bad_and_no_change(rng):
    y = rng.normal(size=30)
    y[17] += 9.0
    found = levels_of(points(y))
    assert (found.cuts, found.bad) == ((), (17,))


def test_first_cut_keeps_the_windows_before_it_together(rng):
    y = rng.normal(size=40) + 6.0 * (np.arange(40) >= 10) - 6.0 * (np.arange(40) >= 20)
    assert all(cut >= 25 for cut in levels_of(points(y, first=25)).cuts)


def test_return_to_the_first_level_is_that_level(rng):
    y = rng.normal(size=60) + 6.0 * ((np.arange(60) >= 20) & (np.arange(60) < 27))
    found = levels_of(points(y))
    assert found.cuts == (20, 27)
    assert found.means[2] == found.means[0]


def test_weekends_are_no_change(rng):
    series = (rng.normal(size=42) + 4.0 * (np.arange(42) % 7 >= 5) for _ in range(40))
    assert share_cut(points(y, phases=7) for y in series) <= 0.05


def test_step_is_found_under_weekends(rng):
    y = rng.normal(size=42) + 4.0 * (np.arange(42) % 7 >= 5) + 6.0 * (np.arange(42) >= 25)
    found = levels_of(points(y, phases=7))
    assert found.cuts == (25,)
    assert np.argsort(found.season)[-2:].tolist() in ([5, 6], [6, 5])


def test_noise_with_memory_is_seldom_a_change(rng):
    assert share_cut(points(wandering(60, 0.5, rng), noise=0.7) for _ in range(60)) <= 0.1


def test_memory_of_wandering_noise_is_noticed(rng):
    assert levels_of(points(wandering(200, 0.7, rng))).rho >= 0.45


def test_change_must_show_more_where_more_series_are_searched(rng):
    y = 0.5 * rng.normal(size=30) + 1.6 * (np.arange(30) >= 15)
    assert levels_of(points(y, noise=0.25)).cuts
    assert not levels_of(points(y, noise=0.25, searched=10_000_000)).cuts


def test_fit_below_the_noise_of_rows_is_no_evidence():
    y = np.where(np.arange(30) >= 15, 0.3, 0.0)
    assert levels_of(points(y)).cuts == (15,)
    assert levels_of(points(y, noise=1.0)).cuts == ()


def test_constant_series_has_one_level():
    found = levels_of(points(np.full(12, 3.0)))
    assert (found.cuts, found.bad, found.means) == ((), (), (pytest.approx(3.0),))


def test_best_cut_needs_values_on_both_sides():
    assert best_cut(np.array([0.0, 1.0, 5.0]), np.ones(3), shortest=2) is None
