"""What the worker costs: processor time of applying rows and labels, size of profiles, time to read a series.

uv run python benchmarks/server/apply.py [--models 300] [--days 90]      (about three minutes; --small for a tenth)
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import numpy as np
import polars as pl
import sqlalchemy as sa

import barograph as bg
from barograph.schema.model import Column, Schema
from barograph.server.clock import FastClock
from barograph.server.worker import Worker
from barograph.server.worker.limits import Limits
from barograph.server.worker.store import Store
from barograph.store import catalog
from barograph.store.database import open_database
from barograph.store.log import Entry, open_log
from barograph.store.profiles import read
from barograph.store.tables import metadata
from barograph.store.tables.profiles import profiles

START_US = int(datetime(2024, 3, 1, tzinfo=UTC).timestamp()) * 1_000_000
DAY_US, HOUR_US = 86_400_000_000, 3_600_000_000
NUMBERS, CATEGORIES = 16, 4
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
_batches = count()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", type=int, default=300)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--small", action="store_true")
    given = parser.parse_args()
    share = 10 if given.small else 1
    rng = np.random.default_rng(1)
    with opened(1) as store:
        large_chunks(store, rng)
    with opened(given.models // share) as store:
        small_batches(store, rng, given.models // share)
    with opened(1) as store:
        series(store, rng, given.days // share)


def large_chunks(store: Store, rng: np.random.Generator) -> None:
    """50,000 rows of 20 features in entries of 500, then their labels, then corrections of these."""
    worker = Worker(store, FastClock(START_US), limits=Limits(move_rows=1 << 40, move_seconds=1e9))
    worker.step()
    rows = rows_of(50_000, START_US, HOUR_US, rng)
    for what, kind in (("rows", "predictions"), ("labels", "labels"), ("corrected labels", "labels")):
        rows = rows.with_columns(pl.Series("y", rng.normal(size=rows.height)))
        store.log.append([entry(1, rows[k : k + 500], kind, START_US) for k in range(0, rows.height, 500)])
        told(f"50,000 {what}, one model", worker.step, 1)


def small_batches(store: Store, rng: np.random.Generator, models: int) -> None:
    """100 rows a model, twice: the second time they are added to what is there."""
    worker = Worker(store, FastClock(START_US), limits=Limits(move_rows=1 << 40, move_seconds=1e9))
    worker.step()
    for what in ("first", "second"):
        for model_id in range(1, models + 1):
            rows = rows_of(100, START_US, HOUR_US, rng)
            store.log.append([entry(model_id, rows, "predictions", START_US)])
        told(f"100 rows for each of {models} models, {what}", worker.step, models)


def series(store: Store, rng: np.random.Generator, days: int) -> None:
    """Days of 24 windows of 500 rows with labels: bytes a day, and milliseconds to read one column of all."""
    clock = FastClock(START_US, 0.0)
    worker = Worker(store, clock, limits=Limits(rollup_days=1 << 20, audited_days=0))
    for day in range(days):
        clock.start = START_US + day * DAY_US
        rows = rows_of(12_000, clock.start, DAY_US, rng)
        store.log.append([entry(1, rows, kind, clock.start) for kind in ("predictions", "labels")])
        while worker.step():
            pass
    with store.database.reading() as conn:
        model = catalog.model_by_id(conn, 1)
        stored = conn.execute(sa.select(sa.func.sum(sa.func.length(profiles.c.body)))).scalar_one()
        print(f"stored a day of {NUMBERS + CATEGORIES} features: {stored / days / 1000:.0f} KB")
        for columns in (["x0"], ["c0"], []):
            began = time.perf_counter()
            read(conn, model, 1, first_day=0, last_day=30_000, columns=columns)
            print(f"read {columns} of {days} days of hours: {1000 * (time.perf_counter() - began):.1f} ms")


def told(what: str, work: Callable[[], object], models: int) -> None:
    wall, processor = time.perf_counter(), time.process_time()
    work()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    print(f"{what}: {1000 * processor / models:.1f} ms of processor a model, {1000 * wall / models:.1f} ms")


@contextmanager
def opened(models: int) -> Iterator[Store]:
    """A store in a folder of its own, with models on one reference."""
    reference = bg.profile(rows_of(20_000, START_US, DAY_US, np.random.default_rng(0)), SCHEMA, every="1h")
    with tempfile.TemporaryDirectory() as folder:
        store = Store(
            database=open_database(f"sqlite:///{folder}/barograph.db"),
            log=open_log(f"sqlite:///{folder}/log.db"),
            lake_folder=Path(folder) / "lake",
            ids_folder=Path(folder) / "ids",
        )
        with store.database.writing() as conn:
            metadata.create_all(conn)
            catalog.create_project(conn, "bench", now=0)
            for k in range(models):
                made = catalog.create_model(conn, "bench", f"m{k}", SCHEMA, now=0)
                catalog.add_reference(conn, made.id, "training", reference, now=0)
        yield store
        store.log.close()
        store.database.close()


def rows_of(rows: int, start_us: int, span_us: int, rng: np.random.Generator) -> pl.DataFrame:
    times = np.sort(start_us + rng.integers(0, span_us, rows))
    return pl.DataFrame({
        "i": [f"{word:016x}" for word in rng.integers(0, 1 << 62, rows)],
        "t": pl.Series(times).cast(pl.Datetime("us", "UTC")),
        **{f"x{k}": rng.normal(size=rows) for k in range(NUMBERS)},
        **{f"c{k}": rng.choice(list("abcdefgh"), rows) for k in range(CATEGORIES)},
        "p": rng.normal(size=rows),
        "y": rng.normal(size=rows),
    })  # fmt: skip


def entry(model_id: int, rows: pl.DataFrame, kind: str, received_at: int) -> Entry:
    place = {
        "barograph_id": rows["i"],
        "barograph_row": pl.Series(np.zeros(rows.height, np.int32)),
        "barograph_time": rows["t"].cast(pl.Int64),
    }
    if kind == "predictions":
        place["barograph_version"] = pl.Series(["1"] * rows.height)
        place["barograph_derived"] = pl.Series([False] * rows.height)
    own = rows.select("y").to_dict() if kind == "labels" else rows.drop("y").to_dict()
    body = pl.DataFrame(place | own).write_ipc_stream(None, compression="lz4").getvalue()
    return Entry(
        batch_id=str(next(_batches)), model_id=model_id, kind=kind, body=body, rows=rows.height,
        received_at=received_at,
    )  # fmt: skip


if __name__ == "__main__":
    main()
