"""`barograph serve` as a process: it starts with nothing, survives its worker, and stops without loss."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

DEADLINE_SECONDS = 60.0
SCHEMA = {
    "task": "regression",
    "columns": {
        "x": {"role": "feature"}, "p": {"role": "prediction"}, "y": {"role": "label"}, "id": {"role": "id"},
        "ts": {"role": "timestamp"},
    },
}  # fmt: skip


@dataclass
class Served:
    """A server that runs, and a client with the first key."""

    process: subprocess.Popen[bytes]
    address: str
    token: str | None

    def http(self) -> httpx.Client:
        headers = {} if self.token is None else {"Authorization": f"Bearer {self.token}"}
        return httpx.Client(base_url=self.address, headers=headers, timeout=DEADLINE_SECONDS)

    def workers(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children()


Start = Callable[..., Served]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts servers on one data folder; ends those that are left."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(*words: str) -> Served:
        command = [
            sys.executable,
            "-m",
            "barograph",
            "serve",
            "--json",
            "--port",
            "0",
            "--data",
            str(tmp_path / "data"),
        ]
        process = subprocess.Popen(
            [*command, "--set", "apply_seconds=0.05", *words], stdout=subprocess.PIPE, cwd=tmp_path
        )
        started.append(process)
        told = json.loads(read_document(process))
        return Served(process=process, address=told["address"], token=told["token"])

    yield begin
    for process in started:
        if process.poll() is None:
            process.terminate()
            process.wait(DEADLINE_SECONDS)
        assert process.stdout is not None
        process.stdout.close()


def read_document(process: subprocess.Popen[bytes]) -> str:
    """What is written to stdout up to the end of a JSON object."""
    assert process.stdout is not None
    told = b""
    while not told.rstrip().endswith(b"}"):
        ready, _, _ = select.select([process.stdout], [], [], DEADLINE_SECONDS)
        assert ready, f"nothing more within {DEADLINE_SECONDS} s after {told!r}"
        part = os.read(process.stdout.fileno(), 65_536)
        assert part, f"ended with {process.wait(60)} after {told!r}"
        told += part
    return told.decode()


def until(true: Callable[[], bool], what: str) -> None:
    """Ask again until it is true; each asking waits for the server's answer."""
    deadline = os.times().elapsed + DEADLINE_SECONDS
    while not true():
        assert os.times().elapsed < deadline, f"{what}: not within {DEADLINE_SECONDS} s"
        select.select([], [], [], 0.02)


def is_ready(http: httpx.Client) -> bool:
    return http.get("/readyz").status_code == 200


def test_rows_that_are_sent_are_counted_and_it_stops_on_sigterm(start):
    served = start()
    with served.http() as http:
        assert http.post("/v1/projects", json={"name": "p"}).status_code == 201
        made = http.post("/v1/projects/p/models", json={"name": "m", "schema": SCHEMA})
        assert made.status_code == 201
        rows = [{"id": str(i), "x": i, "p": i, "y": i + 1, "ts": "2026-01-01T00:00:00Z"} for i in range(200)]
        csv = "id,x,p,y,ts\n" + "\n".join(",".join(str(v) for v in row.values()) for row in rows)
        kind = {"Content-Type": "text/csv"}
        reference = http.post("/v1/projects/p/models/m/references?name=r", content=csv, headers=kind)
        assert reference.status_code == 201, reference.text
        sent = http.post("/v1/projects/p/models/m/predictions", json=rows)
        assert sent.json()["accepted"] == 200
        until(lambda: 'barograph_log_rows{model="m",project="p"} 200.0' in http.get("/metrics").text, "log")
        until(lambda: is_ready(http), "readiness")
        until(lambda: http.get("/v1/projects/p/models/m/versions").json()["versions"] != [], "a version")
    workers = served.workers()
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(DEADLINE_SECONDS) == 0
    assert not any(worker.is_running() for worker in workers)


def test_it_opens_a_browser_that_is_signed_in(start, tmp_path, monkeypatch):
    script, asked = tmp_path / "browser.py", tmp_path / "asked"
    script.write_text(f"import pathlib, sys\npathlib.Path({str(asked)!r}).write_text(sys.argv[1])\n")
    monkeypatch.setenv("BROWSER", f"{sys.executable} {script} %s")
    for _ in range(2):
        served = start("--open")
        until(lambda: asked.exists() and asked.read_text() != "", "a browser")
        with httpx.Client(follow_redirects=True, timeout=DEADLINE_SECONDS) as browser:
            assert browser.get(asked.read_text()).url.path == "/models/new"
            assert browser.get(f"{served.address}/settings/keys").status_code == 200
        served.process.send_signal(signal.SIGINT)
        assert served.process.wait(DEADLINE_SECONDS) == 0
        asked.unlink()


def test_the_first_key_is_shown_once_and_still_holds_after_a_restart(start):
    first = start()
    assert first.token is not None
    first.process.send_signal(signal.SIGINT)
    assert first.process.wait(DEADLINE_SECONDS) == 0
    second = start()
    assert second.token is None
    answer = httpx.get(f"{second.address}/v1/projects", headers={"Authorization": f"Bearer {first.token}"})
    assert answer.status_code == 200


def test_a_worker_that_ends_is_started_again(start):
    served = start()
    with served.http() as http:
        until(lambda: is_ready(http), "readiness")
        (worker,) = served.workers()
        worker.kill()
        until(lambda: [w.pid for w in served.workers()] not in ([], [worker.pid]), "another worker")


def test_a_worker_ends_with_its_server_however_that_ends(start):
    served = start()
    with served.http() as http:
        until(lambda: is_ready(http), "readiness")
    (worker,) = served.workers()
    served.process.kill()
    worker.wait(DEADLINE_SECONDS)
    assert not worker.is_running()


def test_a_second_server_on_the_same_folder_is_refused(start, tmp_path):
    start()
    command = [sys.executable, "-m", "barograph", "serve", "--port", "0", "--data", str(tmp_path / "data")]
    second = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_SECONDS, check=False)
    assert second.returncode == 2
    assert "is used by another server" in second.stderr


def test_an_address_in_use_is_refused_before_anything_is_made(tmp_path):
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        command = [
            sys.executable,
            "-m",
            "barograph",
            "serve",
            "--port",
            port,
            "--data",
            str(tmp_path / "new"),
        ]
        found = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_SECONDS, check=False)
    assert found.returncode == 2
    assert "cannot listen" in found.stderr
    assert not list((tmp_path / "new").glob("*.db"))


def test_a_clock_that_was_set_is_the_servers_time(start):
    served = start("--clock", "2011-01-01T00:00:00Z", "--speed", "60")
    with served.http() as http:
        made = http.post("/v1/projects", json={"name": "p"}).json()
    assert made["created_at"].startswith("2011-01-01T")


def test_a_client_that_never_ends_its_headers_is_hung_up_on(start):
    served = start("--set", "header_seconds=300ms")
    host, port = served.address.removeprefix("http://").split(":")
    with closing(socket.create_connection((host, int(port)), timeout=DEADLINE_SECONDS)) as slow:
        slow.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
        assert slow.recv(100) == b""
    assert httpx.get(f"{served.address}/healthz").status_code == 200


def test_a_client_that_never_ends_its_body_is_told_so(start):
    served = start("--set", "body_seconds=300ms")
    host, port = served.address.removeprefix("http://").split(":")
    with closing(socket.create_connection((host, int(port)), timeout=DEADLINE_SECONDS)) as slow:
        head = f"POST /v1/projects HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {served.token}\r\n"
        slow.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{".encode())
        assert slow.recv(20).startswith(b"HTTP/1.1 408")
