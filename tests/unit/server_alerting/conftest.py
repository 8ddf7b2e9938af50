"""A model whose windows are judged: rows sent hour by hour, a worker, an evaluator, a clock set by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import sqlalchemy as sa

import barograph as bg
from barograph.monitors.file import read_file_document
from barograph.schema.model import Column, Schema
from barograph.server.alerting.evaluate import Evaluator
from barograph.server.alerting.file import put_file
from barograph.server.worker import Worker
from barograph.server.worker.limits import Limits
from barograph.server.worker.store import Store
from barograph.store import catalog
from barograph.store.alerts import StoredAlert, events_of, list_alerts
from barograph.store.catalog import Model
from barograph.store.channels import put_channel
from barograph.store.database import Database
from barograph.store.incidents import StoredIncident, list_incidents
from barograph.store.log import Entry, open_log
from barograph.store.tables.alerts import outbox

#: Monday noon.
NOON_US = int(datetime(2024, 5, 6, 12, tzinfo=UTC).timestamp()) * 1_000_000
HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
SCHEMA = Schema(
    task="regression",
    columns=(
        Column(name="t", role="timestamp", kind="datetime"),
        Column(name="x"),
        Column(name="c", kind="categorical"),
        Column(name="p", role="prediction"),
        Column(name="y", role="label"),
    ),
)


class HandClock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.time = NOON_US

    def now(self) -> int:
        return self.time


def rows_of(rng: np.random.Generator, n: int, start: int, *, shift: float = 0.0) -> pl.DataFrame:
    """Rows within an hour."""
    x = rng.normal(shift, 1.0, n)
    times = pl.Series(start + np.arange(n) * (HOUR_US // n)).cast(pl.Datetime("us", "UTC"))
    return pl.DataFrame(
        {
            "t": times,
            "x": x,
            "c": np.where(rng.random(n) < 0.5, "a", "b"),
            "p": x,
            "y": x + rng.normal(0, 0.5, n),
        }
    )


class Office:
    """One project with models that are watched."""

    def __init__(self, store: Store, clock: HandClock, rng: np.random.Generator) -> None:
        self.store, self.clock, self.rng = store, clock, rng
        self.evaluator = Evaluator(store)
        self._numbers = count(1)

    @property
    def database(self) -> Database:
        return self.store.database

    @property
    def project_id(self) -> int:
        with self.database.reading() as conn:
            return catalog.project(conn, "bank").id

    def model(self, name: str = "credit", **settings: Any) -> Model:
        """A model with a reference of two weeks before noon, in hours."""
        start = NOON_US - 14 * DAY_US
        frames = [rows_of(self.rng, 20, start + hour * HOUR_US) for hour in range(14 * 24)]
        reference = bg.profile(pl.concat(frames), SCHEMA, every="1h", origin="training")
        with self.database.writing() as conn:
            made = catalog.create_model(conn, "bank", name, SCHEMA, now=0, **settings)
            catalog.add_reference(conn, made.id, "training", reference, now=0)
        return made

    def rows(self, n: int, start: int, *, shift: float = 0.0) -> pl.DataFrame:
        """Rows within an hour from a time."""
        return rows_of(self.rng, n, start, shift=shift)

    def monitors(self, *monitors: Mapping[str, Any], **settings: Any) -> None:
        """Put monitors in place of those there are."""
        file = read_file_document({"monitors": list(monitors), **settings})
        with self.database.writing() as conn:
            put_file(conn, self.project_id, file, now=self.clock.time, actor="test")

    def send(self, model: Model, frame: pl.DataFrame, *, version: str = "1") -> None:
        """Log rows with their labels, and count them."""
        n, number = frame.height, next(self._numbers)
        place = {
            "barograph_id": [f"{number}-{i}" for i in range(n)],
            "barograph_time": frame.get_column("t").cast(pl.Int64),
        }
        rows = pl.Series([0] * n, dtype=pl.Int32)
        predictions = pl.DataFrame(
            place
            | {"barograph_row": rows, "barograph_version": [version] * n, "barograph_derived": [False] * n}
            | {name: frame.get_column(name) for name in ("t", "x", "c", "p")}
        )
        labels = pl.DataFrame(place | {"barograph_row": rows, "y": frame.get_column("y")})
        self.store.log.append(
            [
                Entry(
                    batch_id=f"{kind}{number}", model_id=model.id, kind=kind, rows=n,
                    received_at=self.clock.time - 60_000_000,
                    body=body.write_ipc_stream(None, compression="lz4").getvalue(),
                )
                for kind, body in (("predictions", predictions), ("labels", labels))
            ]
        )  # fmt: skip
        self.work()

    def work(self) -> None:
        worker = Worker(self.store, self.clock, limits=Limits())
        while worker.step():
            pass
        assert worker.failures == {}

    def judge(self) -> int:
        """Judge all that is due; returns in how many steps."""
        steps = 0
        while self.evaluator.step(now=self.clock.time):
            steps += 1
        return steps

    def channel(self, name: str = "ops") -> None:
        """A channel that is on; nothing is sent to it here."""
        with self.database.writing() as conn:
            put_channel(
                conn, project_id=self.project_id, name=name, kind="browser", sealed=b"x", now=self.clock.time
            )

    def alerts(self, **asked: Any) -> list[StoredAlert]:
        with self.database.reading() as conn:
            return list_alerts(conn, self.project_id, **asked)

    def incidents(self, **asked: Any) -> list[StoredIncident]:
        with self.database.reading() as conn:
            return list_incidents(conn, self.project_id, **asked)

    def told(self) -> list[tuple[str, str]]:
        """What is in the outbox: reason and state."""
        with self.database.reading() as conn:
            asked = sa.select(outbox.c.reason, outbox.c.state).order_by(outbox.c.id)
            return [(row.reason, row.state) for row in conn.execute(asked)]

    def kinds(self, **of: int) -> list[str]:
        """What happened to an alert or an incident."""
        with self.database.reading() as conn:
            return [event.kind for event in events_of(conn, **of)]

    def hour(self, model: Model, *, shift: float = 0.0, n: int = 50, judged: bool = True) -> None:
        """An hour passes, with rows; it is judged as soon as it is over."""
        frame = rows_of(self.rng, n, self.clock.time, shift=shift) if n else None
        self.clock.time += HOUR_US
        if frame is not None:
            self.send(model, frame)
        self.clock.time += 1_000_000
        if judged:
            self.judge()
        self.clock.time -= 1_000_000


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def store(database: Database, log_url: str, tmp_path: Path) -> Iterator[Store]:
    log = open_log(log_url)
    yield Store(database=database, log=log, lake_folder=tmp_path / "lake", ids_folder=tmp_path / "ids")
    log.close()


@pytest.fixture
def office(store: Store, clock: HandClock, rng: np.random.Generator) -> Office:
    with store.database.writing() as conn:
        catalog.create_project(conn, "bank", now=0)
    return Office(store, clock, rng)


@pytest.fixture
def make_office() -> type[Office]:
    """Makes an office on a store that is there."""
    return Office


@pytest.fixture
def one_monitor() -> Callable[..., dict[str, Any]]:
    """A function that makes the document of a monitor."""

    def made(**changes: Any) -> dict[str, Any]:
        return {
            "name": "x high", "metric": 'quality.mean(column="x")', "window": "1h", "when": {"above": 1.0},
            "severity": "critical",
        } | changes  # fmt: skip

    return made
