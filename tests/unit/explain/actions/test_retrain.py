"""The model made anew, and judged on rows later than any it learned from."""

import sys

import numpy as np
import polars as pl
import pytest

from barograph.api import profile
from barograph.errors import DataError
from barograph.explain.actions.others import others_than
from barograph.explain.actions.retrain import retrain
from barograph.explain.sampled import sampled_rows
from barograph.schema.model import Schema


def line(frame, labels):
    slope, add = np.polyfit(frame["x"].to_numpy(), labels, 1)
    return lambda given: slope * given["x"].to_numpy() + add


def test_a_new_concept_is_learned(rows_by_task, context_of, rng):
    make = rows_by_task["regression"]
    context = context_of(make(rng, 60), make(rng, 800, slope=1.4, later=True), "performance.mae", fit=line)
    action = retrain(context)
    assert action.gain.interval[0] > 5.0
    assert action.gain.n == 600
    assert "on 600 later rows" in action.sentence


def test_no_row_is_scored_by_a_model_that_knows_a_later_one(rows_by_task, context_of, rng):
    make, seen = rows_by_task["regression"], []
    after = make(rng, 100, later=True)
    order = dict(zip(after["x"], after["t"], strict=True))

    def spy(frame, labels):
        learned = [order[x] for x in frame["x"] if x in order]

        def predict(given):
            seen.append(max(learned) < min(order[x] for x in given["x"]))
            return given["x"].to_numpy()

        return predict

    retrain(context_of(make(rng, 200), after, "performance.mae", fit=spy))
    assert seen == [True, True, True]


def test_earlier_rows_are_learned_from_and_all_current_ones_scored(rows_by_task, profiled, context_of, rng):
    make, sizes = rows_by_task["regression"], []
    reference, current = profiled(make(rng, 200), make(rng, 100, later=True))
    _, between = profiled(make(rng, 200), make(rng, 70, later=True))

    def spy(frame, labels):
        sizes.append(frame.height)
        return line(frame, labels)

    action = retrain(
        context_of(reference, current, "performance.mae", fit=spy, earlier=[sampled_rows(between)])
    )
    assert sizes == [270]
    assert action.gain.n == 100


def test_classes_are_learned_as_zero_and_one(rows_by_task, context_of, rng):
    make, learned = rows_by_task["binary"], set()

    def spy(frame, labels):
        learned.update(labels.tolist())
        return lambda given: np.full(given.height, labels.mean())

    retrain(context_of(make(rng, 200), make(rng, 100, later=True), "performance.log_loss", fit=spy))
    assert learned == {0.0, 1.0}


def test_without_fit_a_stand_in_is_made_and_called_one(rows_by_task, context_of, rng):
    make = rows_by_task["binary"]
    context = context_of(make(rng, 300), make(rng, 400, add=2.0, later=True), "performance.log_loss")
    action = retrain(context)
    assert action.sentence.startswith("Retraining a stand-in (gradient-boosted trees) on 600 rows")
    assert "bring the stand-in itself a gain of" in action.changes_if


def test_too_few_rows_make_no_model(rows_by_task, context_of, rng):
    make = rows_by_task["regression"]
    action = retrain(context_of(make(rng, 20), make(rng, 20, later=True), "performance.mae", fit=line))
    assert "make no model" in action.gain.detail


def test_a_model_that_answers_nothing_is_refused(rows_by_task, context_of, rng):
    make = rows_by_task["regression"]
    context = context_of(
        make(rng, 100),
        make(rng, 100),
        "performance.mae",
        fit=lambda x, y: lambda given: np.full(given.height, np.nan),
    )
    with pytest.raises(DataError, match="25 of 25 rows with no finite number"):
        retrain(context)


def test_without_scikit_learn_the_gain_is_not_known_and_the_extra_is_named(
    rows_by_task, context_of, rng, monkeypatch
):
    make = rows_by_task["regression"]
    monkeypatch.setitem(sys.modules, "sklearn.ensemble", None)
    action = retrain(context_of(make(rng, 100), make(rng, 100), "performance.mae"))
    assert action.gain.reason == "not_applicable"
    assert "pip install 'barograph[ml]', or pass fit=" in action.sentence


def test_rows_the_reference_shares_with_the_current_ones_teach_nothing(rows_by_task, context_of, rng):
    make, learned = rows_by_task["regression"], []
    after = make(rng, 400, later=True)
    both = pl.concat([make(rng, 200), after])

    def spy(frame, labels):
        learned.append(frame.height)
        return line(frame, labels)

    retrain(context_of(both, after, "performance.mae", fit=spy))
    assert learned == [300, 400, 500]


def test_a_model_that_learns_by_heart_gains_nothing_from_shared_rows(rows_by_task, context_of, rng):
    make = rows_by_task["regression"]
    after = make(rng, 400, later=True)

    def by_heart(frame, labels):
        known = dict(zip(frame["x"], labels, strict=True))
        return lambda given: np.array([known.get(x, 1e3) for x in given["x"]])

    action = retrain(context_of(pl.concat([make(rng, 200), after]), after, "performance.mae", fit=by_heart))
    assert action.gain.value < 0.0


def test_columns_of_any_name_tell_rows_apart(rng):
    rows = pl.DataFrame({"^x.*$": rng.normal(size=200), "*": rng.normal(size=200), "y": rng.normal(size=200)})
    rows = rows.with_columns(pl.Series("p", rng.normal(size=200)))
    schema = Schema.infer(rows, label="y", prediction="p", task="regression")
    reference = profile(rows, schema)
    current = profile(rows[:150], like=reference)
    judged, before = sampled_rows(current), sampled_rows(reference)
    assert others_than(judged, before, schema).height == 50
