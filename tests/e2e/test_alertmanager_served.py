"""From a row sent to a server to an alert in a real Alertmanager, and the end of it."""

from __future__ import annotations

import json
import os
import select
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import httpx
import pytest

PROGRAM = shutil.which("prometheus-alertmanager")
pytestmark = pytest.mark.skipif(
    PROGRAM is None, reason="needs Alertmanager: apt-get install prometheus-alertmanager"
)
DEADLINE_SECONDS = 120.0
CONFIG = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"
SCHEMA = {"columns": {"x": {"role": "feature"}, "ts": {"role": "timestamp"}}}
PROJECT = "/v1/projects/shop"
#: A minute of the server's clock is a second.
NOON, SPEED = datetime(2024, 5, 6, 12, tzinfo=UTC), 60
CLOCK = ("--clock", NOON.isoformat(), "--speed", str(SPEED))
MONITOR = {
    "name": "too much", "metric": 'quality.mean(column="x")', "window": "1m", "when": {"above": 5},
    "lateness": "2m", "severity": "critical", "clear": 1,
}  # fmt: skip


def wait_for(holds: Callable[[], object]) -> None:
    pause, deadline = Event(), time.monotonic() + DEADLINE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass"
        pause.wait(0.2)


@pytest.fixture
def alertmanager(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "am.yml").write_text(CONFIG)
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    command = [
        PROGRAM, f"--config.file={tmp_path}/am.yml", f"--storage.path={tmp_path}/am",
        f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=",
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(30)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[httpx.Client]:
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
        [*command, "--set", "apply_seconds=0.1", *CLOCK], stdout=subprocess.PIPE, env=dict(os.environ)
    )
    try:
        assert process.stdout is not None
        told = json.loads(read_document(process))
        headers = {"Authorization": f"Bearer {told['token']}"}
        with httpx.Client(base_url=told["address"], headers=headers, timeout=60) as http:
            yield http
        process.terminate()
        process.wait(60)
        process.stdout.close()
    finally:
        process.kill()


def read_document(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout is not None
    text = b""
    while not text.rstrip().endswith(b"}"):
        ready, _, _ = select.select([process.stdout], [], [], DEADLINE_SECONDS)
        part = os.read(process.stdout.fileno(), 65_536) if ready else b""
        assert part, f"the server ended, or said nothing more after {text!r}"
        text += part
    return text


@dataclass
class Till:
    """Sends a few rows for every minute of the server's clock, and asks Alertmanager what fires."""

    http: httpx.Client
    alertmanager: str
    server_time: datetime
    at: float

    def now(self) -> datetime:
        """The server's time, half a minute late: nothing is ahead of its clock."""
        return self.server_time + timedelta(seconds=SPEED * (time.monotonic() - self.at) - 30)

    def send(self, x: float) -> None:
        rows = [{"x": x + i % 2, "ts": self.now().isoformat()} for i in range(5)]
        self.http.post(f"{PROJECT}/models/till/predictions", json=rows).raise_for_status()

    def fires(self, x: float) -> set[str]:
        """Send rows, then say which alerts fire."""
        self.send(x)
        found = httpx.get(f"{self.alertmanager}/api/v2/alerts", timeout=30).json()
        return {alert["labels"]["alertname"] for alert in found}


@pytest.fixture
def till(served: httpx.Client, alertmanager: str) -> Till:
    """A model with a reference, a monitor of its minutes, and a channel."""
    project = served.post("/v1/projects", json={"name": "shop"}).raise_for_status().json()
    found = Till(served, alertmanager, datetime.fromisoformat(project["created_at"]), time.monotonic())
    made = {"name": "till", "schema": SCHEMA, "every": "1m"}
    served.post(f"{PROJECT}/models", json=made).raise_for_status()
    before = [NOON - timedelta(seconds=10 * i) for i in range(300, 0, -1)]
    csv = "x,ts\n" + "\n".join(f"{i % 3},{at.isoformat()}" for i, at in enumerate(before))
    kind = {"Content-Type": "text/csv"}
    served.post(f"{PROJECT}/models/till/references?name=r", content=csv, headers=kind).raise_for_status()
    channel = {"kind": "alertmanager", "config": {"peers": [alertmanager], "interval_seconds": 1}}
    served.put(f"{PROJECT}/channels/am", json=channel).raise_for_status()
    served.put(f"{PROJECT}/monitors", json={"monitors": [MONITOR]}).raise_for_status()
    return found


def test_a_breach_reaches_alertmanager_and_its_end_too(till: Till):
    tested = till.http.post(f"{PROJECT}/channels/am/test").raise_for_status().json()
    assert tested["outcome"] == "sent", tested
    wait_for(lambda: {"BarographTest", "BarographWatchdog"} <= till.fires(0.0))
    wait_for(lambda: "too much" in till.fires(100.0))
    [alert] = [
        one
        for one in httpx.get(f"{till.alertmanager}/api/v2/alerts", timeout=30).json()
        if one["labels"]["alertname"] == "too much"
    ]
    labels = alert["labels"]
    assert (labels["project"], labels["model"], labels["column"]) == ("shop", "till", "x")
    assert (labels["severity"], labels["kind"]) == ("critical", "breach")
    assert "above the limit 5" in alert["annotations"]["description"]
    wait_for(lambda: "too much" not in till.fires(0.0))
