"""Means, spreads, extremes and quantiles of hard values."""

import numpy as np
import pytest

from barograph.metrics.quality.arrays import column_of
from barograph.metrics.quality.extremes import maximum, minimum
from barograph.metrics.quality.mean import mean, standard_deviation
from barograph.metrics.quality.quantile import median, quantile

NAN, INF = float("nan"), float("inf")


def test_the_mean_of_many_rows_is_numpys():
    values = np.random.default_rng(0).lognormal(3, 2, 50_000)
    result = mean(column_of(values.tolist()))
    assert result.value == pytest.approx(values.mean(), rel=1e-9)
    assert standard_deviation(column_of(values.tolist())).value == pytest.approx(values.std(), rel=1e-6)


def test_values_far_beyond_the_reference_are_in_the_mean():
    far = [1e9, 2e9, 1e12]
    assert mean(column_of(far, reference=[0.0, 1.0, 2.0])).value == pytest.approx(np.mean(far), rel=1e-8)


def test_the_interval_of_the_mean_of_even_rows_is_students():
    from scipy import stats

    values = [1.0, 2.0, 2.0, 3.0, 4.0, 4.0, 5.0]
    low, high = stats.t.interval(0.95, 6, np.mean(values), stats.sem(values))
    assert mean(column_of(values)).interval == pytest.approx((low, high), rel=1e-6)


def test_the_interval_of_the_mean_reaches_further_on_the_long_side():
    result = mean(column_of([1.0] * 40 + [2.0] * 9 + [30.0]))
    assert result.interval[1] - result.value > 2 * (result.value - result.interval[0])


def test_one_row_has_a_mean_without_interval_and_no_spread():
    assert (mean(column_of([5.0])).value, mean(column_of([5.0])).interval) == (5.0, None)
    assert standard_deviation(column_of([5.0])).reason == "too_few_rows"


def test_a_constant_column_has_no_spread_whatever_its_size():
    assert standard_deviation(column_of([0.1] * 7, reference=[1.0, 5.0])).value == 0.0
    assert mean(column_of([0.1] * 7, reference=[1.0, 5.0])).value == 0.1


def test_squares_beyond_the_largest_number_leave_the_mean():
    view = column_of([1e300, -1e300, 3e300])
    assert standard_deviation(view).reason == "overflow"
    assert mean(view).value == pytest.approx(1e300)
    assert mean(view).interval is None


def test_extremes_are_of_finite_values():
    view = column_of([NAN, INF, -INF, -2.0, 1e308])
    assert (minimum(view).value, maximum(view).value) == (-2.0, 1e308)
    assert minimum(column_of([NAN], reference=[1.0])).reason == "too_few_rows"


def test_minus_zero_is_zero():
    assert str(minimum(column_of([-0.0, 1.0])).value) == "0.0"


@pytest.mark.parametrize("q", [0.01, 0.25, 0.5, 0.9, 0.999])
def test_quantiles_of_many_rows_are_within_a_bin(q):
    values = np.random.default_rng(4).normal(size=20_000)
    result = quantile(column_of(values.tolist()), q=q)
    near = np.quantile(values, [max(q - 1 / 256, 0), min(q + 1 / 256, 1)])
    assert near[0] <= result.value <= near[1]
    assert result.interval[0] <= result.value <= result.interval[1]


def test_quantiles_beyond_the_reference_are_near():
    values = np.random.default_rng(5).uniform(1000, 2000, 5000)
    view = column_of(values.tolist(), reference=np.linspace(0, 1, 500).tolist())
    assert median(view).value == pytest.approx(np.median(values), rel=0.06)
    assert quantile(view, q=1.0).value == values.max()


@pytest.mark.parametrize("scale", [0.001, 0.05, 40.0])
def test_the_interval_of_a_quantile_beyond_the_reference_holds_it(scale):
    rng = np.random.default_rng(5)
    reference, values = (rng.gamma(2.0, 12.0, n) + 0.5 for n in (5_000, 700))
    view = column_of((scale * values).tolist(), reference=reference.tolist())
    for q in (0.25, 0.5, 0.9):
        low, high = quantile(view, q=q).interval
        assert low < np.quantile(scale * values, q) < high


def test_quantiles_below_the_reference_rise():
    values = (-np.random.default_rng(6).lognormal(3, 1, 2000)).tolist()
    view = column_of(values, reference=[0.0, 1.0, 2.0])
    found = [quantile(view, q=q).value for q in np.linspace(0, 1, 21)]
    assert found == sorted(found)
    assert found == pytest.approx(np.quantile(values, np.linspace(0, 1, 21)), rel=0.1)


def test_a_median_between_two_values_is_half_way():
    assert median(column_of([1.0, 2.0, 10.0, 11.0])).value == 6.0


def test_extreme_quantiles_do_not_overflow():
    view = column_of([-1.7e308, 1.7e308, 1.0])
    assert quantile(view, q=0.5).value == 1.0
    assert np.isfinite([quantile(view, q=q).value for q in (0.0, 1 / 3, 2 / 3, 1.0)]).all()


def test_lengths_stand_for_texts():
    view = column_of(["a", "bb", "cccccc"], kind="text")
    assert [f(view).value for f in (minimum, median, mean, maximum)] == [1.0, 2.0, 3.0, 6.0]
