from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

import barograph as bg
from barograph.demo.bike.error_bias import error_bias
from barograph.errors import DataError

# Twenty errors from −9.5 to 9.5: one hour at each end, the first with x = 8 and the last with x = 2.
ROWS = pl.DataFrame(
    {
        "x": [8.0, *([0.0, 10.0] * 9), 2.0],
        "flat": [1.0] * 20,
        "bikers": [10.0] * 20,
        "prediction": [i + 0.5 for i in range(20)],
    }
)


def profile_of(rows: pl.DataFrame, *, sample: bool = True) -> bg.Profile:
    schema = bg.Schema.infer(
        rows,
        label="bikers",
        prediction="prediction",
        task="regression",
        kinds={"x": "numeric", "flat": "numeric"},
    )
    return bg.profile(rows, schema, sample=sample)


def test_range_is_the_distance_of_both_means_over_the_range():
    first = error_bias(profile_of(ROWS))[0]
    assert (first.feature, first.under, first.over) == ("x", 8.0, 2.0)
    assert first.range_ratio == pytest.approx(0.6)


def test_constant_feature_is_nothing_apart():
    assert error_bias(profile_of(ROWS))[-1].range_ratio == 0.0


def test_equal_rows_count_as_often_as_they_occur():
    doubled = error_bias(profile_of(pl.concat([ROWS, ROWS])))
    assert doubled == error_bias(profile_of(ROWS))


def test_left_out_sample_is_refused():
    with pytest.raises(DataError, match="holds 0 of 20 rows; the error-bias table needs them all"):
        error_bias(profile_of(ROWS, sample=False))


def test_sample_of_a_part_is_refused():
    whole = profile_of(ROWS)
    part = replace(whole, sample=profile_of(ROWS.head(19)).sample)
    with pytest.raises(DataError, match="holds 19 of 20 rows"):
        error_bias(part)
