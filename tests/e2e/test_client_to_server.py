"""The client against the real server: what is sent is what is kept, once, though the server is killed in between."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from barograph_client import Client

DEADLINE_SECONDS = 60.0
SCHEMA = {
    "task": "binary",
    "positive": "yes",
    "columns": {
        "x": {"role": "feature"}, "city": {"role": "feature"}, "decision": {"role": "prediction"},
        "p": {"role": "score"}, "y": {"role": "label"}, "id": {"role": "id"}, "ts": {"role": "timestamp"},
    },
}  # fmt: skip


class Server:
    """A server on one data folder and one port, to be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.key = ""
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "barograph", "serve", "--json", "--port", str(self.port)]
        self.process = subprocess.Popen([*command, "--data", str(self.data)], stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        told = b""
        while not told.rstrip().endswith(b"}"):
            ready, _, _ = select.select([self.process.stdout], [], [], DEADLINE_SECONDS)
            assert ready, told
            read = os.read(self.process.stdout.fileno(), 65536)
            assert read, f"ended after {told!r}"
            told += read
        self.key = json.loads(told)["token"] or self.key

    def end(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)
        self.process.wait(DEADLINE_SECONDS)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process = None

    def make_model(self) -> None:
        headers = {"Authorization": f"Bearer {self.key}"}
        with httpx.Client(base_url=self.url, headers=headers, timeout=DEADLINE_SECONDS) as http:
            assert http.post("/v1/projects", json={"name": "default"}).is_success
            body = {"name": "credit", "schema": SCHEMA}
            assert http.post("/v1/projects/default/models", json=body).is_success

    def rows(self, kind: str) -> int:
        """Rows logged, each batch once; read where they are acknowledged from."""
        with closing(sqlite3.connect(self.data / "log.db")) as log:
            return log.execute(
                "SELECT coalesce(sum(rows), 0) FROM batches WHERE kind = ?", [kind]
            ).fetchone()[0]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    try:
        server.start()
        server.make_model()
        yield server
        if server.process is not None:
            server.end(signal.SIGTERM)
    finally:
        if server.process is not None:
            server.process.kill()


@pytest.fixture
def make_client(server: Server) -> Iterator[Callable[..., Client]]:
    made: list[Client] = []

    def make(**settings: object) -> Client:
        client = Client()
        given = {"url": server.url, "api_key": server.key, "model": "credit", "version": "1", **settings}
        client.init(strict=True, **given)
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()


def test_everything_a_client_says_is_taken(server: Server, make_client: Callable[..., Client]):
    client = make_client(calls_seconds=0.2)
    ids = [client.log({"x": float(i), "city": "Bern"}, prediction="yes", score=0.75) for i in range(700)]
    client.log(
        {"x": float("nan"), "city": "a\x00\ud800"}, prediction="no", score={"no": 0.75, "yes": 0.25}, id=7
    )
    client.monitor()(lambda row: {"prediction": "no"})({"x": 1, "city": None})
    client.log_batch([{"x": 2**70}], predictions=["no"], scores=[[0.5, 0.5]], classes=["no", "yes"])
    client.log_labels(dict.fromkeys(ids, "no"))
    client.log_feedback(7, "override", "yes")
    client.log_event("deployment", "first", model="credit", version="1")
    client.log_reading("queue", 3.0, unit="1")
    assert client.flush(DEADLINE_SECONDS)
    stats = client.stats()
    assert (stats.rejected, stats.dropped, stats.errors) == ({}, {}, {})
    assert (server.rows("predictions"), server.rows("labels"), server.rows("feedback")) == (703, 700, 1)


def test_rows_count_once_though_the_server_is_killed(
    server: Server, make_client: Callable[..., Client], tmp_path: Path
):
    client = make_client(spool=tmp_path / "spool", retry_seconds=0.2, interval_seconds=0.01)
    logged = 0
    for _ in range(3):
        for _ in range(2000):
            client.log({"x": 1.0, "city": "Bern"}, prediction="yes", score=0.75)
        logged += 2000
        server.end(signal.SIGKILL)
        server.start()
    assert client.flush(DEADLINE_SECONDS)
    assert client.stats().dropped == {}
    assert server.rows("predictions") == logged
