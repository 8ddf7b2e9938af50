from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from barograph.demo.bike.rides import TRAINING, WEEKS, Period, load_rides, rows_of
from barograph.demo.bike.run import _AMOUNTS, _CODES
from barograph.errors import GridMismatch
from barograph.explain.faults.find import PRECEDENCE, find_faults

from .planted import CURRENT, day, faults_of, profiled, shop, some, where


def test_sound_rows_have_no_fault(rng: np.random.Generator) -> None:
    assert faults_of(rng, lambda rows: rows) == ()


@pytest.mark.parametrize("rows", [1, 150])
def test_few_sound_rows_have_none(rng: np.random.Generator, rows: int) -> None:
    reference = profiled(shop(rng, 4_000, days=40))
    assert find_faults(reference, profiled(shop(rng, rows, days=3, first=CURRENT), reference)) == ()


@pytest.mark.parametrize(
    "drifted",
    [
        pl.col("income") * 1.5,
        pl.col("share") ** 0.6,
        pl.col("visits") * 2,
        pl.col("visits") + 4,
        pl.col("income") - 9_000.0,
        pl.col("holes") + 30.0,
    ],
    ids=str,
)
def test_drift_and_new_territory_are_no_fault(rng: np.random.Generator, drifted: pl.Expr) -> None:
    assert faults_of(rng, where(some(0.5), drifted)) == ()


def test_weather_is_no_fault() -> None:
    from barograph.api import profile
    from barograph.schema.model import Schema

    rides = load_rides()
    rows = rows_of(rides, TRAINING)
    schema = Schema.infer(rows, timestamp="time", timezone="America/New_York", kinds=_CODES | _AMOUNTS)
    reference = profile(rows, schema, every="1d")

    def found(week: Period) -> int:
        return len(find_faults(reference, profile(rows_of(rides, week), like=reference)))

    assert [found(week) for week in WEEKS] == [0, 0, 0]


def test_faults_come_in_their_order_of_precedence(rng: np.random.Generator) -> None:
    def broken(rows: pl.DataFrame) -> pl.DataFrame:
        scaled = where(some(0.2), pl.col("income") / 1000)(rows)
        return where(day(7), pl.lit(None, dtype=pl.Float64).alias("share"))(scaled)

    kinds = [fault.kind for fault in faults_of(rng, broken)]
    assert kinds == ["nulls", "unit"] == sorted(kinds, key=PRECEDENCE.index)


def test_profiles_on_two_grids_are_refused(rng: np.random.Generator) -> None:
    one, two = (profiled(shop(rng, 500, days=5)) for _ in range(2))
    with pytest.raises(GridMismatch, match="cannot be compared"):
        find_faults(one, two)
