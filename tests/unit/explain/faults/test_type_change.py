from __future__ import annotations

import numpy as np
import polars as pl

from .planted import faults_of, some, where


def test_words_among_numbers_are_a_change_of_type(rng: np.random.Generator) -> None:
    def broken(rows: pl.DataFrame) -> pl.DataFrame:
        return where(some(0.05), pl.lit("many").alias("income"))(
            rows.with_columns(pl.col("income").cast(pl.String))
        )

    (fault,) = faults_of(rng, broken)
    assert (fault.kind, fault.name) == ("type_change", "income not a number")
    assert 240 <= fault.rows <= 360
