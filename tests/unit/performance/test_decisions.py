"""Decision metrics where classes are absent, unknown or all right."""

from __future__ import annotations

import pytest

from barograph.errors import AddressError
from barograph.metrics.performance.agreement import cohen_kappa, mcc
from barograph.metrics.performance.arrays import outcome_of
from barograph.metrics.performance.precision_recall import balanced_accuracy, f1, precision, recall
from barograph.metrics.performance.rates import (
    accuracy,
    coverage,
    label_rate,
    npv,
    prediction_rate,
    specificity,
)
from barograph.metrics.values import Undefined

YES_NO = outcome_of("binary", ["yes", "no"], ["yes", "no"], positive="yes")


def binary(label, prediction, **options):
    return outcome_of("binary", label, prediction, positive="yes", like=YES_NO, **options)


def test_a_prediction_that_is_no_known_class_is_an_error():
    view = binary(["yes", "no", "no", "yes"], ["yes", "no", "maybe", "maybe"])
    assert accuracy(view).value == 0.5
    assert recall(view).value == 0.5
    assert specificity(view).value == 0.5
    assert precision(view).value == 1.0


def test_a_label_that_is_no_known_class_is_an_error():
    view = binary(["yes", "maybe", "maybe", "no"], ["yes", "yes", "perhaps", "no"])
    assert accuracy(view).value == 0.5
    assert precision(view).value == 0.5


def test_rows_without_a_prediction_are_left_out():
    result = accuracy(binary(["yes", "no", "no"], ["yes", None, "no"], scores=[0.9, 0.4, 0.1]))
    assert (result.value, result.n) == (1.0, 2)


def test_rows_without_a_label_count_in_coverage_only():
    view = binary(["yes", None, "no", None], ["yes", "no", "no", "yes"])
    assert (coverage(view).value, coverage(view).n) == (0.5, 4)
    assert accuracy(view).n == 2


@pytest.mark.parametrize(
    ("metric", "label", "prediction", "detail"),
    [
        (precision, "yes", "no", "no row is predicted 'yes'"),
        (recall, "no", "yes", "no row is labelled 'yes'"),
        (f1, "no", "no", "no row is labelled or predicted 'yes'"),
        (specificity, "yes", "no", "no row has a negative label"),
        (npv, "no", "yes", "no row is predicted negative"),
    ],
)
def test_zero_over_zero_says_what_is_missing(metric, label, prediction, detail):
    result = metric(binary([label, label], [prediction, prediction]))
    assert result == Undefined(reason="too_few_rows", detail=detail)


@pytest.mark.parametrize("metric", [mcc, cohen_kappa])
def test_agreement_of_one_class_is_undefined(metric):
    assert metric(binary(["no", "no"], ["no", "no"])).reason == "constant"


@pytest.mark.parametrize("metric", [accuracy, f1, mcc, cohen_kappa, balanced_accuracy, precision])
def test_all_right_is_1_with_room_below(metric):
    result = metric(binary(["yes", "no"] * 20, ["yes", "no"] * 20))
    assert result.value == 1.0
    assert 0.65 < result.interval[0] < 1.0
    assert result.interval[1] == 1.0


@pytest.mark.parametrize("metric", [mcc, cohen_kappa])
def test_all_wrong_is_minus_1_with_room_above(metric):
    result = metric(binary(["yes", "no"] * 20, ["no", "yes"] * 20))
    assert result.value == -1.0
    assert -1.0 <= result.interval[0] < result.interval[1] < -0.65


def test_rates_of_labels_and_predictions():
    view = binary(["yes", "yes", "no", "no"], ["yes", "no", "no", "no"])
    assert (label_rate(view).value, prediction_rate(view).value) == (0.5, 0.25)


def test_scores_alone_decide_at_one_half():
    view = outcome_of("binary", [0, 1, 1], scores=[0.2, 0.5, 0.4], positive="1")
    assert accuracy(view).value == pytest.approx(2 / 3)


def test_a_class_that_is_not_there_is_an_error_with_a_hint():
    view = outcome_of("multiclass", ["cat", "dog"], ["cat", "dog"])
    with pytest.raises(AddressError, match=r"no class 'cats'; did you mean 'cat'\? Classes: 'cat', 'dog'"):
        recall(view, class_name="cats")


def test_an_unknown_average_is_an_error():
    with pytest.raises(AddressError, match=r"average is 'micro'; expected 'macro' or 'weighted'"):
        f1(outcome_of("multiclass", ["a"], ["a"]), average="micro")


def test_weights_weigh_the_value_and_not_the_rows():
    plain, heavy = ([1.0] * 8, [1.0] * 4 + [5.0] * 4)
    label, prediction = ["yes"] * 8, ["yes"] * 4 + ["no"] * 4
    a, b = (accuracy(binary(label, prediction, weight=w)) for w in (plain, heavy))
    assert (a.value, b.value) == (0.5, pytest.approx(4 / 24))
    assert a.n == b.n == 8
    assert b.interval[1] > 4 / 24 + 0.2


def test_a_class_the_reference_never_had_is_right_where_both_say_it():
    known = outcome_of("multiclass", ["a", "b"], ["a", "b"])
    view = outcome_of("multiclass", ["a", "z", "z", "z"], ["a", "z", "w", "a"], like=known)
    assert accuracy(view).value == 0.5
    assert balanced_accuracy(view).value == 1.0, "an unknown class has no recall"
