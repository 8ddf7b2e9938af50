"""Windows added up are those of a profile made with the longer ones, byte for byte."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import barograph as bg
from barograph.errors import GridMismatch
from barograph.profile.coarser import coarser
from barograph.profile.value import Profile
from barograph.schema.model import Column, Schema

HALF_YEAR_US = 183 * 86_400_000_000
#: Every pair fits: the shorter, the longer.
FITTING = [
    ("1h", "1d"),
    ("15m", "6h"),
    ("1h", "1mo"),
    ("1d", "1w"),
    ("1d", "3d"),
    ("1d", "1mo"),
    ("5m", "5m"),
]


def profiled(seed: int, timezone: str, every: str) -> tuple[pl.DataFrame, Profile]:
    drawn = np.random.default_rng(seed)
    times = drawn.integers(0, HALF_YEAR_US, 200) + 1_700_000_000_000_000
    rows = pl.DataFrame(
        {
            "t": pl.Series(times).cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
            "x": drawn.choice(np.array([1.0, 2.5, None, np.nan, 1e9], object), 200).tolist(),
            "c": drawn.choice(["a", "b", "new"], 200),
            "y": drawn.normal(size=200),
            "p": drawn.normal(size=200),
        },
        schema_overrides={"x": pl.Float64},
    )
    columns = (
        Column(name="t", role="timestamp", kind="datetime"),
        Column(name="x"),
        Column(name="c", kind="categorical"),
        Column(name="y", role="label"),
        Column(name="p", role="prediction"),
    )
    schema = Schema(columns=columns, task="regression", timezone=timezone)
    reference = bg.profile(rows[:80], schema, every=every, by=["c"])
    return rows, reference


@given(
    pair=st.sampled_from(FITTING),
    timezone=st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "America/Sao_Paulo"]),
    seed=st.integers(0, 1000),
)
def test_longer_windows_are_sums_of_shorter_ones(pair, timezone, seed):
    shorter, longer = pair
    rows, reference = profiled(seed, timezone, shorter)
    added = coarser(bg.profile(rows, like=reference, every=shorter, cross_tables=True), longer)
    assert added == bg.profile(rows, like=reference, every=longer, cross_tables=True)


@pytest.mark.parametrize(("shorter", "longer"), [("1w", "1mo"), ("6h", "1h"), ("4h", "6h"), ("2d", "1w")])
def test_windows_that_do_not_fit_are_refused(shorter, longer):
    rows, reference = profiled(1, "UTC", shorter)
    with pytest.raises(
        GridMismatch, match=f"windows of {shorter} cannot be added up into windows of {longer}"
    ):
        coarser(bg.profile(rows, like=reference), longer)
