"""The metric of some rows, as a mean over them."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import f1_score, mean_squared_error, precision_score, r2_score, roc_auc_score

from barograph.explain.actions.answers import score_of, taken, with_scores

REGRESSION = {
    "performance.rmse": lambda y, p: mean_squared_error(y, p) ** 0.5,
    "performance.r2": r2_score,
    "performance.me": lambda y, p: (p - y).mean(),
}
BINARY = {
    "performance.f1": lambda y, p, s: f1_score(y, p),
    "performance.precision": lambda y, p, s: precision_score(y, p),
    "performance.roc_auc": lambda y, p, s: roc_auc_score(y, s),
}


@pytest.mark.parametrize("metric", REGRESSION)
def test_mean_of_values_is_the_metric_of_any_rows(metric, rows_by_task, context_of, rng):
    make = rows_by_task["regression"]
    context = context_of(make(rng, 200), make(rng, 100, add=3.0), metric)
    rows = taken(context.rows[1].outcome, np.arange(40))
    values = context.metric.values(rows, np.ones(40))
    assert values.mean() == pytest.approx(REGRESSION[metric](rows.label, rows.prediction))


@pytest.mark.parametrize("metric", BINARY)
def test_mean_of_values_is_the_metric_of_classes(metric, rows_by_task, context_of, rng):
    make = rows_by_task["binary"]
    context = context_of(make(rng, 200), make(rng, 150, add=1.0), metric)
    rows = context.rows[1].outcome
    expected = BINARY[metric](rows.label, rows.prediction, score_of(rows))
    assert context.metric.values(rows, np.ones(150)).mean() == pytest.approx(expected)


def test_values_are_influences(rows_by_task, context_of, rng):
    """A row counted a little more moves AUC by its value less the mean."""
    make = rows_by_task["binary"]
    context = context_of(make(rng, 200), make(rng, 150), "performance.roc_auc")
    rows, count = context.rows[1].outcome, np.ones(150)
    values = context.metric.values(rows, count)
    more = count + 1e-4 * (np.arange(150) == 7)
    moved = context.metric.values(rows, more) @ more / more.sum() - values.mean()
    assert moved == pytest.approx(1e-4 / 150 * (values[7] - values.mean()), rel=1e-3)


def test_precision_of_rows_of_which_none_is_taken_is_none(rows_by_task, context_of, rng):
    make = rows_by_task["binary"]
    context = context_of(make(rng, 200), make(rng, 150), "performance.precision")
    rows = context.rows[1].outcome
    assert context.metric.values(with_scores(rows, score_of(rows), 2.0), np.ones(150)) is None


def test_ties_count_half_in_auc(rows_by_task, context_of, rng):
    make = rows_by_task["binary"]
    context = context_of(make(rng, 200), make(rng, 150), "performance.roc_auc")
    rows = context.rows[1].outcome
    flat = replace(rows, scores={"score": np.round(score_of(rows), 1)})
    expected = roc_auc_score(rows.label, np.round(score_of(rows), 1))
    assert context.metric.values(flat, np.ones(150)).mean() == pytest.approx(expected)
