"""A store with one model, logged to and worked on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import polars as pl
import pytest

from barograph.profile.value import Profile
from barograph.schema.model import Column, Schema
from barograph.server.worker import Worker
from barograph.server.worker.limits import Limits
from barograph.server.worker.store import Store
from barograph.store import catalog
from barograph.store.catalog import Model
from barograph.store.database import Database
from barograph.store.log import Entry, open_log
from barograph.store.profiles import read

NOON_US = int(datetime(2024, 5, 6, 12, tzinfo=UTC).timestamp()) * 1_000_000
HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
Row = Mapping[str, object]


class HandClock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.time = NOON_US

    def now(self) -> int:
        return self.time


class Bank:
    """One model, its log and a worker."""

    def __init__(self, store: Store, model: Model, clock: HandClock) -> None:
        self.store, self.model_id, self.clock = store, model.id, clock
        self._numbers = count(1)

    @property
    def model(self) -> Model:
        with self.store.database.reading() as conn:
            return catalog.model_by_id(conn, self.model_id)

    def send(self, kind: str, rows: Sequence[Row], **whole: object) -> None:
        """Log rows: `id` and what the model's columns are called; `row`, `version` and `derived` where they matter."""
        length = len(rows)
        frame = pl.DataFrame([dict(row) for row in rows], infer_schema_length=None)
        held = {c.name: c for c in frame.get_columns()} | {
            n: pl.Series(n, [v] * length) for n, v in whole.items()
        }
        place = {
            "barograph_id": held.pop("id"),
            "barograph_row": held.pop("row", pl.Series([0 if kind == "predictions" else None] * length)).cast(
                pl.Int32
            ),
            "barograph_time": held.pop("time", pl.Series([self.clock.time] * length)),
        }
        if kind == "predictions":
            place["barograph_version"] = held.pop("version", pl.Series(["1"] * length))
            place["barograph_derived"] = held.pop("derived", pl.Series([False] * length))
        body = pl.DataFrame(place | held).write_ipc_stream(None, compression="lz4").getvalue()
        self.store.log.append([
            Entry(
                batch_id=str(next(self._numbers)), model_id=self.model_id, kind=kind, body=body, rows=length,
                received_at=self.clock.time,
            )
        ])  # fmt: skip

    def predict(self, *rows: Row, **whole: object) -> None:
        self.send("predictions", rows, **whole)

    def label(self, *rows: Row, **whole: object) -> None:
        self.send("labels", rows, **whole)

    def worker(self, **limits: float) -> Worker:
        return Worker(self.store, self.clock, limits=Limits(**limits))  # type: ignore[arg-type]

    def work(self, **limits: float) -> Worker:
        """Do all that is due."""
        worker = self.worker(**limits)
        while worker.step():
            pass
        assert worker.failures == {}
        return worker

    def served(self, version: str | None = None, **how: object) -> Profile:
        """What is read of all days."""
        with self.store.database.reading() as conn:
            versions = {v.name: v.id for v in catalog.versions(conn, self.model_id)}
            number = None if version is None else versions[version]
            span = {"first_day": 0, "last_day": 30_000}
            return read(conn, self.model, number, **span | how)  # type: ignore[arg-type]


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def store(database: Database, log_url: str, tmp_path: Path) -> Iterator[Store]:
    log = open_log(log_url)
    yield Store(database=database, log=log, lake_folder=tmp_path / "lake", ids_folder=tmp_path / "ids")
    log.close()


@pytest.fixture
def open_bank(store: Store, clock: HandClock) -> Callable[..., Bank]:
    """A function that makes a model, of a schema or a reference."""

    def made(schema: Schema, reference: Profile | None = None, **settings: object) -> Bank:
        with store.database.writing() as conn:
            if not catalog.projects(conn):
                catalog.create_project(conn, "bank", now=0)
            name = f"m{len(catalog.models(conn))}"
            model = catalog.create_model(conn, "bank", name, schema, now=0, **settings)  # type: ignore[arg-type]
            if reference is not None:
                catalog.add_reference(conn, model.id, "training", reference, now=0)
        return Bank(store, model, clock)

    return made


@pytest.fixture
def schema() -> Schema:
    """A regression on one number and one category."""
    return Schema(
        task="regression",
        columns=(
            Column(name="x"),
            Column(name="c", kind="categorical"),
            Column(name="p", role="prediction"),
            Column(name="y", role="label"),
        ),
    )
