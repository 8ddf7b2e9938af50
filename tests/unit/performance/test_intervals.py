"""Intervals, and what a change shows."""

from __future__ import annotations

import numpy as np
import pytest

from barograph.metrics.intervals import change, difference_interval, log_interval, mean_interval, wilson
from barograph.metrics.values import Value


def figure(value, low, high):
    return Value(value=value, n=100, interval=(low, high))


@pytest.mark.parametrize(
    ("successes", "rows", "low", "high"),
    # Newcombe, Statistics in Medicine 17 (1998) 857, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_published(successes, rows, low, high):
    assert wilson(successes, rows) == pytest.approx((low, high), abs=5e-5)


def test_wilson_of_nothing_wrong_still_leaves_room():
    low, high = wilson(50, 50)
    assert high == 1.0
    assert 0.92 < low < 0.94


def test_difference_of_two_rates_is_newcombe_s_method_10():
    # Newcombe, Statistics in Medicine 17 (1998) 873, table II: 56/70 − 48/80.
    a, b = (Value(value=x / n, n=n, interval=wilson(x, n)) for x, n in ((48, 80), (56, 70)))
    assert difference_interval(a, b) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_mean_interval_is_student_s():
    from scipy.stats import ttest_1samp

    x = np.array([1.0, 4.0, 2.0, 8.0, 5.0])
    expected = ttest_1samp(x, 0).confidence_interval(0.95)
    assert mean_interval(x.sum(), (x * x).sum(), 5) == pytest.approx(tuple(expected))


def test_one_row_gives_no_interval():
    assert mean_interval(3.0, 9.0, 1) is None
    assert log_interval(3.0, 0.0, 0) is None


@pytest.mark.parametrize(
    ("direction", "verdict"),
    [
        ("higher_is_better", "better"),
        ("lower_is_better", "worse"),
        ("zero_is_best", "worse"),
        ("neutral", "changed"),
    ],
)
def test_verdict_follows_the_direction(direction, verdict):
    assert change(figure(1, 0.9, 1.1), figure(2, 1.9, 2.1), direction).verdict == verdict


def test_overlap_of_zero_shows_no_change():
    assert change(figure(1, 0, 2), figure(2, 1, 3), "higher_is_better").verdict == "no change shown"


def test_bias_that_changes_sign_but_not_size_is_changed():
    assert change(figure(-3, -3.5, -2.5), figure(3, 2.5, 3.5), "zero_is_best").verdict == "changed"


def test_bias_nearer_to_zero_from_below_is_better():
    assert change(figure(-9, -10, -8), figure(1, 0, 2), "zero_is_best").verdict == "better"


def test_no_interval_no_verdict():
    result = change(Value(value=1.0, n=1), figure(9, 8, 10), "lower_is_better")
    assert result.interval is None
    assert result.verdict == "unknown"
