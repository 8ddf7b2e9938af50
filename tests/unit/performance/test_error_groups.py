"""The error-bias table: the groups, their means, and how far the ends lie apart."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.metrics.performance.error_groups import error_bias, error_groups
from barograph.metrics.values import Undefined

# Twenty errors from −9.5 to 9.5: one row at each end, the first with x = 8 and the last with x = 2.
ROWS = pl.DataFrame(
    {
        "x": [8.0, *([0.0, 10.0] * 9), 2.0],
        "flat": [1.0] * 20,
        "kind": ["a", *(["b"] * 18), "c"],
        "y": [10.0] * 20,
        "p": [i + 0.5 for i in range(20)],
    }
)


def profile_of(rows: pl.DataFrame, **how: object) -> bg.Profile:
    kinds = {"x": "numeric", "flat": "numeric", "kind": "categorical"}
    schema = bg.Schema.infer(rows, label="y", prediction="p", task="regression", kinds=kinds)
    return bg.profile(rows, schema, **how)


def bias_of(rows: pl.DataFrame, feature: str):
    return next(f for f in error_bias(profile_of(rows)) if f.feature == feature)


def test_range_is_the_distance_of_both_means_over_the_range():
    found = bias_of(ROWS, "x")
    assert found.groups == (5.0, 8.0, 2.0)
    assert found.apart.value == pytest.approx(0.6)
    assert found.apart.n == 2


def test_category_is_told_by_the_most_frequent_and_its_range_by_the_share_that_differs_most():
    found = bias_of(ROWS, "kind")
    assert found.groups == ("b", "a", "c")
    assert found.apart.value == 1.0


def test_widest_apart_comes_first_and_a_constant_last():
    assert [f.feature for f in error_bias(profile_of(ROWS))] == ["kind", "x", "flat"]


def test_equal_rows_count_as_often_as_they_occur():
    both = pl.concat([ROWS, ROWS])
    assert bias_of(both, "x").groups == bias_of(ROWS, "x").groups
    assert bias_of(both, "x").apart.n == 4


def test_interval_holds_the_distance_and_is_welchs_within_its_degrees_of_freedom():
    rng = np.random.default_rng(0)
    error, x = rng.normal(size=1000), rng.normal(size=1000)
    rows = pl.DataFrame({"x": x + (error > 1.5), "flat": x, "kind": ["a"] * 1000, "y": 0.0 * x, "p": error})
    found = bias_of(rows, "x").apart
    low, high = np.quantile(error, (0.05, 0.95))
    values = rows["x"].to_numpy()
    under, over = values[error <= low], values[error >= high]
    spread = np.hypot(under.std(ddof=1) / len(under) ** 0.5, over.std(ddof=1) / len(over) ** 0.5)
    expected = (over.mean() - under.mean() + 2.0096 * spread * np.array([-1, 1])) / np.ptp(values)
    assert found.interval == pytest.approx(tuple(expected), rel=1e-3)


def test_rows_without_a_label_are_in_no_group():
    late = pl.concat([ROWS, ROWS.with_columns(y=pl.lit(None, pl.Float64), x=pl.lit(99.0))])
    assert bias_of(late, "x").groups == (5.0, 8.0, 2.0)


def test_missing_values_of_a_feature_are_left_out():
    holes = ROWS.with_columns(x=pl.when(pl.int_range(20) == 0).then(None).otherwise("x"))
    assert [f.feature for f in error_bias(profile_of(holes))] == ["kind", "flat"]  # no value in one end


def test_profile_without_a_sample_has_no_groups():
    found = error_groups(profile_of(ROWS, sample=False))
    assert isinstance(found, Undefined)
    assert found.reason == "no_sample"


def test_too_few_rows_have_no_ends():
    found = error_groups(profile_of(ROWS.head(19)))
    assert isinstance(found, Undefined)
    assert "the ends of 5 % need 20 sampled rows with a label; there are 19" in found.detail
