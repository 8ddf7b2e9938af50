"""The error along a feature, from cross tables, against the rows themselves."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy import stats

import barograph as bg
from barograph.metrics.performance.error_by_feature import error_by_feature, explained
from barograph.metrics.values import Undefined

RNG = np.random.default_rng(4)
N = 4000
X = RNG.normal(size=N)
GROUP = RNG.choice(["a", "b", "c"], N)
ROWS = pl.DataFrame({"x": X, "group": GROUP, "y": X + RNG.normal(size=N), "p": X + 0.5 * (GROUP == "b")})
SCORE = 1 / (1 + np.exp(-X))
CLASSES = pl.DataFrame({
    "x": X, "group": GROUP, "score": SCORE, "p": np.where(SCORE > 0.5, "yes", "no"),
    "y": np.where(RNG.random(N) < SCORE, "yes", "no"),
})  # fmt: skip


def regression(rows: pl.DataFrame = ROWS, **how: object) -> bg.Profile:
    return bg.profile(rows, bg.Schema.infer(rows, label="y", prediction="p", task="regression"), **how)


def binary(rows: pl.DataFrame = CLASSES) -> bg.Profile:
    roles = {"label": "y", "prediction": "p", "score": "score", "positive": "yes", "task": "binary"}
    return bg.profile(rows, bg.Schema.infer(rows, **roles))


def named(bins, name):
    return next(b for b in bins if b.name == name)


@pytest.mark.parametrize(("measure", "of"), [("bias", lambda e: e), ("error", np.abs)])
def test_mean_and_interval_of_a_category_are_students(measure, of):
    found = named(error_by_feature(regression(), "group", measure=measure), "b").error
    errors = of((ROWS["p"] - ROWS["y"]).to_numpy()[GROUP == "b"])
    expected = stats.t.interval(0.95, len(errors) - 1, errors.mean(), stats.sem(errors))
    assert found.value == pytest.approx(errors.mean(), rel=1e-4)
    assert found.interval == pytest.approx(expected, rel=1e-3)


def test_share_of_wrong_answers_has_wilsons_interval():
    found = named(error_by_feature(binary(), "group"), "a").error
    wrong = (CLASSES["p"] != CLASSES["y"]).to_numpy()[GROUP == "a"]
    expected = stats.binomtest(int(wrong.sum()), len(wrong)).proportion_ci(method="wilson")
    assert found.value == pytest.approx(wrong.mean())
    assert found.interval == pytest.approx((expected.low, expected.high))


def test_bias_of_a_score_is_its_mean_less_the_share_of_positives():
    found = named(error_by_feature(binary(), "group", measure="bias"), "c").error
    held = GROUP == "c"
    expected = SCORE[held].mean() - (CLASSES["y"].to_numpy()[held] == "yes").mean()
    assert found.value == pytest.approx(expected, abs=1e-5)


def test_bins_of_a_number_hold_all_rows_and_what_lies_beyond():
    reference = regression()
    moved = bg.profile(ROWS.with_columns(pl.col("x") + 3), like=reference)
    bins = error_by_feature(moved, "x")
    assert sum(b.rows for b in bins) == N
    assert named(bins, "above the range").rows == (X.max() < X + 3).sum()
    assert [b.name for b in bins] == [b.name for b in error_by_feature(reference, "x")]


def test_integers_are_named_without_an_end_they_do_not_hold(rng):
    rows = ROWS.with_columns(x=pl.Series(rng.integers(0, 24, N)))
    schema = bg.Schema.infer(rows, label="y", prediction="p", task="regression", kinds={"x": "numeric"})
    names = [b.name for b in error_by_feature(bg.profile(rows, schema), "x") if b.rows]
    assert names[0].startswith("0 to ")
    assert names[-1].endswith(" to 23")


def test_column_without_values_has_one_bin_and_its_nulls():
    rows = ROWS.with_columns(x=pl.lit(None, pl.Float64))
    assert [(b.name, b.rows) for b in error_by_feature(regression(rows), "x") if b.rows] == [("null", N)]


def test_feature_in_which_the_error_differs_is_explained_most():
    bins = {f: error_by_feature(regression(), f, measure="bias") for f in ("x", "group")}
    assert explained(bins["group"]) > 50 > explained(bins["x"])


def test_weighted_rows_are_refused():
    rows = ROWS.with_columns(w=pl.lit(2.0))
    schema = bg.Schema.infer(rows, label="y", prediction="p", task="regression", weight="w")
    found = error_by_feature(bg.profile(rows, schema), "x")
    assert isinstance(found, Undefined)
    assert "cross tables count rows" in found.detail


def test_column_that_is_no_feature_is_refused():
    assert error_by_feature(regression(), "p").reason == "not_applicable"
