"""A store with one model, and a way to read a source into it."""

import json
import os
import time
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from barograph.schema.model import Column, Schema
from barograph.server.sources.due import run_due
from barograph.server.sources.run import Reach, run_source
from barograph.server.worker.store import Store
from barograph.store import catalog
from barograph.store.database import open_database
from barograph.store.events import read_events
from barograph.store.log import open_log
from barograph.store.profiles import read
from barograph.store.sources import StoredSource, add_source, source_named
from barograph.store.tables import metadata

HOUR = 3_600_000_000
DAY = 24 * HOUR
#: Midnight of 1 January 2024, as a day and in µs.
FIRST_DAY = 19_723
START = FIRST_DAY * DAY
SCHEMA = Schema(
    columns=(
        Column(name="x"),
        Column(name="city", kind="categorical"),
        Column(name="at", role="timestamp", kind="datetime"),
        Column(name="guess", role="prediction"),
        Column(name="real", role="label"),
        Column(name="key", role="id", kind="categorical"),
    ),
    task="regression",
)


@dataclass
class Shop:
    """A project with a model, read into from sources."""

    reach: Reach
    now: int = START + 3 * DAY

    def source(self, kind: str, *, model: str | None = "churn", name: str = "s", **settings) -> StoredSource:
        with self.reach.store.database.writing() as conn:
            project_id = catalog.project(conn, "shop").id
            model_id = None if model is None else catalog.model(conn, "shop", model).id
            return add_source(
                conn, project_id=project_id, model_id=model_id, name=name, kind=kind,
                settings=json.loads(json.dumps(settings, default=str)), schedule_seconds=3_600, now=self.now,
            )  # fmt: skip

    def run(self, name: str = "s") -> int:
        return run_source(self.reach, self.held(name), now=self.now)

    def run_due(self) -> bool:
        return run_due(self.reach, now=self.now)

    def held(self, name: str = "s") -> StoredSource:
        with self.reach.store.database.reading() as conn:
            return source_named(conn, catalog.project(conn, "shop").id, name)

    def profile(self, model: str = "churn", version: str | None = None):
        with self.reach.store.database.reading() as conn:
            held = catalog.model(conn, "shop", model)
            ids = {v.name: v.id for v in catalog.versions(conn, held.id)}
            return read(
                conn, held, None if version is None else ids[version],
                first_day=FIRST_DAY - 400, last_day=FIRST_DAY + 400,
            )  # fmt: skip

    def events(self, *kinds: str) -> list[str]:
        with self.reach.store.database.reading() as conn:
            return [e.name for e in read_events(conn, kinds=kinds)]

    def with_environment(self, **environment: str) -> "Shop":
        return replace(self, reach=replace(self.reach, environment=environment))


def no_network(address, headers):
    raise AssertionError(f"{address} was fetched")


def in_a_minute():
    """No file is young then."""
    return time.time_ns() + 60 * 10**9


def opened(database, log_url, folder):
    log = open_log(log_url)
    store = Store(database=database, log=log, lake_folder=folder / "lake", ids_folder=folder / "ids")
    with database.writing() as conn:
        catalog.create_project(conn, "shop", now=0)
        catalog.create_model(conn, "shop", "churn", SCHEMA, now=0, by=[("city",)])
    return Shop(reach=Reach(store=store, owner="test", environment={}, fetch=no_network, wall_ns=in_a_minute))


@pytest.fixture
def any_shop(database, log_url, tmp_path):
    """On SQLite, and on PostgreSQL."""
    made = opened(database, log_url, tmp_path)
    yield made
    made.reach.store.log.close()


@pytest.fixture
def shop(tmp_path):
    """On SQLite."""
    database = open_database(f"sqlite:///{tmp_path}/state.db")
    with database.writing() as conn:
        metadata.create_all(conn)
    made = opened(database, f"sqlite:///{tmp_path}/log.db", tmp_path)
    yield made
    made.reach.store.log.close()
    database.close()


@pytest.fixture
def aged():
    """Set a file's time back, so that a later change of it is seen whatever the clock's steps."""

    def back(path: Path, seconds: int) -> None:
        held = path.stat()
        os.utime(path, ns=(held.st_atime_ns, held.st_mtime_ns - seconds * 10**9))

    return back
