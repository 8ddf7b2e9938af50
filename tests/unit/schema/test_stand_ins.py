from __future__ import annotations

import polars as pl
import pytest

from barograph.frames.typed import typed
from barograph.schema.infer import Told, infer
from barograph.schema.kinds import settle


def test_minus_one_beside_counts_is_noticed():
    assert "-1 in 2 rows, the only negative value" in settle(pl.Series([-1, 0, 1, 2, 3] * 2)).reason


@pytest.mark.parametrize(
    "values",
    [
        [-1, 0, 1] * 9,  # what they say: down, same, up
        [-1, 0, 1, 2, 3] + [4] * 200,  # less than one in a hundred
        [-2, -1, 0, 1, 2, 3] * 9,  # not the only negative value
    ],
)
def test_minus_one_that_may_mean_what_it_says_is_not(values):
    assert "null_values" not in settle(pl.Series(values)).reason


@pytest.mark.parametrize("column", [["-1", "2.5", "-1.0", "4"], [-1.0, 2.5, -1.0, 4.0]])
def test_a_value_that_means_missing_is_null_whatever_its_type(column):
    frame = pl.DataFrame({"x": column})
    schema = infer(frame, Told(kinds={"x": "numeric"}, null_values={"x": [-1]}))
    assert schema.column("x").null_values == ("-1",)
    assert typed(frame, schema).frame["x"].to_list()[:3] == [None, 2.5, None]


def test_kinds_are_settled_without_values_that_mean_missing():
    flags = pl.DataFrame({"x": [0, 1, 1, -1] * 5})
    assert infer(flags).column("x").kind == "numeric"
    assert infer(flags, Told(null_values={"x": ["-1"]})).column("x").kind == "categorical"
