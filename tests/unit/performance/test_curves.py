"""Curves against scikit-learn's: every point drawn is one of theirs."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve as sk_calibration_curve

from barograph.metrics.performance.arrays import outcome_of
from barograph.metrics.performance.curves import calibration_curve, thresholds
from barograph.metrics.values import Undefined

RNG = np.random.default_rng(3)
N = 5000
SCORE = RNG.beta(0.7, 2.0, N)
LABEL = (RNG.random(N) < SCORE**1.2).astype(int)
COARSE = np.round(SCORE, 1)
EVERYONE = np.full(N, 0.3)


def found(score: np.ndarray, label: np.ndarray = LABEL):
    return thresholds(outcome_of("binary", label, scores=score, positive="1"))


@pytest.fixture(params=[SCORE, COARSE, EVERYONE], ids=["spread", "rounded", "one value"])
def score(request) -> np.ndarray:
    return request.param


def test_roc_is_that_of_each_threshold(score):
    ours = found(score)
    expected = [
        (np.mean(score[LABEL == 0] >= t), np.mean(score[LABEL == 1] >= t)) for t in ours.threshold.tolist()
    ]
    assert np.column_stack((ours.false_positive_rate, ours.recall)) == pytest.approx(np.array(expected))


def test_every_point_lies_on_the_roc_curve_of_scikit_learn(score):
    fpr, tpr, _ = sk.roc_curve(LABEL, score, drop_intermediate=False)
    theirs = {(round(a, 9), round(b, 9)) for a, b in zip(fpr.tolist(), tpr.tolist(), strict=True)}
    ours = found(score)
    points = zip(ours.false_positive_rate.tolist(), ours.recall.tolist(), strict=True)
    assert {(round(a, 9), round(b, 9)) for a, b in points} <= theirs


def test_every_point_lies_on_the_precision_recall_curve_of_scikit_learn(score):
    precision, recall, _ = sk.precision_recall_curve(LABEL, score)
    theirs = {(round(a, 9), round(b, 9)) for a, b in zip(precision.tolist(), recall.tolist(), strict=True)}
    ours = found(score)
    points = zip(ours.precision.tolist(), ours.recall.tolist(), strict=True)
    assert {(round(a, 9), round(b, 9)) for a, b in points} <= theirs


def test_area_under_the_points_is_that_of_scikit_learn(score):
    ours = found(score)
    assert sk.auc(ours.false_positive_rate, ours.recall) == pytest.approx(
        sk.roc_auc_score(LABEL, score), abs=1e-3
    )


def test_f1_and_precision_at_a_half_are_those_of_scikit_learn():
    ours = found(COARSE)
    at = ours.at(0.5)
    assert ours.f1[at] == pytest.approx(sk.f1_score(LABEL, COARSE >= 0.5))
    assert ours.precision[at] == pytest.approx(sk.precision_score(LABEL, COARSE >= 0.5))


def test_threshold_above_every_score_takes_none():
    assert found(COARSE).at(2.0) == 0


def test_lift_and_gain_of_a_tenth():
    ours = found(SCORE)
    at = int(np.searchsorted(ours.taken, 0.1))
    top = np.argsort(-SCORE)[: round(N * ours.taken[at])]
    assert ours.recall[at] == pytest.approx(LABEL[top].sum() / LABEL.sum())
    assert ours.lift[at] == pytest.approx(LABEL[top].mean() / LABEL.mean())


def test_thinned_positions_keep_both_ends_and_their_number():
    ours = found(SCORE)
    kept = ours.every(0.01)
    assert (kept[0], kept[-1]) == (0, len(ours.threshold) - 1)
    assert 80 < len(kept) <= 101


def test_rows_of_one_class_have_no_curve():
    nothing = found(SCORE, np.ones(N, int))
    assert isinstance(nothing, Undefined)
    assert nothing.reason == "constant"


def test_weighted_rows_count_as_often_as_their_weight(rng):
    weight = rng.integers(1, 4, N)
    ours = thresholds(outcome_of("binary", LABEL, scores=COARSE, positive="1", weight=weight))
    at = ours.at(0.5)
    expected = sk.recall_score(LABEL, COARSE >= 0.5, sample_weight=weight)
    assert ours.recall[at] == pytest.approx(expected)


def test_calibration_is_that_of_scikit_learn():
    score = (np.floor(SCORE * 50) + 0.5) / 50  # fifty values, none on the border of two bins
    ours = calibration_curve(outcome_of("binary", LABEL, scores=score, positive="1"))
    observed, mean = sk_calibration_curve(LABEL, score, n_bins=10, strategy="uniform")
    assert [b.observed for b in ours] == pytest.approx(observed.tolist())
    assert [b.score for b in ours] == pytest.approx(mean.tolist(), abs=1e-4)


def test_calibration_intervals_cover_their_share_and_rows_add_up():
    ours = calibration_curve(outcome_of("binary", LABEL, scores=SCORE, positive="1"))
    assert all(b.interval[0] <= b.observed <= b.interval[1] for b in ours)
    assert sum(b.n for b in ours) == N
