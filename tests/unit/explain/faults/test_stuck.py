from __future__ import annotations

import numpy as np
import polars as pl

from .planted import day, faults_of, where


def test_a_sensor_that_shows_one_value_from_a_day_on_is_stuck(rng: np.random.Generator) -> None:
    (fault,) = faults_of(rng, where(day(7), pl.lit(0.3125).alias("share")))
    assert (fault.kind, fault.name) == ("stuck", "share stuck at 0.3125")


def test_a_count_is_stuck_where_it_never_stood_still_for_a_day(rng: np.random.Generator) -> None:
    (fault,) = faults_of(rng, where(day(5) & ~day(7), pl.lit(3).alias("visits")))
    assert fault.name == "visits stuck at 3"


def test_so_is_a_category(rng: np.random.Generator) -> None:
    faults = faults_of(rng, where(day(7), pl.lit("branch").alias("channel")))
    assert [fault.name for fault in faults] == ["channel stuck at 'branch'"]
