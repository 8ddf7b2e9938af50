import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.explain.one.fates import mean_of
from barograph.metrics.values import Undefined

from .conftest import BINARY, ROLES, explained, made


def judged(rng):
    """Rows of a calibrated score, answered at one half."""
    rows = made(rng, 400)
    score = 1.0 / (1.0 + np.exp(-rows["p"].to_numpy()))
    said = np.array(["no", "yes"])
    return rows.select("x", "z").with_columns(
        score=score,
        answer=said[(score > 0.5).astype(int)],
        outcome=said[(rng.random(400) < score).astype(int)],
    )


def test_like_rows_are_the_nearest_and_their_loss_is_averaged(rng):
    x = np.arange(200.0)
    rows = pl.DataFrame({"x": x, "p": x, "y": x + np.where(x < 100.0, 1.0, 9.0)})
    found = explained(bg.profile(rows, bg.Schema.infer(rows, **ROLES)), {"x": 150.2}).likes[0]
    assert [row.values["x"] for row in found.nearest] == [150.0, 151.0, 149.0, 152.0, 148.0]
    assert (found.rows, found.loss.value, found.all_rows.value) == (30, 9.0, 5.0)
    assert found.nearest[0].loss == 9.0
    assert "more than the 5 of all the reference's rows; they were under-estimated, by 9" in found.sentence


def test_rows_of_the_current_side_are_told_beside_the_reference_s(explain, current):
    reference, now = explain(x=2.0, twin=2.0, current=current).likes
    assert (reference.side, now.side) == ("reference", "current")
    assert now.error.interval[1] < 0.0
    assert now.loss.value > reference.loss.value


def test_row_among_the_current_ones_is_not_its_own_like(reference):
    rows = pl.DataFrame({"x": np.arange(50.0) / 9.0, "z": 0.0, "twin": 0.0, "g": "a", "p": 0.0, "y": 0.0})
    current = bg.profile(rows, like=reference)
    found = explained(reference, rows.row(7, named=True), current=current).likes[1]
    assert found.nearest[0].distance > 0.0


def test_rows_none_of_which_is_near_are_said_not_to_be(explain):
    assert "nearest to it, none of them near, have" in explain(x=40.0, twin=40.0).likes[0].sentence


def test_reference_without_answers_has_likes_without_fates(rng):
    rows = pl.DataFrame({"x": rng.normal(size=50)})
    found = explained(bg.profile(rows, bg.Schema.infer(rows)), {"x": 0.0}).likes[0]
    assert isinstance(found.loss, Undefined)
    assert len(found.nearest) == 5
    assert "is not known" in found.sentence


def test_task_whose_rows_have_no_loss_says_so(rng):
    rows = made(rng, 60).select("x", query=pl.lit("q"), score="p", y=pl.lit(1))
    schema = bg.Schema.infer(rows, label="y", score="score", task="ranking", roles={"query": "group"})
    found = explained(bg.profile(rows, schema), {"x": 0.0}).likes[0]
    assert "a single row of a ranking task has no loss" in found.sentence


def test_scored_rows_are_judged_by_log_loss(rng):
    rows = judged(rng)
    found = explained(bg.profile(rows, bg.Schema.infer(rows, **BINARY)), rows.row(3, named=True))
    score = rows["score"][3] if rows["outcome"][3] == "yes" else 1.0 - rows["score"][3]
    assert found.measure == "log_loss"
    assert found.loss == pytest.approx(-np.log(score))


def test_classes_are_judged_by_right_and_wrong(rng):
    rows = judged(rng).drop("score")
    reference = bg.profile(rows, bg.Schema.infer(rows, label="outcome", prediction="answer", positive="yes"))
    found = explained(reference, rows.row(3, named=True) | {"answer": "no", "outcome": "yes"})
    wrong = (rows["answer"] != rows["outcome"]).mean()
    assert found.loss == 1.0
    assert found.likes[0].all_rows.value == pytest.approx(wrong)
    assert "The answer is wrong" in found.verdict


def test_mean_counts_each_row_as_often_as_it_stands_for_rows():
    found = mean_of(np.array([1.0, np.nan, 4.0]), np.array([2.0, 5.0, 1.0]))
    assert (found.value, found.n) == (2.0, 3)
