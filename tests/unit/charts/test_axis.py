"""Scales and ticks."""

from __future__ import annotations

import math

import pytest

from barograph.charts.axis import Scale, linear_ticks, log_ticks, tick_texts


def test_values_beyond_the_axis_stay_inside_the_frame() -> None:
    x = Scale(low=0, high=1, start=10, end=20)
    assert (x(-5), x(7)) == (10, 20)


def test_scale_holds_the_largest_floats() -> None:
    assert Scale(low=-1.7e308, high=1.7e308, start=0, end=10)(0.0) == 5


def test_log_scale_has_the_geometric_middle_in_the_middle() -> None:
    assert Scale(low=1, high=10_000, start=0, end=8, log=True)(100) == pytest.approx(4)


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-3.3, 17), (1e-9, 3e-9), (0, 1.7e308), (1e15, 1e15 + 8)])
def test_ticks_lie_inside_and_are_few(low: float, high: float) -> None:
    ticks = linear_ticks(low, high, 4)
    assert 1 <= len(ticks) <= 9
    assert all(low <= t <= high and math.isfinite(t) for t in ticks)


def test_axis_of_no_length_has_one_tick() -> None:
    assert linear_ticks(3.0, 3.0) == (3.0,)


def test_log_ticks_are_thinned() -> None:
    assert len(log_ticks(1e-20, 1e20, 5)) <= 6


def test_short_log_axis_has_more_than_one_tick() -> None:
    assert log_ticks(12, 80) == (20.0, 50.0)


def test_ticks_of_an_axis_have_the_same_decimals() -> None:
    assert tick_texts((0.0, 0.25, 0.5)) == ("0", "0.25", "0.50")
