"""Requests made up from the OpenAPI document: none is answered with 5xx, and every answer is one it declares."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from barograph.config.read import read_settings
from barograph.server.app import create_app

DEADLINE_SECONDS = 60.0
SCHEMA = {
    "task": "binary",
    "positive": "yes",
    "columns": {
        "x": {"role": "feature"}, "zip": {"role": "feature", "kind": "categorical"}, "ts": {"role": "timestamp"},
        "p": {"role": "prediction"}, "s": {"role": "score"}, "y": {"role": "label"}, "id": {"role": "id"},
    },
}  # fmt: skip
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
]  # fmt: skip
#: What names a thing that is there in half of the requests, so that they are not all answered with 404.
THERE = {"project": "p", "model": "m", "reference": "r"}


@schemathesis.serializer(
    "application/jsonl", "application/ndjson", "application/x-ndjson", "text/csv",
    "application/vnd.apache.arrow.file", "application/vnd.apache.arrow.stream", "application/vnd.apache.parquet",
    "application/vnd.barograph.profile",
)  # fmt: skip
def as_bytes(_context: object, value: object) -> bytes:
    """Whatever was made up, as bytes."""
    return value if isinstance(value, bytes) else json.dumps(value, default=str).encode()


def rows(n: int = 300) -> list[dict[str, object]]:
    return [
        {
            "id": str(i), "x": i % 37, "zip": "abc"[i % 3], "ts": f"2026-01-{1 + i % 9:02d}T0{i % 9}:00:00Z",
            "p": ["yes", "no"][i % 2], "s": (i % 10) / 10, "y": ["yes", "no"][i % 3 == 0],
        }
        for i in range(n)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[httpx.Client]:
    """A server with a model that has a reference and rows; its worker runs beside it."""
    folder = tmp_path_factory.mktemp("fuzzed")
    flags = [
        "--port",
        "0",
        "--data",
        str(folder / "data"),
        "--set",
        "apply_seconds=0.1",
        "--set",
        "key_requests=0",
    ]
    command = [sys.executable, "-m", "barograph", "serve", "--json", *flags, "--set", "log_level=error"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=folder)
    try:
        assert process.stdout is not None
        told = b""
        while not told.rstrip().endswith(b"}"):
            ready, _, _ = select.select([process.stdout], [], [], DEADLINE_SECONDS)
            part = os.read(process.stdout.fileno(), 65_536) if ready else b""
            assert part, f"the server ended, or said nothing more after {told!r}"
            told += part
        address, token = (json.loads(told)[name] for name in ("address", "token"))
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=address, headers=headers, timeout=DEADLINE_SECONDS) as http:
            http.post("/v1/projects", json={"name": "p"}).raise_for_status()
            http.post(
                "/v1/projects/p/models", json={"name": "m", "schema": SCHEMA, "by": ["zip"]}
            ).raise_for_status()
            lines = "\n".join(json.dumps(row) for row in rows())
            kind = {"Content-Type": "application/x-ndjson"}
            http.post(
                "/v1/projects/p/models/m/references?name=r", content=lines, headers=kind
            ).raise_for_status()
            http.post("/v1/projects/p/models/m/predictions", json=rows()).raise_for_status()
            deadline = time.monotonic() + DEADLINE_SECONDS
            while http.get("/readyz").status_code != 200:
                # Until the worker is there: 503, which is as declared and still no news.
                assert process.poll() is None
                assert time.monotonic() < deadline, "it is not ready"
                select.select([], [], [], 0.05)
            yield http
        process.terminate()
        process.wait(DEADLINE_SECONDS)
        process.stdout.close()
    finally:
        process.kill()


api = schemathesis.openapi.from_dict(create_app(read_settings(environment={}).settings).openapi())
#: These would take away what the others need.
kept = api.exclude(method="DELETE", path=["/v1/projects/{project}/models/{model}", "/v1/keys/{key_id}"])


@kept.parametrize()
@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_request_breaks_the_server(case, served):
    if len(repr(case.query)) % 2:
        case.path_parameters = {
            name: THERE.get(name, value) for name, value in (case.path_parameters or {}).items()
        }
    answer = case.call(base_url=str(served.base_url), headers=dict(served.headers), timeout=DEADLINE_SECONDS)
    case.validate_response(answer, checks=CHECKS)


def test_nothing_broke(served):
    told = served.get("/metrics").text
    assert 'status="500"' not in told
    assert served.get("/healthz").status_code == 200
