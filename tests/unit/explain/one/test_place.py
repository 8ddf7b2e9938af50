import math
from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.explain.one.place import places_of
from barograph.frames.row import typed_row
from barograph.schema.model import Column


def place(values, value, *, now=None, **how):
    """Where one value of a column stands."""
    schema = bg.Schema(columns=(Column(name="x", **how),))
    before = bg.profile(pl.DataFrame({"x": values}, strict=False), schema)
    after = None if now is None else bg.profile(pl.DataFrame({"x": now}, strict=False), like=before).total()
    return places_of(before.total(), after, typed_row({"x": value}, schema), ["x"])[0]


def test_quantile_is_the_share_of_rows_below_and_half_of_equal_ones():
    found = place([1.0, 2.0, 2.0, 2.0, 5.0, 9.0, 9.0, 9.0], 2.0)
    assert found.quantile == (1 + 3 / 2) / 8
    assert (found.rows, found.share) == (3, 3 / 8)


def test_quantile_of_many_values_is_theirs_to_a_bin(rng):
    x = rng.normal(size=5000)
    assert place(x, 0.7).quantile == pytest.approx((x < 0.7).mean(), abs=1 / 256)


def test_value_beyond_all_rows_says_how_far_in_widths_of_their_range():
    found = place([0.0, 2.0, 4.0], 10.0)
    assert (found.status, found.quantile, found.beyond) == ("above", 1.0, 1.5)
    assert found.sentence == "x 10 is higher than in all 3 rows of the reference, whose highest is 4."


def test_value_below_all_rows():
    assert place([0.0, 2.0, 4.0], -1.0).status == "below"


def test_rows_added_beyond_the_grid_are_not_exceeded():
    schema = bg.Schema(columns=(Column(name="x"),))
    first = bg.profile(pl.DataFrame({"x": [0.0, 0.1, 0.3]}), schema)
    both = first + bg.profile(pl.DataFrame({"x": [0.66]}), like=first)
    found = places_of(both.total(), None, typed_row({"x": 0.66}, schema), ["x"])[0]
    assert (found.status, found.rows) == ("seen", 1)


def test_value_between_the_reference_s_is_never_seen():
    found = place([1.0, 1.0, 3.0, 3.0, 3.0], 2.0)
    assert found.status == "never_seen"
    assert "which has 1 and then 3" in found.sentence


def test_new_value_of_a_column_of_single_values_is_not_unusual():
    assert place([f"id {i}" for i in range(40)], "id 99", kind="categorical").usual == 1.0


def test_new_category_of_a_column_of_few_is_as_unusual_as_can_be():
    found = place(["a", "b"] * 20, "c", kind="categorical")
    assert (found.status, found.usual) == ("never_seen", 1 / 41)


def test_rare_category_is_as_unusual_as_all_that_are_rarer():
    found = place(["a"] * 90 + ["b"] * 8 + ["c"] * 2, "b", kind="categorical")
    assert found.usual == (8 + 2 + 1) / 101
    assert "8 (8 %) of the 100 rows" in found.sentence


def test_missing_value_is_told_with_the_share_of_missing_ones():
    found = place([1.0, None, 2.0, 3.0], None)
    assert (found.status, found.rows) == ("missing", 1)
    assert found.sentence == "x is missing as in 1 (25 %) of the 4 rows of the reference."


def test_infinite_value_is_no_number():
    assert place([1.0, 2.0], math.inf).status == "not_finite"


def test_text_is_told_by_its_length_and_not_shown():
    found = place(["ab", "abc", "abcd"], "a secret", kind="text")
    assert (found.status, found.value) == ("above", 8.0)
    assert (
        found.sentence
        == "x, a text of 8 characters, is longer than in all 3 rows of the reference, whose longest is 4."
    )


def test_datetime_is_told_by_its_hour_of_the_week():
    monday = datetime(2024, 1, 1, 9)
    found = place(
        [monday + timedelta(weeks=i) for i in range(9)], datetime(2025, 3, 3, 9, 30), kind="datetime"
    )
    assert found.sentence == "x on a Monday from 09:00 is in all 9 rows of the reference."


def test_share_of_current_rows_is_taken_in_the_same_direction():
    assert place([1.0, 2.0, 3.0], 4.0, now=[1.0, 4.0, 5.0, 6.0]).current == 0.75
    assert place([1.0, 2.0, 3.0], 0.0, now=[-1.0, 0.0, 5.0, 6.0]).current == 0.5


def test_share_of_current_rows_with_a_category():
    assert place(["a", "b"], "c", now=["c", "c", "a", "b"], kind="categorical").current == 0.5


def test_value_outside_the_declared_range_is_said_to_be():
    assert "outside the range the schema declares" in place([1.0, 200.0], 150.0, range=(0.0, 120.0)).sentence


def test_most_unusual_comes_first(rng):
    rows = pl.DataFrame({"a": rng.normal(size=300), "b": rng.normal(size=300)})
    schema = bg.Schema.infer(rows)
    before = bg.profile(rows, schema).total()
    for values, order in (({"a": 0.0, "b": 9.0}, ["b", "a"]), ({"a": 50.0, "b": 9.0}, ["a", "b"])):
        row = typed_row(values, schema)
        assert [p.column for p in places_of(before, None, row, ["a", "b"])] == order


def test_nothing_finite_in_the_reference():
    assert place(np.array([np.nan, np.nan]), 1.0).status == "never_seen"
