"""A project with channels, an outbox that is put into, and a clock that stands until it is moved."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import pytest

from barograph.config.read import read_settings
from barograph.server.app import create_app
from barograph.server.preparing import prepare
from barograph.store import notifications, outbox
from barograph.store.catalog import create_project
from barograph.store.channels import Seal, StoredChannel, channel_named, put_channel
from barograph.store.database import Database, open_database
from barograph.store.tables import metadata
from barograph.store.tables.alerts import incidents

with warnings.catch_warnings():
    # Starlette would rather have the next httpx, which is not a dependency.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

SECOND = 1_000_000
NOON = 1_700_000_000 * SECOND
SEAL = Seal(key=bytes(range(32)))


@dataclass
class Post:
    """A project with an outbox."""

    database: Database
    project_id: int
    now: int = NOON

    def pass_seconds(self, seconds: float) -> None:
        self.now += round(seconds * SECOND)

    def channel(
        self, name: str = "ops", kind: str = "browser", *, enabled: bool = True, **config: object
    ) -> StoredChannel:
        sealed = SEAL.close(config, project_id=self.project_id, name=name)
        with self.database.writing() as conn:
            return put_channel(
                conn,
                project_id=self.project_id,
                name=name,
                kind=kind,
                sealed=sealed,
                enabled=enabled,
                now=self.now,
            )

    def held_channel(self, name: str = "ops") -> StoredChannel:
        with self.database.reading() as conn:
            return channel_named(conn, self.project_id, name)

    def incident(self, **values: object) -> int:
        row = {
            "project_id": self.project_id, "status": "new", "title": "income moved", "severity": "critical",
            "peak_severity": "critical", "facts": {}, "started_at": self.now, "opened_at": self.now,
            "changed_at": self.now,
        }  # fmt: skip
        with self.database.writing() as conn:
            made = conn.execute(incidents.insert().values(**(row | values)).returning(incidents.c.id))
            return int(made.scalar_one())

    def put(self, key: str = "k", *, channel: str = "ops", reason: str = "new", **more: int | None) -> str:
        with self.database.writing() as conn:
            return outbox.put(
                conn,
                project_id=self.project_id,
                channel=channel,
                reason=reason,
                key=key,
                now=self.now,
                **more,
            )

    def claim(self, **more: int) -> list[notifications.Notification]:
        with self.database.writing() as conn:
            return outbox.claim(conn, **({"now": self.now, "wall_now": self.now, "hold_seconds": 60} | more))

    def rows(self) -> list[notifications.Notification]:
        with self.database.reading() as conn:
            return notifications.of_project(conn, self.project_id, limit=10_000)[::-1]


def opened(database: Database) -> Post:
    with database.writing() as conn:
        made = create_project(conn, "bank", now=NOON)
    return Post(database=database, project_id=made.id)


@pytest.fixture
def any_post(database):
    """On SQLite, and on PostgreSQL."""
    return opened(database)


@pytest.fixture
def post(tmp_path):
    """On SQLite."""
    database = open_database(f"sqlite:///{tmp_path}/state.db")
    with database.writing() as conn:
        metadata.create_all(conn)
    yield opened(database)
    database.close()


@dataclass
class SetClock:
    """A clock that stands until a test moves it; µs UTC."""

    time: int = NOON

    def now(self) -> int:
        return self.time


@pytest.fixture
def settings(tmp_path):
    return read_settings(environment={}, flags={"data": str(tmp_path / "data")}).settings


@pytest.fixture
def http(settings):
    """A whole application with a project, called with an admin's key."""
    clock = SetClock()
    token = prepare(settings, clock)
    assert token is not None
    headers = {"Authorization": f"Bearer {token.text}"}
    with TestClient(
        create_app(settings, clock=clock), headers=headers, raise_server_exceptions=False
    ) as client:
        client.post("/v1/projects", json={"name": "bank"})
        yield client
