"""All actions in the order in which they are advised."""

import polars as pl
import pytest

from barograph.explain.actions.actions import actions_of
from barograph.metrics.values import Value


def line(frame, labels):
    return lambda given: given["x"].to_numpy()


def logged(frame, labels):
    return lambda given: 1.0 / (1.0 + 2.718281828 ** -given["x"].to_numpy())


def test_nothing_comes_first_where_no_change_is_shown(rows_by_task, context_of, rng):
    make = rows_by_task["regression"]
    found = actions_of(context_of(make(rng, 400), make(rng, 300, later=True), "performance.mae", fit=line))
    assert found[0].action == "nothing"
    assert found[0].sufficient
    assert "is not shown" in found[0].sentence


def test_a_repair_that_suffices_comes_before_maps_and_models(rows_by_task, context_of, fault, rng):
    make = rows_by_task["regression"]
    rows = make(rng, 300, later=True)
    x = pl.when(pl.int_range(300) < 90).then(pl.col("x") / 1000.0).otherwise(pl.col("x"))
    context = context_of(
        make(rng, 400), rows.with_columns(x=x, answer=x), "performance.mae", fit=line,
        faults=[(fault, Value(value=1.0, n=90, interval=(0.9, 1.1)))], predict=lambda frame: frame["x"].to_numpy(),
    )  # fmt: skip
    found = actions_of(context)
    assert next(a.action for a in found) == "repair"
    assert found[0].sufficient
    assert not next(a for a in found if a.action == "nothing").sufficient
    assert all("data fault" in a.changes_if for a in found if a.action == "recalibrate")


def test_sufficient_actions_come_by_cost_and_the_others_by_gain(rows_by_task, context_of, rng):
    make = rows_by_task["regression"]
    found = actions_of(
        context_of(make(rng, 400), make(rng, 300, add=9.0, later=True), "performance.mae", fit=line)
    )
    assert found[0].action == "recalibrate"
    rest = [a.gain.value for a in found if not a.sufficient and isinstance(a.gain, Value)]
    assert rest == sorted(rest, reverse=True)


def test_labels_are_asked_for_where_few_rows_hide_the_change(rows_by_task, context_of, rng):
    make = rows_by_task["regression"]
    context = context_of(make(rng, 400), make(rng, 12, later=True), "performance.mae", fit=line)
    found = {a.action: a for a in actions_of(context)}
    assert "more labelled rows would halve the interval" in found["collect_labels"].sentence


def test_labels_are_not_asked_for_where_many_rows_show_no_change(rows_by_task, context_of, rng):
    make = rows_by_task["regression"]
    context = context_of(make(rng, 2000), make(rng, 2000, later=True), "performance.mae", fit=line)
    assert "collect_labels" not in {a.action for a in actions_of(context)}


def test_a_threshold_is_moved_for_answers_not_for_scores(rows_by_task, context_of, rng):
    make = rows_by_task["binary"]
    rows = make(rng, 400), make(rng, 600, add=2.0, later=True)
    kinds = [
        {a.action for a in actions_of(context_of(*rows, m, fit=logged))}
        for m in ("performance.f1", "performance.brier")
    ]
    assert "move_threshold" in kinds[0]
    assert "move_threshold" not in kinds[1]


@pytest.mark.parametrize("metric", ["performance.accuracy", "performance.roc_auc", "performance.log_loss"])
def test_every_gain_is_within_its_interval_and_every_action_says_what_changes_it(
    metric, rows_by_task, context_of, rng
):
    make = rows_by_task["binary"]
    for action in actions_of(
        context_of(make(rng, 300), make(rng, 300, add=1.0, later=True), metric, fit=logged)
    ):
        assert action.sentence.endswith(".")
        assert action.changes_if.endswith(".")
        if isinstance(action.gain, Value):
            assert action.gain.interval[0] <= action.gain.value <= action.gain.interval[1]


def test_the_same_rows_give_the_same_advice(rows_by_task, context_of, rng):
    make = rows_by_task["binary"]
    rows = make(rng, 300), make(rng, 300, add=1.0, later=True)
    first, second = (actions_of(context_of(*rows, "performance.f1", fit=logged)) for _ in range(2))
    assert first == second


def test_what_takes_most_of_the_change_comes_before_labels(rows_by_task, context_of, rng, monkeypatch):
    monkeypatch.setitem(actions_of.__globals__, "_is_uncertain", lambda *_: True)
    make, odd = rows_by_task["regression"], pl.col("x").cast(pl.Int64) % 2 * 60.0 - 30.0
    rows = make(rng, 300, later=True).with_columns(y=pl.col("y") + odd)

    def nearly(frame, labels):
        return lambda given: given.select(pl.col("x") + odd + 1.5)["x"].to_numpy()

    found = [a.action for a in actions_of(context_of(make(rng, 2000), rows, "performance.mae", fit=nearly))]
    assert found[:2] == ["retrain", "collect_labels"]
