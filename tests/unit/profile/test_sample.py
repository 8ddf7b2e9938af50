"""The coordinated sample: the same ids wherever rows meet, whatever their order."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.profile.sample import SIZE
from barograph.schema.model import Column, Schema

BY_ID = Schema(columns=(Column(name="x"), Column(name="id", role="id", kind="categorical")))
BY_VALUE = Schema(columns=(Column(name="x"),))


def frame(start: int, stop: int) -> pl.DataFrame:
    return pl.DataFrame({"x": np.sqrt(np.arange(start, stop, dtype=np.float64)), "id": range(start, stop)})


def test_few_rows_are_all_kept():
    assert bg.profile(frame(0, 100), BY_ID).sample.height == 100


def test_many_rows_are_cut_to_size():
    assert bg.profile(frame(0, 20_000), BY_ID).sample.height == SIZE


def test_equal_rows_are_one_with_their_number():
    sample = bg.profile(pl.DataFrame({"x": [1.0, 2.0, 1.0, 1.0]}), BY_VALUE).sample
    assert sorted(zip(sample.rows["x"].to_list(), sample.counts.to_list(), strict=True)) == [
        (1.0, 3),
        (2.0, 1),
    ]


def test_the_sample_is_of_the_whole_whatever_the_parts():
    whole = bg.profile(frame(0, 12_000), BY_ID)
    parts = [bg.profile(frame(i, i + 3_000), like=whole) for i in range(0, 12_000, 3_000)]
    added = parts[2] + parts[0] + parts[3] + parts[1]
    assert added.sample.frame.equals(whole.sample.frame)


def test_the_same_ids_are_in_wherever_their_values_go():
    one = bg.profile(frame(0, 20_000), BY_ID)
    other = bg.profile(frame(0, 20_000).with_columns(pl.col("x") * 2), like=one)
    assert one.sample.frame["\x00barograph key"].equals(other.sample.frame["\x00barograph key"])


def test_it_is_uniform():
    x = bg.profile(pl.DataFrame({"x": np.arange(100_000.0)}), BY_VALUE).sample.rows["x"]
    assert x.mean() == pytest.approx(50_000, abs=4 * 100_000 / np.sqrt(12 * SIZE))


def test_it_can_be_switched_off():
    none = bg.profile(frame(0, 10), BY_ID, sample=False)
    assert none.sample is None
    assert (none + bg.profile(frame(0, 10), like=none)).sample is None


def test_rows_far_fewer_than_their_repeats():
    rows = pl.DataFrame({"x": np.arange(100_000) % 50}).cast(pl.Float64)
    sample = bg.profile(rows, BY_VALUE).sample
    assert sample.counts.to_list() == [2000] * 50
