"""Score metrics where classes are absent, scores tied, or bins too coarse."""

from __future__ import annotations

import numpy as np
import pytest

from barograph.errors import AddressError, DataError
from barograph.metrics.performance.arrays import outcome_of
from barograph.metrics.performance.calibration_error import calibration_error
from barograph.metrics.performance.pr_auc import pr_auc
from barograph.metrics.performance.probability_losses import brier, log_loss
from barograph.metrics.performance.roc_auc import roc_auc
from barograph.metrics.performance.separation import ks, lift
from barograph.metrics.values import Undefined

RANKS = (roc_auc, pr_auc, ks, lift)


def scored(label, score, **options):
    return outcome_of("binary", label, scores=score, positive="1", **options)


@pytest.mark.parametrize("metric", RANKS)
@pytest.mark.parametrize(
    ("label", "detail"), [(0, "no row is of the class"), (1, "every row is of the class")]
)
def test_one_class_cannot_be_ranked(metric, label, detail):
    result = metric(scored([label] * 3, [0.1, 0.5, 0.9]))
    assert result == Undefined(reason="constant", detail=f"{detail}, so there is nothing to rank")


@pytest.mark.parametrize("score", [0.0, 0.3, 1.0])
def test_constant_scores_rank_nothing(score):
    view = scored([0, 1, 1, 0], [score] * 4)
    assert roc_auc(view).value == 0.5
    assert ks(view).value == 0.0
    assert lift(view).value == pytest.approx(1.0)


def test_all_right_is_1_with_room_below():
    result = roc_auc(scored([0] * 30 + [1] * 10, [0.2] * 30 + [0.7] * 10))
    assert result.value == 1.0
    assert 0.8 < result.interval[0] < 0.97


def test_all_wrong_is_0_with_room_above():
    result = roc_auc(scored([1] * 30 + [0] * 10, [0.2] * 30 + [0.7] * 10))
    assert result.value == 0.0
    assert 0.03 < result.interval[1] < 0.2


@pytest.mark.parametrize("metric", RANKS)
def test_scores_that_the_bins_cannot_tell_apart_are_undefined(metric):
    reference = scored([0, 1], [0.2, 0.8])
    rng = np.random.default_rng(1)
    current = scored(rng.integers(0, 2, 500), 0.3 + 1e-4 * rng.random(500), like=reference)
    assert metric(current).reason == "score_resolution"


def test_interval_is_widened_by_what_the_bins_leave_open():
    rng = np.random.default_rng(1)
    label = rng.integers(0, 2, 20_000)
    score = np.round(1 / (1 + np.exp(-rng.normal(label, 1.0))), 7)
    reference = scored([0, 1], [0.2, 0.8])
    coarse, fine = roc_auc(scored(label, score, like=reference)), roc_auc(scored(label, score))
    assert coarse.interval[0] < fine.interval[0]
    assert coarse.interval[1] > fine.interval[1]


def test_rows_without_a_score_are_left_out():
    view = scored([0, 1, 0], [0.2, 0.7, np.nan])
    assert log_loss(view).n == 2
    assert roc_auc(view).n == 2


def test_a_score_outside_0_and_1_is_refused():
    with pytest.raises(DataError, match=r"1 of 2 rows lie outside \[0, 1\] \(first: 1.7\)"):
        scored([0, 1], [0.2, 1.7])


@pytest.mark.parametrize("metric", [roc_auc, pr_auc, ks, lift, calibration_error, log_loss, brier])
def test_without_scores_there_is_no_figure(metric):
    assert metric(outcome_of("binary", [0, 1], [0, 1], positive="1")).reason == "no_scores"


def test_confident_and_wrong_is_finite():
    assert log_loss(scored([1], [0.0])).value == pytest.approx(-np.log(np.finfo(float).eps))


def test_mean_over_classes_leaves_out_a_class_without_rows():
    s = np.random.default_rng(0).dirichlet((1, 1, 1), 40)
    view = outcome_of("multiclass", ["a", "b"] * 20, scores=dict(zip("abc", s.T, strict=True)))
    parts = [roc_auc(view, class_name=c).value for c in "ab"]
    assert roc_auc(view).value == pytest.approx(np.mean(parts))
    assert roc_auc(view, class_name="c").reason == "constant"


def test_a_class_without_a_score_column_leaves_the_mean_undefined():
    view = outcome_of("multiclass", ["a", "b", "c"], scores={"a": [0.5, 0.2, 0.3], "b": [0.1, 0.7, 0.2]})
    assert roc_auc(view) == Undefined(reason="no_scores", detail="class 'c': no column scores class 'c'")


def test_ks_is_scipy_s():
    from scipy.stats import ks_2samp

    rng = np.random.default_rng(3)
    label, score = rng.integers(0, 2, 300), rng.random(300)
    assert ks(scored(label, score)).value == pytest.approx(
        ks_2samp(score[label == 1], score[label == 0]).statistic
    )


def test_lift_of_the_best_tenth():
    label = [1] * 5 + [0] * 5 + [1] * 5 + [0] * 85
    assert lift(scored(label, np.linspace(0.99, 0.01, 100)), k=0.1).value == pytest.approx(5.0)


def test_lift_of_no_row_is_an_error():
    with pytest.raises(AddressError, match=r"k is 0\.0; expected a share of the rows above 0"):
        lift(scored([0, 1], [0.1, 0.9]), k=0.0)


def test_calibration_error_is_the_mean_gap_of_ten_groups():
    rng = np.random.default_rng(5)
    score = rng.random(5000)
    label = (rng.random(5000) < score**2).astype(int)
    group = np.minimum((score * 10).astype(int), 9)
    expected = sum(abs((score - label)[group == g].sum()) for g in range(10)) / 5000
    assert calibration_error(scored(label, score)).value == pytest.approx(expected, abs=1e-3)


def test_calibration_interval_is_the_same_each_time():
    view = scored([0, 1, 1, 0], [0.2, 0.7, 0.6, 0.4])
    assert calibration_error(view) == calibration_error(view)
    other = calibration_error(view, rng=np.random.default_rng(9))
    assert other.value == calibration_error(view).value
    assert other.interval != calibration_error(view).interval


def test_a_well_calibrated_model_may_have_no_error():
    rng = np.random.default_rng(6)
    score = rng.random(2000)
    assert calibration_error(scored((rng.random(2000) < score).astype(int), score)).interval[
        0
    ] == pytest.approx(0)
