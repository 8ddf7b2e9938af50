from __future__ import annotations

import numpy as np
import polars as pl

from .planted import day, faults_of, where


def test_times_five_hours_later_are_rotated(rng: np.random.Generator) -> None:
    (fault,) = faults_of(rng, where(day(7), pl.col("ordered") + pl.duration(hours=5)))
    assert (fault.kind, fault.name) == ("timezone", "ordered 5 hours later")
    assert fault.repair is not None
    assert fault.repair.hours == -5.0


def test_so_is_an_hour_column_and_its_repair_passes_midnight(rng: np.random.Generator) -> None:
    (fault,) = faults_of(rng, where(pl.lit(True), (pl.col("hour") + 21) % 24))
    assert fault.name == "'hour' 3 hours earlier"
    repaired = fault.repaired(pl.DataFrame({"hour": [22.0]}))
    assert repaired is not None
    assert repaired["hour"].to_list() == [1.0]


def test_busier_evenings_are_a_habit(rng: np.random.Generator) -> None:
    evening = (pl.col("id").hash(seed=2) % 4 == 0).alias("chosen")
    assert faults_of(rng, where(evening, pl.lit(20).alias("hour"))) == ()
