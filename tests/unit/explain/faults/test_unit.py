from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from barograph.explain.faults.find import find_faults
from barograph.explain.faults.tried import profiles_of

from .planted import CURRENT, day, faults_of, profiled, shop, some, where


@pytest.mark.parametrize(
    ("column", "factor", "words"),
    [
        ("income", 1 / 1000, "divided by 1,000"),
        ("income", 100.0, "multiplied by 100"),
        ("income", -1.0, "with the other sign"),
        ("share", 100.0, "multiplied by 100"),
    ],
)
def test_the_factor_is_found_in_one_row_of_twenty(
    rng: np.random.Generator, column: str, factor: float, words: str
) -> None:
    (fault,) = faults_of(rng, where(some(0.05), pl.col(column) * factor))
    assert (fault.kind, fault.name) == ("unit", f"{column} {words}")
    assert 240 <= fault.rows <= 360


def test_inches_in_centimetres_are_found_where_all_rows_are(rng: np.random.Generator) -> None:
    (fault,) = faults_of(rng, where(day(7), pl.col("income") * 2.54))
    assert fault.name == "income multiplied by 2.54, as inches in centimetres"


def test_degrees_are_found_where_values_are_temperatures(rng: np.random.Generator) -> None:
    celsius = rng.normal(15.0, 6.0, 3_000)
    (fault,) = find_faults(*profiles_of(celsius, rng.normal(15.0, 6.0, 2_000) * 1.8 + 32.0))
    assert fault.name == "x in °F rather than °C"


def test_in_one_segment_only_it_is_found_in_the_segment(rng: np.random.Generator) -> None:
    (fault,) = faults_of(rng, where(pl.col("channel") == "web", pl.col("income") * 2.54))
    assert fault.test.within == ("channel", "web")
    assert "all with channel=web" in fault.evidence


def test_the_repair_gives_the_values_back(rng: np.random.Generator) -> None:
    reference, sound = profiled(shop(rng, 12_000, days=40)), shop(rng, 1_500, days=14, first=CURRENT)
    current = profiled(where(pl.col("channel") == "web", pl.col("income") / 1000)(sound), reference)
    (fault,) = find_faults(reference, current)
    assert current.sample is not None
    repaired = fault.repaired(current.sample.rows)
    assert repaired is not None
    np.testing.assert_allclose(sorted(repaired["income"]), sorted(sound["income"]), rtol=1e-12)


@pytest.mark.parametrize("factor", [1.3, 2.0, 4.0])
def test_a_growth_by_another_factor_is_drift(rng: np.random.Generator, factor: float) -> None:
    assert faults_of(rng, where(pl.lit(True), pl.col("income") * factor)) == ()


def test_one_value_beyond_the_range_is_no_change_of_unit(rng: np.random.Generator) -> None:
    (fault,) = faults_of(rng, where(some(0.05), pl.lit(33_000_000.0).alias("income")))
    assert fault.kind == "default_value"
