from __future__ import annotations

import numpy as np
import polars as pl

from .planted import day, faults_of, some, where


def test_clipped_values_stand_at_the_bound(rng: np.random.Generator) -> None:
    (fault,) = faults_of(rng, where(day(4), pl.col("income").clip(upper_bound=60_000.0)))
    assert (fault.kind, fault.name) == ("truncation", "income clipped at 60,000")
    assert fault.repair is None


def test_texts_are_cut_at_a_length(rng: np.random.Generator) -> None:
    (fault,) = faults_of(rng, where(pl.lit(True), pl.col("note").str.slice(0, 40)))
    assert fault.name == "note cut at 40 characters"


def test_some_rows_clipped_from_below_are_no_default(rng: np.random.Generator) -> None:
    (fault,) = faults_of(rng, where(some(0.5), pl.col("share").clip(lower_bound=0.2)))
    assert fault.name == "share clipped at 0.2"
