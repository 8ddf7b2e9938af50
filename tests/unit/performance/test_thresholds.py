"""Decisions at any threshold, from sums."""

import numpy as np
import pytest
from sklearn import metrics as sk

import barograph as bg
from barograph.metrics.evaluate import evaluate
from barograph.metrics.performance.arrays import outcome_of
from barograph.metrics.performance.decisions import decisions
from barograph.metrics.performance.multilabel.arrays import labels_of
from barograph.metrics.performance.precision_recall import f1, precision, recall
from barograph.metrics.performance.rates import accuracy, npv, prediction_rate, specificity
from barograph.metrics.values import Undefined

RNG = np.random.default_rng(5)
SCORE = RNG.beta(1, 2, 900)
LABEL = (RNG.random(900) < SCORE).astype(int)
VIEW = outcome_of("binary", LABEL, scores=SCORE, positive="1")


@pytest.mark.parametrize("threshold", [0.05, 0.3, 0.5, 0.77, 0.9])
def test_every_figure_is_that_of_its_decisions(threshold):
    said = (threshold <= SCORE).astype(int)
    assert precision(VIEW, threshold=threshold).value == pytest.approx(sk.precision_score(LABEL, said))
    assert recall(VIEW, threshold=threshold).value == pytest.approx(sk.recall_score(LABEL, said))
    assert f1(VIEW, threshold=threshold).value == pytest.approx(sk.f1_score(LABEL, said))
    assert accuracy(VIEW, threshold=threshold).value == pytest.approx(sk.accuracy_score(LABEL, said))
    assert specificity(VIEW, threshold=threshold).value == pytest.approx(sk.recall_score(1 - LABEL, 1 - said))
    assert npv(VIEW, threshold=threshold).value == pytest.approx(sk.precision_score(1 - LABEL, 1 - said))
    assert prediction_rate(VIEW, threshold=threshold).value == pytest.approx(said.mean())


def test_the_threshold_in_use_gives_the_logged_decisions():
    assert (decisions(VIEW, 0.5).table == decisions(VIEW, None).table).all()


def test_an_address_names_it():
    import polars as pl

    rows = pl.DataFrame({"y": LABEL, "s": SCORE})
    profile = bg.profile(rows, bg.Schema.infer(rows, label="y", score="s", task="binary"))
    found = evaluate("performance.recall(threshold=0.3)", profile)
    assert found.value == pytest.approx(sk.recall_score(LABEL, SCORE >= 0.3))
    assert found.interval[0] < found.value < found.interval[1]


def test_rows_that_crowd_round_it_are_not_guessed():
    crowded = outcome_of("binary", [0, 1] * 50, scores=[0.3001, 0.3002] * 50, positive="1", like=VIEW)
    found = decisions(crowded, 0.30015)
    assert isinstance(found, Undefined)
    assert found.reason == "score_resolution"


def test_several_classes_have_no_one_threshold():
    view = outcome_of("multiclass", ["a", "b"], ["a", "b"])
    assert recall(view, threshold=0.3).reason == "not_applicable"


def test_a_label_of_several_has_its_own_decisions():
    view = labels_of({"a": [1, 0, 1]}, scores={"a": [0.4, 0.1, 0.9]})
    assert recall(view, class_name="a", threshold=0.3).value == 1.0
    assert recall(view, class_name="a").value == 0.5
