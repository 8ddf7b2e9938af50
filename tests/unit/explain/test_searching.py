"""Segments are searched for on their own, and found where rows got worse."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.errors import DataError
from barograph.explain.searching import worse_segments
from barograph.schema.model import Column, Schema

SCHEMA = Schema(
    task="regression",
    columns=(
        *(Column(name=f"x{k}") for k in range(4)),
        Column(name="c", kind="categorical"),
        Column(name="p", role="prediction"),
        Column(name="y", role="label"),
    ),
)


def rows(rng: np.random.Generator, n: int, *, worse: float = 0.0) -> pl.DataFrame:
    """Errors with a standard deviation of a half; larger by `worse` where c is b and x2 above 0."""
    x, c = rng.normal(size=(4, n)), rng.choice(list("abcd"), n)
    error = rng.normal(0.0, 0.5, n) + worse * ((c == "b") & (x[2] > 0.0))
    return pl.DataFrame({f"x{k}": x[k] for k in range(4)} | {"c": c, "p": x[0], "y": x[0] + error})


def test_rows_that_got_worse_are_told_by_their_conditions(rng):
    reference = bg.profile(rows(rng, 5_000), SCHEMA)
    (found,) = worse_segments(reference, bg.profile(rows(rng, 3_000, worse=1.5), like=reference), rng=rng)
    assert "c = 'b'" in found.segment
    assert "x2" in found.segment
    assert found.current.value > 2.0 * found.reference.value
    assert "mean absolute error" in found.sentence


def test_rows_that_were_always_hard_are_none(rng):
    reference = bg.profile(rows(rng, 5_000, worse=1.5), SCHEMA)
    current = bg.profile(rows(rng, 3_000, worse=1.5), like=reference)
    assert worse_segments(reference, current, rng=rng) == ()


def test_a_held_out_reference_is_what_is_searched_against(rng):
    reference = bg.profile(rows(rng, 5_000), SCHEMA)
    held_out = bg.profile(rows(rng, 5_000, worse=1.5), like=reference, origin="hold-out")
    current = bg.profile(rows(rng, 3_000, worse=1.5), like=reference)
    assert worse_segments(reference, current, held_out=held_out, rng=rng) == ()
    assert len(worse_segments(reference, current, rng=rng)) == 1


def test_few_rows_are_refused(rng):
    reference = bg.profile(rows(rng, 5_000), SCHEMA)
    with pytest.raises(DataError, match="20 judged rows; an explanation needs 30"):
        worse_segments(reference, bg.profile(rows(rng, 20), like=reference), rng=rng)
