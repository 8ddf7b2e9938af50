"""A map put after the model, learned on other rows than it is judged on."""

import numpy as np
import polars as pl

from barograph.explain.actions.recalibrate import recalibrate
from barograph.metrics.values import Undefined


def test_a_bias_is_taken_away(rows_by_task, context_of, rng):
    make = rows_by_task["regression"]
    action = recalibrate(context_of(make(rng, 300), make(rng, 200, add=8.0, later=True), "performance.mae"))
    assert action.sufficient
    assert action.gain.interval[0] > 5.0
    assert action.name.startswith("recalibrate: prediction × ")


def test_where_nothing_changed_nothing_is_gained(rows_by_task, context_of, rng):
    make = rows_by_task["regression"]
    action = recalibrate(context_of(make(rng, 300), make(rng, 60, later=True), "performance.mae"))
    assert action.gain.value < 0.05
    assert not action.sufficient


def test_noise_is_not_taken_for_a_gain(rows_by_task, context_of):
    """A map learned from the rows it is judged on would gain every time."""
    make, gains = rows_by_task["regression"], []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        gains.append(recalibrate(context_of(make(rng, 200), make(rng, 30), "performance.mse")).gain.value)
    assert np.mean(gains) < 0.0


def test_scores_that_are_too_low_are_raised(rows_by_task, context_of, rng):
    make = rows_by_task["binary"]
    action = recalibrate(
        context_of(make(rng, 400), make(rng, 800, add=1.5, later=True), "performance.log_loss")
    )
    assert action.gain.interval[0] > 0.0


def test_ranks_cannot_be_recalibrated(rows_by_task, context_of, rng):
    make = rows_by_task["binary"]
    assert recalibrate(context_of(make(rng, 100), make(rng, 100), "performance.roc_auc")) is None


def test_few_rows_teach_no_map(rows_by_task, context_of, rng):
    make = rows_by_task["regression"]
    action = recalibrate(context_of(make(rng, 100), make(rng, 19), "performance.mae"))
    assert isinstance(action.gain, Undefined)
    assert "19 labelled rows are too few" in action.sentence


def test_answers_that_follow_no_threshold_cannot_be_given_anew(rows_by_task, context_of, rng):
    make = rows_by_task["binary"]
    before, after = make(rng, 100), make(rng, 100)
    mixed = [frame.with_columns(answer=frame["answer"].shuffle(seed=1)) for frame in (before, after)]
    action = recalibrate(context_of(*mixed, "performance.f1"))
    assert "follow no threshold" in action.gain.detail


def test_where_no_answer_is_another_the_gain_is_not_called_zero(rows_by_task, context_of, rng):
    """Scores all above the threshold by far: no map of few rows answers otherwise, one of many might."""
    make = rows_by_task["binary"]
    rows = [make(rng, 100, add=6.0).with_columns(score=0.9, answer=pl.lit("yes")) for _ in range(2)]
    action = recalibrate(context_of(*rows, "performance.accuracy"))
    assert "no row would be answered otherwise" in action.gain.detail
