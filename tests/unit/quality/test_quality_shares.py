"""Shares of rows: what counts as a value, intervals, weights."""

import numpy as np
import polars as pl
import pytest

from barograph.frames.typed import typed
from barograph.metrics.evaluate import evaluate
from barograph.metrics.intervals import wilson
from barograph.metrics.quality.arrays import column_of, profile_of
from barograph.metrics.quality.distinct import distinct_count, distinct_share
from barograph.metrics.quality.facts import negative_share, out_of_range_share, zero_share
from barograph.metrics.quality.top_share import top_share
from barograph.metrics.quality.unfit import infinite_share, mismatch_share, nan_share, null_share
from barograph.metrics.quality.unseen import beyond_range_share, unseen_share
from barograph.metrics.values import Undefined
from barograph.profile.count import Plan, profile_block
from barograph.profile.learn import learn_grid
from barograph.profile.sketch import DISTINCT_ERROR
from barograph.schema.model import Column, Schema

NAN, INF = float("nan"), float("inf")


def weighted(values, weights, kind="numeric", limits=None):
    schema = Schema(columns=(Column(name="x", kind=kind, range=limits), Column(name="w", role="weight")))
    batch = typed(pl.DataFrame({"x": values, "w": weights}), schema)
    return profile_block(batch, Plan(schema=schema, grid=learn_grid(batch, schema, weighted=True)))


def test_null_nan_infinite_and_mismatched_are_four_things():
    view = column_of([1.0, None, NAN, INF, -INF])
    assert [f(view).value for f in (null_share, nan_share, infinite_share)] == [0.2, 0.2, 0.4]
    assert mismatch_share(column_of(["1", None, "x"])).value == pytest.approx(1 / 3)


def test_the_interval_is_wilsons_over_the_rows():
    assert null_share(column_of([None] + [1.0] * 9)).interval == pytest.approx(wilson(1, 10))


def test_weights_enter_share_and_interval():
    rows = weighted([None, 1.0, 2.0], [2.0, 1.0, 1.0])
    result = evaluate('quality.null_share(column="x")', rows)
    effective = 16 / 6
    assert (result.value, result.n) == (0.5, 3)
    assert result.interval == pytest.approx(wilson(0.5 * effective, effective))


def test_rows_without_weight_are_no_rows():
    result = evaluate('quality.mean(column="x")', weighted([1.0, 2.0], [0.0, 0.0]))
    assert result.reason == "too_few_rows"


def test_a_row_count_is_scaled_and_n_is_not():
    result = evaluate("quality.row_count", weighted([1.0, 2.0], [10.0, 2.5]))
    assert (result.value, result.n) == (12.5, 2)


def test_a_column_of_nulls_has_no_share_of_values():
    view = column_of([None, None], reference=[1.0, 2.0])
    for share in (zero_share, negative_share, beyond_range_share, top_share, distinct_count, distinct_share):
        assert share(view).reason == "too_few_rows"
    assert null_share(view).value == 1.0


def test_zeros_negatives_and_limits_of_weighted_rows_in_one_bin():
    rng = np.random.default_rng(0)
    values, weights = rng.normal(size=5000), rng.integers(1, 4, 5000).astype(float)
    rows = weighted(values, weights, limits=(-1.0, 2.0))
    negative = evaluate('quality.negative_share(column="x")', rows).value
    outside = evaluate('quality.out_of_range_share(column="x")', rows).value
    total = weights.sum()
    assert negative == pytest.approx(weights[values < 0].sum() / total, abs=1 / 256)
    assert outside == pytest.approx(weights[(values < -1) | (values > 2)].sum() / total, abs=2 / 256)


def test_without_a_declared_range_nothing_is_outside_it():
    assert out_of_range_share(column_of([1.0])).reason == "not_applicable"
    assert out_of_range_share(column_of([-5.0, 5.0], limits=(None, 4.0))).value == 0.5


def test_infinities_are_not_beyond_the_range():
    assert beyond_range_share(column_of([INF, 11.0, 5.0], reference=[0.0, 10.0])).value == 0.5


def test_a_reference_without_values_has_no_range():
    view = column_of([1.0], reference=[None, NAN])
    assert beyond_range_share(view).reason == "not_applicable"


def test_more_categories_than_names_leave_nothing_unseen():
    many = [f"c{i}" for i in range(1100)]
    assert unseen_share(column_of(["c1"], kind="categorical", reference=many)).reason == "too_many_categories"


def test_distinct_values_beyond_the_bins_are_estimated_with_their_error():
    values = np.random.default_rng(1).normal(size=30_000)
    result = distinct_count(column_of(values.tolist()))
    assert result.value == pytest.approx(30_000, rel=3 * DISTINCT_ERROR)
    assert result.interval[0] <= result.value <= result.interval[1] <= 30_000


def test_distinct_times_are_not_hours_of_the_week():
    week = ["2024-01-01T00:00:00Z", "2024-01-08T00:00:00Z"]
    assert distinct_count(column_of(week, kind="datetime")).value == 2.0


def test_one_value_beyond_the_range_is_constant():
    view = column_of([1e6] * 5, reference=[0.0, 1.0])
    assert distinct_count(view).value == 1.0
    assert (top_share(view).value, top_share(view).interval[1]) == (1.0, 1.0)


def test_a_stuck_sensor_between_the_bins_shows():
    normal = np.random.default_rng(2).normal(size=4000)
    view = column_of([0.123456] * 60 + normal[:40].tolist(), reference=normal.tolist())
    result = top_share(view)
    assert 0.6 <= result.value < 0.65
    assert result.interval[0] < 0.1, "the bin is wide, so that no value holds a share for certain"


def test_unseen_categories_share_a_bucket_and_are_not_taken_for_one_value():
    view = column_of(["u"] * 3 + ["a"], kind="categorical", reference=["a", "b"])
    low, high = top_share(view).interval
    assert top_share(view).value == 0.75
    assert low < 0.25 < 0.75 < high


def test_duplicates_of_many_rows_are_estimated_within_the_interval():
    values = np.repeat(np.arange(6000.0), np.random.default_rng(3).integers(1, 4, 6000))
    result = evaluate("quality.duplicate_share", profile_of(values.tolist()))
    truth = 1 - 6000 / len(values)
    assert result.interval[0] < truth < result.interval[1]
    assert result.value == pytest.approx(truth, abs=0.03)


def test_columns_that_are_gone_are_counted():
    schema = Schema(columns=(Column(name="a"), Column(name="b")))
    both = typed(pl.DataFrame({"a": [1.0], "b": [1.0]}), schema)
    plan = Plan(schema=schema, grid=learn_grid(both, schema))
    rows = profile_block(typed(pl.DataFrame({"a": [2.0]}), schema), plan)
    assert evaluate("quality.missing_column_count", rows).value == 1.0
    assert evaluate("quality.column_count", rows).value == 1.0


def test_half_of_the_rows_lacking_a_column_are_not_nulls():
    schema = Schema(columns=(Column(name="a"), Column(name="b")))
    both = typed(pl.DataFrame({"a": [1.0, 2.0], "b": [1.0, None]}), schema)
    plan = Plan(schema=schema, grid=learn_grid(both, schema))
    rows = profile_block(both, plan) + profile_block(typed(pl.DataFrame({"a": [3.0, 4.0]}), schema), plan)
    result = evaluate('quality.null_share(column="b")', rows)
    assert (result.value, result.n) == (0.5, 2)
    assert not isinstance(result, Undefined)


def test_no_duplicate_in_a_sample_is_not_none_for_certain():
    result = evaluate("quality.duplicate_share", profile_of(np.arange(6000.0).tolist()))
    assert result.value == 0.0
    low, high = result.interval
    assert low == 0.0
    assert 3 / 1024 < high < 5 / 1024
