"""Other shares of the classes, estimated without labels."""

import numpy as np
import polars as pl
import pytest
from scipy.special import expit

from barograph.explain.actions.label_shift import bbse_weights, correct_label_shift, mlls_weights, reweighted


def test_bbse_is_exact_for_exact_counts():
    rates = np.array([[0.8, 0.2], [0.1, 0.9]])
    found = bbse_weights(np.array([[60.0], [40.0]]) * rates, np.array([0.3, 0.7]) @ rates * 1000.0)
    assert found == pytest.approx([0.3 / 0.6, 0.7 / 0.4])


def test_bbse_says_nothing_where_predictions_do_not_tell_classes_apart():
    assert bbse_weights(np.array([[50.0, 50.0], [50.0, 50.0]]), np.array([10.0, 90.0])) is None


def test_bbse_shares_add_up_to_one_even_where_they_are_cut_off_at_zero():
    confusion = np.array([[90.0, 10.0], [20.0, 80.0]])
    found = bbse_weights(confusion, np.array([5.0, 95.0]))
    assert found.min() == 0.0
    assert found @ confusion.sum(axis=1) / confusion.sum() == pytest.approx(1.0)


def test_mlls_finds_the_new_shares(rng):
    """Classes at −1 and 1 with unit spread: the score of the second is expit(2x) where they are as frequent."""
    label = rng.random(20_000) < 0.8
    x = rng.normal(np.where(label, 1.0, -1.0))
    score = expit(2.0 * x)
    weights = mlls_weights(np.stack((1.0 - score, score), axis=1), np.array([0.5, 0.5]), np.ones(20_000))
    assert weights[1] / 2.0 == pytest.approx(0.8, abs=0.02)


def test_reweighted_scores_add_up_to_one(rng):
    found = reweighted(rng.dirichlet([1.0, 1.0, 1.0], 20), np.array([2.0, 1.0, 0.1]))
    assert found.sum(axis=1) == pytest.approx(np.ones(20))


def test_correcting_pays_where_only_the_shares_moved(context_of, rng):
    def rows(n, share):
        label = rng.random(n) < share
        x = rng.normal(np.where(label, 1.0, -1.0))
        score = expit(2.0 * x)
        said = np.where(score >= 0.5, "yes", "no")
        return pl.DataFrame(
            {
                "id": range(n),
                "t": range(n),
                "x": x,
                "score": score,
                "answer": said,
                "y": np.where(label, "yes", "no"),
            }
        )

    def dated(frame):
        return frame.with_columns(t=pl.datetime(2025, 1, 1, time_zone="UTC") + pl.duration(minutes="t"))

    context = context_of(dated(rows(800, 0.5)), dated(rows(600, 0.95)), "performance.brier")
    action = correct_label_shift(context)
    assert action.gain.interval[0] > 0.0
    assert "'yes' from 5" in action.sentence
    assert "to 9" in action.sentence


def test_a_regression_has_no_classes(rows_by_task, context_of, rng):
    make = rows_by_task["regression"]
    assert correct_label_shift(context_of(make(rng, 100), make(rng, 100), "performance.mae")) is None
