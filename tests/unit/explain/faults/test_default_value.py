from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from .planted import faults_of, some, where


@pytest.mark.parametrize(
    ("column", "value", "name"),
    [
        ("income", -999.0, "income set to −999"),
        ("income", 0.0, "income set to 0"),
        ("share", 0.25, "share set to 0.25"),
        ("visits", 99.0, "visits set to 99"),
    ],
)
def test_one_value_in_some_rows_is_a_default(
    rng: np.random.Generator, column: str, value: float, name: str
) -> None:
    (fault,) = faults_of(rng, where(some(0.03), pl.lit(value).alias(column)))
    assert (fault.kind, fault.name, fault.test.values) == ("default_value", name, (value,))
    assert 140 <= fault.rows <= 220


def test_unknown_in_place_of_a_category_is_a_default(rng: np.random.Generator) -> None:
    (fault,) = faults_of(rng, where(some(0.1), pl.lit("Unknown").alias("channel")))
    assert fault.name == "channel set to 'Unknown'"


def test_more_of_a_usual_count_is_drift(rng: np.random.Generator) -> None:
    assert faults_of(rng, where(some(0.2), pl.lit(3).alias("visits"))) == ()


def test_rounding_to_many_values_sets_no_default(rng: np.random.Generator) -> None:
    assert faults_of(rng, where(pl.lit(True), pl.col("share").round(1))) == ()
