"""Intervals of means where a few rows make most of the variance."""

from __future__ import annotations

import numpy as np
import pytest

from barograph.metrics.mean_intervals import (
    RawMoments,
    degrees_of_freedom,
    kurtosis_of_square,
    skewed_interval,
)
from barograph.metrics.performance.arrays import outcome_of
from barograph.metrics.performance.errors import mae, me
from barograph.metrics.performance.squared import rmse


def moments_of(x):
    return RawMoments(
        first=float(x.mean()),
        second=float((x**2).mean()),
        third=float((x**3).mean()),
        fourth=float((x**4).mean()),
    )


def errors(error):
    return outcome_of("regression", np.zeros(len(error)), error)


def test_of_normal_rows_it_is_students():
    from scipy.stats import ttest_1samp

    x = np.array([-3.0, -1.0, -1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 3.0])
    expected = ttest_1samp(x, 0).confidence_interval(0.95)
    assert degrees_of_freedom(moments_of(x).shape[1], 9) == 8
    assert skewed_interval(moments_of(x), 9) == pytest.approx(tuple(expected))


def test_one_huge_error_widens_the_interval_upwards():
    # Student's interval of these rows is 1.9 wide on either side.
    result = mae(errors(np.append(np.ones(99), 100.0)))
    assert result.interval[1] > result.value + 4.0
    assert 0.0 <= result.interval[0] < result.value


def test_the_mean_error_leans_to_the_side_of_the_outlier():
    low, high = me(errors(np.append(np.tile([-1.0, 1.0], 50), -80.0))).interval
    assert -low > 4 * high


def test_one_huge_error_leaves_rmse_with_two_degrees_of_freedom():
    size = moments_of(np.append(np.ones(99), 100.0))
    assert degrees_of_freedom(kurtosis_of_square(size, 100), 100) == pytest.approx(2.02, abs=0.01)


@pytest.mark.parametrize(
    ("name", "draw", "exact"),
    [("normal", "standard_normal", 105 / 9), ("exponential", "standard_exponential", 40_320 / 24**2)],
)
def test_the_eighth_moment_is_extrapolated(name, draw, exact):
    x = np.abs(getattr(np.random.default_rng(3), draw)(1_000_000))
    assert kurtosis_of_square(moments_of(x), 1e6) == pytest.approx(exact, rel=0.12), name


def test_a_mean_far_from_zero_does_not_ask_for_digits_that_are_gone():
    assert moments_of(1e6 + np.random.default_rng(0).exponential(1.0, 500)).shape == (0.0, 3.0)


def test_rows_that_are_all_the_same_have_no_width():
    assert mae(errors(np.full(30, 2.0))).interval == (2.0, 2.0)
    assert rmse(errors(np.full(30, 2.0))).interval == (2.0, 2.0)


@pytest.mark.parametrize("draw", ["lognormal", "pareto", "contaminated"])
def test_mae_of_heavy_tails_is_covered(draw):
    # benchmarks/coverage.py has the table; Student's holds 90, 92 and 91 % of these.
    rng, n, sets = np.random.default_rng(5), 1000 if draw == "contaminated" else 200, 600
    x, truth = {
        "lognormal": lambda: (rng.lognormal(0.0, 1.0, (sets, n)), np.exp(0.5)),
        "pareto": lambda: (rng.pareto(3.0, (sets, n)) + 1.0, 1.5),
        "contaminated": lambda: (
            np.abs(rng.normal(size=(sets, n)) * np.where(rng.random((sets, n)) < 0.01, 20.0, 1.0)),
            1.19 * np.sqrt(2.0 / np.pi),
        ),
    }[draw]()
    ends = [skewed_interval(moments_of(one), n) for one in x]
    assert 0.925 <= np.mean([low <= truth <= high for low, high in ends]) <= 0.98
