"""How much room stored profiles take."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

import barograph as bg
from barograph.frames.typed import typed
from barograph.schema.model import Column, Schema
from barograph.store import catalog
from barograph.store.database import Database
from barograph.store.profiles.add import parts_of_rows
from barograph.store.profiles.body import encoded

NUMBERS, CATEGORIES, ROWS = 24, 6, 24_000
DAY_BYTES, CROSS_BYTES = 240_000, 40_000
SCHEMA = Schema(
    task="regression",
    columns=(
        Column(name="i", role="id", kind="categorical"),
        Column(name="t", role="timestamp", kind="datetime"),
        *(Column(name=f"x{k}") for k in range(NUMBERS)),
        *(Column(name=f"c{k}", kind="categorical") for k in range(CATEGORIES)),
        Column(name="p", role="prediction"),
        Column(name="y", role="label"),
    ),
)


def a_day(rng: np.random.Generator) -> pl.DataFrame:
    """A day of a thousand rows an hour."""
    start, seconds = datetime(2024, 5, 6, tzinfo=UTC), rng.uniform(0, 86_400, ROWS)
    return pl.DataFrame({
        "i": [f"r{k}" for k in range(ROWS)],
        "t": [start + timedelta(seconds=float(s)) for s in seconds],
        **{f"x{k}": rng.normal(size=ROWS) for k in range(NUMBERS)},
        **{f"c{k}": rng.choice(list("abcdefgh"), ROWS) for k in range(CATEGORIES)},
        "p": rng.normal(size=ROWS),
        "y": rng.normal(size=ROWS),
    })  # fmt: skip


def test_a_day_of_hours_and_its_cross_tables_keep_to_their_budget(
    database: Database, rng: np.random.Generator
):
    rows = a_day(rng)
    with database.writing() as conn:
        catalog.create_project(conn, "bank", now=0)
        model = catalog.create_model(conn, "bank", "m", SCHEMA, now=0)
        catalog.add_reference(conn, model.id, "training", bg.profile(rows, SCHEMA), now=0)
        model = catalog.model_by_id(conn, model.id)
    times = pl.repeat(0, ROWS, dtype=pl.Int64, eager=True)
    parts = parts_of_rows(model, 1, typed(rows, SCHEMA), times=times, received_at=0)
    sizes = {place: len(encoded(part)) for place, part in parts.items()}
    assert sum(size for place, size in sizes.items() if place.grain == "window") <= DAY_BYTES
    assert sum(size for place, size in sizes.items() if place.grain == "day") <= CROSS_BYTES
