"""A real Alertmanager is told what fires, again after it was killed, and that it is over."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import httpx
import polars as pl
import pytest

import barograph as bg
from barograph.server.alertmanager.resend import Means, Resending
from barograph.server.clock import SystemClock
from barograph.server.notify.addresses import Reach
from barograph.server.notify.channels.alertmanager import AlertmanagerChannel
from barograph.server.notify.kinds import read_config
from barograph.server.notify.letter import Letter
from barograph.server.notify.outcome import Failed, Sent
from barograph.store import catalog
from barograph.store.alerts import AlertEvent, StoredAlert, add_alert, add_events, change_alert
from barograph.store.channels import Seal, put_channel
from barograph.store.database import Database, open_database
from barograph.store.tables import metadata

PROGRAM = shutil.which("prometheus-alertmanager")
pytestmark = pytest.mark.skipif(
    PROGRAM is None, reason="needs Alertmanager: apt-get install prometheus-alertmanager"
)
DEADLINE_SECONDS = 60.0
CONFIG = """
route: {receiver: nobody, group_by: [project, model]}
receivers: [{name: nobody}]
"""


@dataclass
class Alertmanager:
    """The process, which a test may kill and start again on the same address."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [
            PROGRAM, f"--config.file={self.folder}/am.yml", f"--storage.path={self.folder}/data",
            f"--web.listen-address=127.0.0.1:{self.port}", "--cluster.listen-address=",
        ]  # fmt: skip
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(self.is_ready)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(30)

    def is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/-/ready", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def alerts(self, name: str = "income moved") -> dict[str, str]:
        """State by severity of the alerts of a name that fire."""
        found = httpx.get(f"{self.url}/api/v2/alerts", params={"filter": f'alertname="{name}"'}, timeout=30)
        return {a["labels"]["severity"]: a["status"]["state"] for a in found.json()}

    def silence(self) -> None:
        now = datetime.now(UTC)
        matcher = {"name": "alertname", "value": "income moved", "isRegex": False, "isEqual": True}
        body = {
            "matchers": [matcher], "startsAt": now.isoformat(), "endsAt": (now + timedelta(hours=1)).isoformat(),
            "createdBy": "test", "comment": "known",
        }  # fmt: skip
        httpx.post(f"{self.url}/api/v2/silences", json=body, timeout=30).raise_for_status()


def wait_until(holds) -> None:
    pause, deadline = Event(), time.monotonic() + DEADLINE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass"
        pause.wait(0.1)


@pytest.fixture
def alertmanager(tmp_path) -> Iterator[Alertmanager]:
    (tmp_path / "am.yml").write_text(CONFIG)
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    found = Alertmanager(tmp_path, port)
    found.start()
    yield found
    found.kill()


@dataclass
class Wall:
    """A time two minutes behind the machine's, which a test moves on: Alertmanager goes by its own."""

    behind_us: int = 120_000_000

    def now(self) -> int:
        return SystemClock().now() - self.behind_us

    def pass_seconds(self, seconds: float) -> None:
        self.behind_us -= round(seconds * 1_000_000)
        assert self.behind_us >= 0


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def store(tmp_path, alertmanager, wall) -> Iterator[Database]:
    """A project with a channel to it, and an alert that fires."""
    database = open_database(f"sqlite:///{tmp_path / 'barograph.db'}")
    with database.writing() as conn:
        metadata.create_all(conn)
        catalog.create_project(conn, "bank", now=1)
        schema = bg.Schema.infer(pl.DataFrame({"income": [1.0, 2.0]}))
        model_id = catalog.create_model(conn, "bank", "credit", schema, now=1).id
        config = read_config("alertmanager", {"peers": [alertmanager.url]}).model_dump(mode="json")
        sealed = Seal(key=bytes(32)).close(config, project_id=1, name="am")
        put_channel(conn, project_id=1, name="am", kind="alertmanager", sealed=sealed, now=1)
        fire(conn, model_id, wall.now())
    yield database
    database.close()


def fire(conn, model_id: int, now: int) -> int:
    labels = {"project": "bank", "model": "credit", "monitor": "income moved", "metric": "drift.share"}
    alert_id = add_alert(
        conn,
        StoredAlert(
            project_id=1, model_id=model_id, monitor_id=None, series_id=None, monitor="income moved",
            configuration=1, fingerprint="f", kind="breach", address="drift.share", version="", phase="firing",
            severity="warning", peak_severity="warning", started_at=now, fired_at=now, summary="income moved",
            details={"verdict": {"value": 0.41, "detail": "0.41, limit 0.10"}}, labels=labels, window_end=now,
        ),
    )  # fmt: skip
    happened(conn, alert_id, "fired", now)
    return alert_id


def happened(conn, alert_id: int, kind: str, now: int) -> None:
    event = AlertEvent(project_id=1, incident_id=None, alert_id=alert_id, at=now, actor="server", kind=kind)
    add_events(conn, [event])


def resending(store: Database, wall: Wall, owner: str = "host/1") -> Resending:
    means = Means(
        database=store, seal=Seal(key=bytes(32)), reach=Reach(), owner=owner, wall_us=wall.now,
        public_url="https://baro.example.org",
    )  # fmt: skip
    return Resending(means, wall)


def test_an_alert_fires_is_silenced_survives_a_kill_rises_and_ends(alertmanager, store, wall):
    loop = resending(store, wall)
    assert loop.step()
    assert alertmanager.alerts() == {"warning": "active"}
    assert alertmanager.alerts("BarographWatchdog") == {"none": "active"}
    alertmanager.silence()
    wait_until(lambda: alertmanager.alerts() == {"warning": "suppressed"})

    alertmanager.kill()
    wall.pass_seconds(60)
    assert loop.step(), "it is told again, and does not answer"
    alertmanager.start()
    assert alertmanager.alerts() == {}, "what it knew of alerts was in its memory"
    wall.pass_seconds(5)
    assert loop.step()
    assert alertmanager.alerts().keys() == {"warning"}

    with store.writing() as conn:
        change_alert(conn, 1, severity="critical", peak_severity="critical")
        happened(conn, 1, "escalated", wall.now())
    assert loop.step()
    wait_until(lambda: alertmanager.alerts().keys() == {"critical"})

    with store.writing() as conn:
        change_alert(conn, 1, resolved_at=wall.now(), phase="ok")
        happened(conn, 1, "resolved", wall.now())
    assert loop.step()
    wait_until(lambda: alertmanager.alerts() == {})


def test_a_worker_that_takes_over_tells_what_fires_and_what_ended_meanwhile(alertmanager, store, wall):
    assert resending(store, wall).step()
    assert alertmanager.alerts() == {"warning": "active"}
    with store.writing() as conn:
        change_alert(conn, 1, resolved_at=wall.now(), phase="ok")
        happened(conn, 1, "resolved", wall.now())
    other = resending(store, wall, "host/2")
    assert not other.step(), "the first still holds it"
    assert resending(store, wall, "host/1").step()
    wait_until(lambda: alertmanager.alerts() == {})


def test_nothing_is_told_between_two_beats_unless_something_happened(alertmanager, store, wall):
    loop = resending(store, wall)
    assert [loop.step(), loop.step()] == [True, False]
    wall.pass_seconds(59)
    assert not loop.step()
    wall.pass_seconds(1)
    assert loop.step()


def test_what_is_suppressed_here_fires_there_no_more(alertmanager, store, wall):
    loop = resending(store, wall)
    assert loop.step()
    with store.writing() as conn:
        change_alert(conn, 1, suppressed=[{"by": "silence", "sentence": "silenced by Ann"}])
        happened(conn, 1, "suppressed", wall.now())
    assert loop.step()
    wait_until(lambda: alertmanager.alerts() == {})


def test_a_test_is_an_alert_that_ends_by_itself(alertmanager):
    channel = AlertmanagerChannel(
        peers=(alertmanager.url, "http://127.0.0.1:1"), interval_seconds=60.0, least="warning", watchdog=True,
        headers={}, reach=Reach(), wall_seconds=time.time,
    )  # fmt: skip
    letter = Letter(kind="test", document={"title": "A test"}, project="bank", reason="test")
    outcome = channel.send(letter, "k1")
    assert isinstance(outcome, Failed)
    assert "127.0.0.1:1" in outcome.why
    assert alertmanager.alerts("BarographTest") == {"info": "active"}
    incident = Letter(kind="incident", document={"title": "x"}, project="bank", reason="new", incident_id=1)
    assert isinstance(channel.send(incident, "k2"), Sent)
