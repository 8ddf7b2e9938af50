"""Rows of a model whose input and error change after some quiet days."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl

ROWS = 120
START = datetime(2024, 3, 1)


def rows(rng: np.random.Generator, days: int, *, quiet: int, start: datetime = START) -> pl.DataFrame:
    """So many days of rows, 120 a day."""
    n = days * ROWS
    moved = np.arange(n) >= quiet * ROWS
    x = rng.normal(size=n) + 1.5 * moved
    return pl.DataFrame(
        {
            "ts": [start + timedelta(minutes=12 * i) for i in range(n)],
            "x": x,
            "country": np.where(rng.random(n) < 0.5, "DE", "FR"),
            "y": 2 * x + rng.normal(size=n),
            "p": 2 * x + 2.0 * moved,
        }
    )
