from __future__ import annotations

import numpy as np
import polars as pl

from .planted import day, faults_of, some


def test_rows_that_came_twice_are_counted_once_too_often(rng: np.random.Generator) -> None:
    (fault,) = faults_of(rng, lambda rows: pl.concat([rows, rows.filter(day(7) & some(0.2))]))
    assert (fault.kind, fault.name, fault.column) == ("duplicates", "rows repeated", None)
    assert 450 <= fault.rows <= 750


def test_the_rows_counts_tell_which(rng: np.random.Generator) -> None:
    (fault,) = faults_of(rng, lambda rows: pl.concat([rows, rows.filter(some(0.2))]))
    assert fault.hits(pl.DataFrame({"share": [0.1, 0.2]}), np.array([1.0, 2.0])).tolist() == [False, True]
