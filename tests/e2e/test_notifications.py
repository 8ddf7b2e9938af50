"""Messages of real processes: a worker that is killed at the worst moment, and a stream that is listened to."""

from __future__ import annotations

import json
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest
import sqlalchemy as sa

from barograph.config.read import read_settings
from barograph.server.clock import SystemClock
from barograph.server.preparing import prepare
from barograph.store import outbox
from barograph.store.catalog import create_project, project
from barograph.store.channels import channel_seal, put_channel
from barograph.store.database import Database, open_database
from barograph.store.notifications import of_project
from barograph.store.tables.alerts import alert_events
from barograph.store.tables.alerts import outbox as table

DEADLINE_SECONDS = 60.0
LETTER = {
    "kind": "test", "project": "bank", "reason": "test", "incident_id": None, "arrived": [],
    "document": {"type": "test", "title": "a test", "what": "Nothing has happened."},
}  # fmt: skip


@dataclass
class Receiver:
    """Takes what is posted; `gate` is waited for before each answer."""

    url: str
    keys: list[str]
    came: Event
    gate: Event


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    held = Receiver(url="", keys=[], came=Event(), gate=Event())

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            held.keys.append(self.headers["Idempotency-Key"])
            held.came.set()
            held.gate.wait(DEADLINE_SECONDS)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    held.url = f"http://127.0.0.1:{server.server_address[1]}/"
    yield held
    held.gate.set()
    server.shutdown()
    thread.join(60)
    server.server_close()


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Database]:
    """The database of a data folder that was prepared."""
    settings = read_settings(environment={}, flags={"data": str(tmp_path / "data")}).settings
    assert prepare(settings, SystemClock()) is not None
    database = open_database(settings.database_url)
    with database.writing() as conn:
        create_project(conn, "bank", now=0)
    yield database
    database.close()


@contextmanager
def worker(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker; it is killed at the end, not asked."""
    command = [
        sys.executable,
        "-m",
        "barograph",
        "worker",
        "--data",
        str(tmp_path / "data"),
        "--set",
        "apply_seconds=0.05",
    ]
    process = subprocess.Popen(command, cwd=tmp_path)
    try:
        yield process
    finally:
        process.kill()
        process.wait(DEADLINE_SECONDS)


def put(state: Database, tmp_path: Path, receiver: Receiver) -> None:
    now = SystemClock().now()
    with state.writing() as conn:
        project_id = project(conn, "bank").id
        config = {"url": receiver.url, "secret_key": "s" * 20}
        sealed = channel_seal(tmp_path / "data").close(config, project_id=project_id, name="ops")
        put_channel(conn, project_id=project_id, name="ops", kind="webhook", sealed=sealed, now=now)
        outbox.put(conn, project_id=project_id, channel="ops", reason="test", key="k1", now=now, body=LETTER)


def states(state: Database) -> list[str]:
    with state.reading() as conn:
        return [row.state for row in of_project(conn, project(conn, "bank").id)]


def until(holds) -> None:
    last = time.monotonic() + DEADLINE_SECONDS
    while not holds():
        assert time.monotonic() < last
        Event().wait(0.05)


def test_what_was_committed_before_a_kill_is_sent_after_the_restart(state, tmp_path, receiver):
    receiver.gate.set()
    with worker(tmp_path) as process:
        process.kill()
    put(state, tmp_path, receiver)
    with worker(tmp_path):
        until(lambda: states(state) == ["sent"])
    assert receiver.keys == ["k1"]


def test_a_worker_killed_between_sending_and_marking_sends_again_with_the_same_key(state, tmp_path, receiver):
    put(state, tmp_path, receiver)
    with worker(tmp_path) as process:
        assert receiver.came.wait(DEADLINE_SECONDS)
        process.kill()
    assert states(state) == ["waiting"]
    with state.writing() as conn:
        # As if the time of the claim were over.
        conn.execute(sa.update(table).values(held_until=0))
    receiver.gate.set()
    with worker(tmp_path):
        until(lambda: states(state) == ["sent"])
    assert receiver.keys == ["k1", "k1"]


def test_a_stream_tells_what_happens_and_ends_with_the_server(tmp_path):
    command = [
        sys.executable, "-m", "barograph", "serve", "--json", "--port", "0", "--workers", "0", "--data",
        str(tmp_path / "data"),
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=tmp_path)
    try:
        assert process.stdout is not None
        told = b""
        while not told.rstrip().endswith(b"}"):
            assert select.select([process.stdout], [], [], DEADLINE_SECONDS)[0]
            part = process.stdout.read1(65_536)
            assert part, f"the server ended after {told!r}"
            told += part
        said = json.loads(told)
        headers = {"Authorization": f"Bearer {said['token']}"}
        with httpx.Client(base_url=said["address"], headers=headers, timeout=DEADLINE_SECONDS) as http:
            http.post("/v1/projects", json={"name": "bank"}).raise_for_status()
            asked = {"Accept": "text/event-stream"}
            with http.stream("GET", "/v1/projects/bank/events/stream", headers=asked) as stream:
                lines = stream.iter_lines()
                assert next(lines) == "retry: 2000"
                happen(tmp_path)
                heard = [line for line in (next(lines) for _ in range(5)) if line]
                assert heard[1] == "event: fired"
                assert json.loads(heard[2].removeprefix("data: "))["details"] == {"monitor": "nulls"}
                process.terminate()
                assert process.wait(DEADLINE_SECONDS) == 0
                assert list(lines) == []
    finally:
        process.kill()
        process.wait(DEADLINE_SECONDS)
        process.stdout.close()


def happen(tmp_path: Path) -> None:
    settings = read_settings(environment={}, flags={"data": str(tmp_path / "data")}).settings
    database = open_database(settings.database_url)
    with database.writing() as conn:
        row = {
            "project_id": project(conn, "bank").id, "incident_id": None, "alert_id": None, "at": SystemClock().now(),
            "actor": "server", "kind": "fired", "details": {"monitor": "nulls"},
        }  # fmt: skip
        conn.execute(alert_events.insert().values(**row))
    database.close()
