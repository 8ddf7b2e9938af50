"""Regression figures where rows are few, alike or too large."""

from __future__ import annotations

import numpy as np
import pytest

from barograph.errors import AddressError
from barograph.metrics.performance import performance_metrics
from barograph.metrics.performance.arrays import outcome_of
from barograph.metrics.performance.bias import bias
from barograph.metrics.performance.error_quantiles import (
    error_quantile,
    me_majority,
    me_overestimated,
    me_underestimated,
)
from barograph.metrics.performance.errors import mae, me, me_sd
from barograph.metrics.performance.percentage import mape, smape
from barograph.metrics.performance.quantile_loss import quantile_loss
from barograph.metrics.performance.r2 import r2
from barograph.metrics.performance.squared import mse, rmse
from barograph.metrics.values import Undefined, Value


def regression(label, prediction, **options):
    return outcome_of("regression", label, prediction, **options)


def skewed(rows=4000):
    rng = np.random.default_rng(4)
    label = rng.gamma(2.0, 30.0, rows)
    return label, label * rng.lognormal(0.0, 0.3, rows)


def test_rows_without_label_or_prediction_are_not_counted():
    view = regression([1.0, None, 3.0, 4.0], [2.0, 2.0, np.nan, 4.0])
    assert mae(view) == Value(value=0.5, n=2, interval=mae(view).interval)


def test_one_row_has_a_value_and_no_interval():
    assert me(regression([1.0], [3.0])) == Value(value=2.0, n=1)


def test_spread_needs_two_rows():
    result = me_sd(regression([1.0], [3.0]))
    assert result == Undefined(reason="too_few_rows", detail="a standard deviation needs 2 rows; there is 1")


def test_errors_that_are_all_the_same_have_no_spread():
    assert me_sd(regression([1.0, 2.0, 3.0], [1.1, 2.1, 3.1])).value == 0.0


@pytest.mark.parametrize("offset", [0.0, 0.1, 1e6, 1e-12])
def test_r2_of_constant_labels_is_undefined(offset):
    result = r2(regression([offset] * 5, [1.0, 2.0, 3.0, 4.0, 5.0]))
    assert isinstance(result, Undefined)
    assert result.reason == "constant"


def test_r2_of_constant_labels_on_another_sample_s_grid_is_undefined():
    reference = regression(*skewed())
    assert r2(regression([17.3] * 50, np.arange(50.0), like=reference)).reason == "constant"


def test_squares_that_overflow_are_undefined_and_the_rest_is_not():
    view = regression([1.0, 1e200], [1.0, -1e200])
    assert mse(view).reason == "overflow"
    assert rmse(view).reason == "overflow"
    assert mae(view).value == pytest.approx(1e200, rel=1e-6)
    assert mae(view).interval is None


def test_errors_that_overflow_are_undefined():
    assert mae(regression([0.0, 0.0], [1.7e308, 1.7e308])).reason == "overflow"


def test_overflow_of_fourth_powers_costs_the_interval_only():
    result = rmse(regression([0.0, 0.0], [1e100, 1e100]))
    assert result.value == pytest.approx(1e100)
    assert result.interval is None


def test_mape_of_labels_that_are_all_zero_is_undefined():
    result = mape(regression([0.0, 0.0], [1.0, 2.0]))
    assert result == Undefined(reason="too_few_rows", detail="no judged row has a label other than 0")


def test_mape_says_how_many_rows_it_rests_on():
    assert mape(regression([0.0, 2.0, -4.0], [1.0, 3.0, -4.0])).n == 2


def test_smape_counts_zero_against_zero_as_right():
    assert smape(regression([0.0, 0.0], [0.0, 0.0])).value == 0.0


def test_bias_of_labels_about_zero_is_undefined():
    assert bias(regression([-1.0, 1.0, -2.0, 2.0], [0.0, 0.0, 0.0, 0.0])).reason == "not_applicable"


def test_bias_of_negative_labels_keeps_its_sign():
    assert bias(regression([-10.0, -11.0, -9.0], [-9.0, -10.0, -8.0])).value == pytest.approx(0.1)


@pytest.mark.parametrize("q", [0.01, 0.05, 0.25, 0.5, 0.9, 0.99])
def test_error_quantile_is_numpy_s_within_a_bin(q):
    label, prediction = skewed()
    expected = np.quantile(prediction - label, (q - 0.004, q, q + 0.004))
    result = error_quantile(regression(label, prediction), q=q)
    assert expected[0] <= result.value <= expected[2]


def test_error_quantile_beyond_the_reference_s_range_comes_from_the_tail():
    reference = regression(np.zeros(1000), np.linspace(-1.0, 1.0, 1000))
    current = regression(np.zeros(1000), np.linspace(-50.0, 50.0, 1000), like=reference)
    assert error_quantile(current, q=0.95).value == pytest.approx(45.0, rel=0.02)


def test_far_quantile_of_few_rows_has_no_interval():
    assert error_quantile(regression(np.zeros(30), np.arange(30.0)), q=0.05).interval is None


@pytest.mark.parametrize("like_another", [False, True])
def test_ends_and_majority_are_the_means_of_those_rows(like_another):
    label, prediction = skewed()
    like = regression(label[:300], 0.5 * prediction[:300] + 0.5 * label[:300]) if like_another else None
    error = np.sort(prediction - label)
    view = regression(label, prediction, like=like)
    assert me_underestimated(view).value == pytest.approx(error[:200].mean(), rel=0.01)
    assert me_overestimated(view).value == pytest.approx(error[-200:].mean(), rel=0.01)
    assert me_majority(view).value == pytest.approx(error[200:-200].mean(), abs=0.02)


def test_ends_of_few_rows_are_undefined():
    result = me_underestimated(regression(np.zeros(19), np.arange(19.0)))
    assert result == Undefined(reason="too_few_rows", detail="the ends of 5 % need 20 rows; there are 19")


def test_residual_quantiles_of_weighted_rows_are_undefined():
    view = regression(np.zeros(30), np.arange(30.0), weight=np.ones(30))
    assert error_quantile(view).reason == "not_applicable"


@pytest.mark.parametrize("metric", [quantile_loss, error_quantile])
def test_quantile_outside_0_and_1_is_an_error(metric):
    with pytest.raises(AddressError, match=r"q is 1\.5; expected a number from 0 to 1"):
        metric(regression([1.0], [1.0]), q=1.5)


def test_classification_metrics_do_not_apply_to_a_regression():
    view = regression([1.0, 2.0], [1.0, 2.0])
    for spec in performance_metrics("binary"):
        if "regression" not in spec.applies_to:
            assert isinstance(spec.compute(view), Undefined), spec.name


def test_regression_metrics_do_not_apply_to_classes():
    view = outcome_of("binary", [0, 1], [0, 1], positive="1")
    for spec in performance_metrics("regression"):
        if "binary" not in spec.applies_to:
            assert spec.compute(view).reason == "not_applicable", spec.name
