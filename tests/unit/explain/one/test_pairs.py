import numpy as np
import polars as pl

import barograph as bg

from .conftest import ROLES, explained


def test_values_known_alone_and_never_together_are_a_pair(explain):
    pairs = explain(x=1.2, twin=-1.2).pairs
    assert pairs[0].columns == ("x", "twin")
    assert pairs[0].rows == (120, 120)
    assert pairs[0].expected == 24.0
    assert "come together in none of the reference's sampled rows" in pairs[0].sentence


def test_values_that_come_together_are_none(explain):
    assert explain(x=1.2, twin=1.2).pairs == ()


def test_value_that_is_new_alone_is_in_no_pair(explain):
    assert explain(twin=-50.0).pairs == ()


def test_pair_of_a_category_and_a_number(rng):
    x = rng.normal(size=400)
    rows = pl.DataFrame({"x": x, "g": np.where(x > 0, "high", "low"), "y": x, "p": x})
    found = explained(bg.profile(rows, bg.Schema.infer(rows, **ROLES)), {"x": 1.0, "g": "low"})
    assert found.pairs[0].columns in (("x", "g"), ("g", "x"))
    assert "g 'low'" in found.pairs[0].sentence


def test_few_rows_say_nothing_of_pairs(rng):
    x = rng.normal(size=40)
    rows = pl.DataFrame({"x": x, "twin": x, "y": x, "p": x})
    reference = bg.profile(rows, bg.Schema.infer(rows, **ROLES))
    assert explained(reference, {"x": 1.0, "twin": -1.0}).pairs == ()
