"""Models whose rows do not change, or change as planted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.schema.model import Schema

Floats = NDArray[np.float64]

DAYS: Final = 90
#: 26 numeric features and 4 of categories, of 4 to 50 values.
NUMERIC: Final = tuple(f"f{i:02}" for i in range(26))
CATEGORIES: Final = {"c04": 4, "c08": 8, "c20": 20, "c50": 50}
#: All features with the number of their categories, 0 of numbers.
FEATURES: Final = {**dict.fromkeys(NUMERIC, 0), **CATEGORIES}
_START: Final = np.datetime64("2024-01-01T00:00:00", "us")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What the windows of a model do by themselves.

    Attributes
    ----------
    every : "1h" or "1d".
    rows : of a window.
    sd, rho : of the windows' means, in standard deviations of the rows; lag-1 correlation.
    season : swing over the week, and for hours over the day too, in standard deviations.
    reference_days : before the days that are watched.
    days : that are watched.
    """

    name: str
    every: str
    rows: int
    sd: float = 0.0
    rho: float = 0.0
    season: float = 0.0
    reference_days: int = 28
    days: int = DAYS

    @property
    def a_day(self) -> int:
        """Windows of a day."""
        return 24 if self.every == "1h" else 1

    @property
    def before(self) -> int:
        """Windows of the reference."""
        return self.reference_days * self.a_day

    @property
    def watched(self) -> int:
        """Windows after it."""
        return self.days * self.a_day


def worlds() -> list[World]:
    """Independent, autocorrelated, seasonal; by the day and by the hour; small and large windows."""
    kinds = (("independent", 0.0, 0.0, 0.0), ("autocorrelated", 0.15, 0.7, 0.0), ("seasonal", 0.05, 0.0, 0.5))
    sizes = (("1d", 200, 56), ("1d", 5_000, 56), ("1h", 50, 28), ("1h", 500, 28))
    return [
        World(name=name, every=every, rows=rows, sd=sd, rho=rho, season=season, reference_days=days)
        for every, rows, days in sizes
        for name, sd, rho, season in kinds
    ]


def means(world: World, rng: np.random.Generator) -> Floats:
    """Mean of each numeric feature, and last of the noise, in each window; shape (features + 1, windows)."""
    length = world.before + world.watched
    steps = rng.normal(0.0, 1.0, (len(NUMERIC) + 1, length))
    path = np.empty_like(steps)
    path[:, 0] = world.sd * steps[:, 0]
    turn = world.sd * np.sqrt(1.0 - world.rho**2)
    for i in range(1, length):
        path[:, i] = world.rho * path[:, i - 1] + turn * steps[:, i]
    return path + _season(world, len(path), length, rng) if world.season else path


def _season(world: World, features: int, length: int, rng: np.random.Generator) -> Floats:
    window, shift = np.arange(length), rng.uniform(0.0, 1.0, (features, 1))
    weekly = 0.5 * world.season * np.sin(2 * np.pi * (window // world.a_day / 7.0 + shift))
    if world.every == "1d":
        return weekly
    return weekly + world.season * np.sin(2 * np.pi * (window / 24.0 + shift))


def frame(world: World, rng: np.random.Generator) -> pl.DataFrame:
    """Rows of a model over the reference's and the watched windows, in order; `window` counts from the first watched.

    The prediction is of two features, the label has noise whose size wanders as the features do.
    """
    path = means(world, rng)
    rows, length = world.rows, path.shape[1]
    size = rows * length
    held: dict[str, NDArray[np.float64] | NDArray[np.str_]] = {}
    for name, mean in zip(NUMERIC, path, strict=False):
        held[name] = (mean[:, None] + rng.normal(size=(length, rows))).ravel()
    for name, categories in CATEGORIES.items():
        share = 1.0 / np.arange(1, categories + 1)
        held[name] = rng.choice(np.array([f"v{i}" for i in range(categories)]), size, p=share / share.sum())
    answer = 2.0 * held["f00"] + held["f01"]
    noise = (np.exp(0.5 * path[-1])[:, None] * rng.normal(size=(length, rows))).ravel()
    window = np.repeat(np.arange(length) - world.before, rows)
    step = np.timedelta64(3_600 if world.every == "1h" else 86_400, "s").astype("timedelta64[us]")
    return pl.DataFrame(held).with_columns(
        prediction=pl.Series(answer), label=pl.Series(answer + noise), window=pl.Series(window),
        at=pl.Series(_START + (window + world.before) * step),
    )  # fmt: skip


def schema_of(rows: pl.DataFrame) -> Schema:
    """The schema of such rows."""
    return Schema.infer(
        rows.drop("window"), prediction="prediction", label="label", timestamp="at", task="regression"
    )
