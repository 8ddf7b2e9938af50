"""Changes planted in a model's rows, from a day on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import polars as pl

Plant = Callable[[pl.DataFrame, np.random.Generator], pl.DataFrame]
#: Days over which the gradual change comes.
GRADUAL_DAYS: Final = 30
#: A category of `c50` that 1 % of the rows have.
_RARE: Final = "v21"
_COLUMN: Final = "f05"


def planted(rows: pl.DataFrame, plant: Plant, *, onset: int, rng: np.random.Generator) -> pl.DataFrame:
    """The same rows with a change from window `onset` on; `window` counts days."""
    before, after = rows.filter(pl.col("window") < onset), rows.filter(pl.col("window") >= onset)
    days = pl.Series("_day", after["window"] - onset)
    return pl.concat([before, plant(after.with_columns(days), rng).drop("_day")])


def _moved(by: float) -> Plant:
    return lambda rows, _: rows.with_columns(pl.col(_COLUMN) + by)


def _scaled(rows: pl.DataFrame, _: np.random.Generator) -> pl.DataFrame:
    return rows.with_columns(pl.col(_COLUMN) * 1.5)


def _rare(rows: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    chosen = pl.Series(rng.random(len(rows)) < 0.02)
    return rows.with_columns(c50=pl.when(chosen).then(pl.lit(_RARE)).otherwise("c50"))


def _nulls(rows: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    chosen = pl.Series(rng.random(len(rows)) < 0.2)
    return rows.with_columns(pl.when(chosen).then(None).otherwise(pl.col(_COLUMN)).alias(_COLUMN))


def _unit(rows: pl.DataFrame, _: np.random.Generator) -> pl.DataFrame:
    return rows.with_columns(pl.col(_COLUMN) * 1_000.0)


def _concept(rows: pl.DataFrame, _: np.random.Generator) -> pl.DataFrame:
    error = pl.col("label") - pl.col("prediction")
    return rows.with_columns(label=pl.col("prediction") + 1.5 * error)


def _gradual(rows: pl.DataFrame, _: np.random.Generator) -> pl.DataFrame:
    part = ((pl.col("_day") + 1) / GRADUAL_DAYS).clip(0.0, 1.0)
    return rows.with_columns(pl.col(_COLUMN) + part)


def _segment(rows: pl.DataFrame, _: np.random.Generator) -> pl.DataFrame:
    inside = (pl.col("c04") == "v1").cast(pl.Float64)
    return rows.with_columns(pl.col(_COLUMN) + inside)


PLANTS: Final[Mapping[str, Plant]] = MappingProxyType(
    {
        "mean + 0.5 sd": _moved(0.5),
        "mean + 1 sd": _moved(1.0),
        "scale × 1.5": _scaled,
        "rare class 1 → 3 %": _rare,
        "nulls 0 → 20 %": _nulls,
        "unit × 1,000": _unit,
        "concept: errors × 1.5, inputs the same": _concept,
        "gradual: mean + 1 sd over 30 days": _gradual,
        "one segment of 4: mean + 1 sd": _segment,
    }
)
