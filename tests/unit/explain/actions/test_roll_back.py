"""What another version would have answered to the same rows."""

import polars as pl
import pytest

from barograph.api import profile
from barograph.explain.actions.roll_back import roll_backs


def versions(make, rng):
    """The new version adds 3 to every answer; the old one does not."""
    rows = make(rng, 150, later=True)
    return make(rng, 200), rows.with_columns(answer=pl.col("answer") + 3.0), rows


def test_rows_of_one_id_are_compared_with_each_other(rows_by_task, profiled, context_of, rng):
    before, new, old = versions(rows_by_task["regression"], rng)
    reference, current = profiled(before, new)
    context = context_of(reference, current, "performance.mse", versions={"v1": profile(old, like=reference)})
    (action,) = roll_backs(context)
    error = old["answer"] - old["y"]
    assert action.gain.value == pytest.approx(((error + 3.0) ** 2).mean() - (error**2).mean())
    assert "150 rows that both answered" in action.sentence
    assert action.sufficient


def test_a_paired_gain_is_surer_than_that_of_two_sets_of_rows(rows_by_task, profiled, context_of, rng):
    before, new, old = versions(rows_by_task["regression"], rng)
    reference, current = profiled(before, new)
    shifted = old.with_columns(id=pl.col("id") + 100_000)
    both = {"same": profile(old, like=reference), "others": profile(shifted, like=reference)}
    same, others = roll_backs(context_of(reference, current, "performance.mae", versions=both))
    widths = [a.gain.interval[1] - a.gain.interval[0] for a in (same, others)]
    assert widths[0] < widths[1]
    assert same.gain.value == pytest.approx(others.gain.value)
    assert "not the current ones" in others.sentence


def test_a_version_without_labels_is_said_to_be_unknown(rows_by_task, profiled, context_of, rng):
    before, new, old = versions(rows_by_task["regression"], rng)
    reference, current = profiled(before, new)
    blank = profile(old.with_columns(y=pl.lit(None, pl.Float64)), like=reference)
    (action,) = roll_backs(context_of(reference, current, "performance.mae", versions={"v1": blank}))
    assert action.gain.reason == "no_labels"
    assert "not known" in action.sentence
