"""Rows with their values put right."""

import numpy as np
import polars as pl
import pytest

from barograph.errors import DataError
from barograph.explain.actions.repair import repairs
from barograph.metrics.values import Value

PART = Value(value=4.0, n=30, interval=(3.0, 5.0))


def broken(make, rng, n=200, hit=60):
    """A model that answers x, of rows whose x was divided by 1,000."""
    rows = make(rng, n, later=True)
    x = pl.when(pl.int_range(n) < hit).then(pl.col("x") / 1000.0).otherwise(pl.col("x"))
    return rows.with_columns(x=x, answer=x)


def predict(frame):
    return frame["x"].to_numpy()


def test_repaired_rows_are_scored_anew(rows_by_task, context_of, fault, rng):
    make = rows_by_task["regression"]
    rows = broken(make, rng)
    context = context_of(make(rng, 300), rows, "performance.mae", faults=[(fault, PART)], predict=predict)
    (action,) = repairs(context)
    mended = fault.repaired(rows)["x"].to_numpy()
    y = rows["y"].to_numpy()
    expected = np.abs(rows["answer"].to_numpy() - y).mean() - np.abs(mended - y).mean()
    assert action.gain.value == pytest.approx(expected)
    assert action.sufficient
    assert "no more than chance" in action.sentence


def test_only_rows_with_the_fault_are_asked_for(rows_by_task, context_of, fault, rng):
    make, asked = rows_by_task["regression"], []

    def spy(frame):
        asked.append(frame)
        return predict(frame)

    repairs(
        context_of(make(rng, 300), broken(make, rng), "performance.mae", faults=[(fault, PART)], predict=spy)
    )
    assert [(frame.height, frame.columns) for frame in asked] == [(60, ["x"])]


def test_without_the_model_the_gain_is_the_faults_part(rows_by_task, context_of, fault, rng):
    make = rows_by_task["regression"]
    context = context_of(make(rng, 300), broken(make, rng), "performance.mae", faults=[(fault, PART)])
    (action,) = repairs(context)
    assert action.gain.value == 4.0
    assert action.gain.interval == pytest.approx((3.0, 5.0))
    assert "pass predict=" in action.changes_if


def test_several_faults_are_repaired_together_too(rows_by_task, context_of, fault, rng):
    make = rows_by_task["regression"]
    context = context_of(
        make(rng, 300), broken(make, rng), "performance.mae", faults=[(fault, PART), (fault, PART)]
    )
    assert next(action.name for action in repairs(context)) == "repair all faults"


def test_a_model_that_answers_too_few_rows_is_refused(rows_by_task, context_of, fault, rng):
    make = rows_by_task["regression"]
    context = context_of(
        make(rng, 300),
        broken(make, rng),
        "performance.mae",
        faults=[(fault, PART)],
        predict=lambda f: np.ones(3),
    )
    with pytest.raises(DataError, match=r"answered 60 rows with an array of shape \(3,\)"):
        repairs(context)


def test_a_gain_of_few_rows_is_not_told(rows_by_task, context_of, fault, rng):
    make = rows_by_task["regression"]
    rows = broken(make, rng, hit=4)
    context = context_of(make(rng, 300), rows, "performance.mae", faults=[(fault, PART)], predict=predict)
    (action,) = repairs(context)
    assert "only 4 rows would be answered otherwise" in action.gain.detail
