"""Liveness, readiness and /metrics."""

from __future__ import annotations

import asyncio
import shutil
import subprocess

import httpx
import pytest

from barograph.server.clock import SystemClock
from barograph.server.readiness import FRESH_SECONDS, Readiness
from barograph.store.errors import StoreUnavailable
from barograph.store.worker_failures import note_failure
from barograph.store.workers import mark_alive, mark_gone

LOCAL = ("127.0.0.1", 5000)


def ask(app, path: str, *, client: tuple[str, int], **headers: str) -> httpx.Response:
    async def sent() -> httpx.Response:
        transport = httpx.ASGITransport(app, client=client)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as http:
            return await http.get(path, headers=headers)

    return asyncio.run(sent())


def test_a_server_that_runs_says_so_without_a_key(http):
    assert http.get("/healthz", headers={"Authorization": ""}).json() == {"status": "ok"}


def test_a_server_without_worker_is_not_ready(http):
    answer = http.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"][2] == {"name": "worker", "ok": False}


def test_a_server_with_a_worker_is_ready_until_that_is_gone(app, http):
    here = app.state.server
    with here.database.writing() as conn:
        mark_alive(conn, "host/1", now=SystemClock().now(), seconds=60)
    assert http.get("/readyz").json()["status"] == "ready"
    with here.database.writing() as conn:
        mark_gone(conn, "host/1")
    assert not Readiness().look(here)[2].ok


def test_a_log_that_cannot_be_written_is_not_ready(app, http, monkeypatch):
    def broken(self: object, entries: object) -> list[object]:
        raise StoreUnavailable("the disk is full")

    monkeypatch.setattr(type(app.state.server.log), "append", broken)
    assert http.get("/readyz").json()["checks"][1] == {"name": "log", "ok": False}


def test_readiness_looks_once_a_second(app, http):
    now = [0.0]
    here = app.state.server
    with here.database.writing() as conn:
        mark_alive(conn, "host/1", now=SystemClock().now(), seconds=60)
    readiness = Readiness(seconds=lambda: now[0])
    first = readiness.look(app.state.server)
    assert readiness.look(app.state.server) is first
    now[0] += FRESH_SECONDS
    assert readiness.look(app.state.server) is not first


def test_a_server_that_is_not_ready_looks_again_soon(app, http):
    now = [0.0]
    here, readiness = app.state.server, Readiness(seconds=lambda: now[0])
    assert not readiness.look(here)[2].ok
    with here.database.writing() as conn:
        mark_alive(conn, "host/1", now=SystemClock().now(), seconds=60)
    assert not readiness.look(here)[2].ok
    now[0] += FRESH_SECONDS / 5
    assert readiness.look(here)[2].ok


def test_metrics_are_answered_to_this_machine_alone_without_a_key(app, http, token):
    assert ask(app, "/metrics", client=LOCAL).status_code == 200
    assert ask(app, "/metrics", client=("192.0.2.1", 5000)).status_code == 401
    assert ask(app, "/metrics", client=LOCAL, host="evil.example").status_code == 401
    assert ask(app, "/metrics", client=LOCAL, **{"x-forwarded-for": "192.0.2.1"}).status_code == 401
    key = {"authorization": f"Bearer {token}"}
    assert ask(app, "/metrics", client=("192.0.2.1", 5000), **key).status_code == 200


def test_requests_are_counted_by_route_and_not_by_address(http):
    for name in ("a", "b"):
        http.get(f"/v1/projects/{name}/models")
    told = http.get("/metrics").text
    counted = (
        'barograph_http_requests_total{method="GET",route="/v1/projects/{project}/models",status="404"} 2.0'
    )
    assert counted in told


def test_failures_of_workers_are_counted_by_job(app, http):
    with app.state.server.database.writing() as conn:
        for _ in range(2):
            note_failure(conn, "apply", subject="model 3", told="no", at=1)
    assert 'barograph_worker_failures_total{job="apply"} 2.0' in http.get("/metrics").text


@pytest.mark.skipif(shutil.which("promtool") is None, reason="apt-get install prometheus")
def test_promtool_finds_nothing_to_say_about_the_metrics(app, http):
    here = app.state.server
    here.measured.records.labels(project="p", source="http", outcome="accepted").inc(5)
    http.get("/v1/projects")
    told = ask(app, "/metrics", client=LOCAL).content
    checked = subprocess.run(
        ["promtool", "check", "metrics"], input=told, capture_output=True, check=False, timeout=600
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")
    for name in (b"ingest_records_total", b"ingest_queue_depth", b"wal_fsync_duration_seconds_bucket"):
        assert b"barograph_" + name in told
