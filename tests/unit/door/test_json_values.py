"""JSON values become the one type that holds them all, however rows are cut."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.server.door.columns import joined, part_of

_VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.integers(2**62, 2**64 - 1), st.floats(allow_nan=False, width=32),
    st.sampled_from(["a", "1", "NaN", "Infinity", "-Infinity"]), st.lists(st.integers(0, 3), max_size=2),
)  # fmt: skip


@pytest.mark.parametrize(
    ("values", "dtype", "held"),
    [
        ([1, None], pl.Int64, [1, None]),
        ([1, 2.5], pl.Float64, [1.0, 2.5]),
        ([True, None], pl.Boolean, [True, None]),
        (["a", None], pl.String, ["a", None]),
        ([None], pl.Null, [None]),
        ([1, "a", 2.5, True], pl.String, ["1", "a", "2.5", "true"]),
        ([2**63, 1], pl.String, ["9223372036854775808", "1"]),
        ([{"a": 1}, [2]], pl.String, ['{"a":1}', "[2]"]),
        (["Infinity", 1, "-Infinity"], pl.Float64, [math.inf, 1.0, -math.inf]),
        (["NaN", "x"], pl.String, ["NaN", "x"]),
    ],
)
def test_values_have_one_type(values: list[object], dtype: pl.DataType, held: list[object]) -> None:
    series = part_of(values).values
    assert series.dtype == dtype
    assert series.to_list() == held


def test_nan_in_words_among_numbers_is_nan() -> None:
    series = part_of(["NaN", 1.5]).values
    assert series.is_nan().to_list() == [True, False]


@given(st.lists(_VALUES, min_size=1, max_size=12), st.integers(1, 11))
def test_how_rows_are_cut_changes_nothing(values: list[object], cut: int) -> None:
    whole = part_of(values).values
    parts = joined([part_of(values[at : at + cut]) for at in range(0, len(values), cut)])
    assert parts.dtype == whole.dtype
    assert parts.equals(whole, null_equal=True)
