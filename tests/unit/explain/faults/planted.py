"""Rows of a shop with a fault planted in them, and the faults found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from barograph.api import profile
from barograph.explain.faults.fault import Fault
from barograph.explain.faults.find import find_faults
from barograph.profile.value import Profile
from barograph.schema.model import Column, Kind, Schema

START = datetime(2025, 1, 6)
#: First day of the current rows, which are 14 days.
CURRENT = 40
_KINDS: dict[str, Kind] = {
    "income": "numeric", "share": "numeric", "visits": "numeric", "holes": "numeric", "hour": "numeric",
    "channel": "categorical", "note": "text", "ordered": "datetime",
}  # fmt: skip
SCHEMA = Schema(
    columns=(
        Column(name="id", role="id", kind="categorical"),
        Column(name="at", role="timestamp", kind="datetime"),
        *(Column(name=name, kind=kind) for name, kind in _KINDS.items()),
    )
)
_HOURS = np.array([1, 1, 1, 1, 1, 2, 4, 8, 14, 18, 20, 20, 18, 18, 18, 16, 14, 12, 10, 9, 8, 6, 4, 2]) / 226


def shop(rng: np.random.Generator, n: int, *, days: int, first: int = 0) -> pl.DataFrame:
    """So many sound rows over some days."""
    at = np.datetime64(START + timedelta(days=first), "us") + np.sort(
        rng.integers(0, days, n)
    ) * np.timedelta64(1, "D")
    at = (
        at
        + rng.choice(24, n, p=_HOURS) * np.timedelta64(1, "h")
        + rng.integers(0, 3_599, n) * np.timedelta64(1, "s")
    )
    frame = pl.DataFrame(
        {
            "id": [f"{first}-{i}" for i in range(n)],
            "at": at,
            "income": np.round(np.exp(10.4 + 0.5 * rng.standard_normal(n)), -2),
            "share": rng.beta(2, 5, n),
            "visits": rng.poisson(3, n),
            "holes": np.where(rng.random(n) < 0.02, np.nan, rng.exponential(3, n)),
            "hour": rng.choice(24, n, p=_HOURS),
            "channel": rng.choice(["branch", "web", "broker"], n, p=[0.5, 0.4, 0.1]),
            "note": ["x" * k for k in np.exp(3.5 + 0.5 * rng.standard_normal(n)).astype(int)],
            "ordered": at - rng.integers(0, 5, n) * np.timedelta64(1, "D"),
        }
    )
    return frame.with_columns(
        pl.col("at", "ordered").dt.replace_time_zone("UTC"), pl.col("holes").fill_nan(None)
    )


def profiled(rows: pl.DataFrame, like: Profile | None = None) -> Profile:
    """By day and by channel."""
    return profile(rows, SCHEMA, every="1d", by="channel") if like is None else profile(rows, like=like)


def day(n: int) -> pl.Expr:
    """Rows from a day of the current ones on."""
    return pl.col("at").dt.replace_time_zone(None) >= START + timedelta(days=CURRENT + n)


def faults_of(rng: np.random.Generator, broken: Callable[[pl.DataFrame], pl.DataFrame]) -> tuple[Fault, ...]:
    """Faults of 6,000 rows over 14 days after they were broken, against 12,000 sound ones over 40."""
    reference = profiled(shop(rng, 12_000, days=40))
    return find_faults(reference, profiled(broken(shop(rng, 6_000, days=14, first=CURRENT)), reference))


def where(held: pl.Expr, value: pl.Expr) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Put a value, under its column's name, into the rows that hold."""
    name = value.meta.output_name()
    return lambda rows: rows.with_columns(pl.when(held).then(value).otherwise(pl.col(name)).alias(name))


def some(share: float) -> pl.Expr:
    """Rows chosen by their id, about so many."""
    return pl.col("id").hash(seed=1) < int(share * 2**64)
