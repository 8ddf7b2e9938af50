"""Every route against every role, and against keys that are none: who is not let in learns nothing."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from barograph.config.read import read_settings
from barograph.server.access.keyring import new_key
from barograph.server.access.roles import ROLES, suffices
from barograph.server.access.tokens import Token
from barograph.server.app import create_app
from barograph.server.clock import SystemClock
from barograph.server.preparing import prepare
from barograph.server.routes import ROUTERS
from barograph.store.catalog import create_project
from barograph.store.database import open_database
from barograph.store.keys import add_key

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

#: Asked for by those who have no key yet: whether the server runs.
OPEN = {"/healthz", "/readyz"}
ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
CALLS = sorted(
    (method, route.path, role)
    for route in ROUTES
    if route.path not in OPEN
    for method in route.methods
    for role in [
        getattr(d.call, "role", None) for d in route.dependant.dependencies if hasattr(d.call, "role")
    ]
)
VALUES = {"project": "theirs", "model": "m", "reference": "r", "key_id": "0" * 16}


def called(path: str, project: str = "theirs") -> str:
    """The path with something in place of its parameters."""
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda m: (VALUES | {"project": project}).get(m[1], "1"), path)


@dataclass
class Walked:
    """A server and a header for each kind of key."""

    http: TestClient
    headers: dict[str, dict[str, str]]

    def status(self, method: str, path: str, key: str, project: str = "theirs") -> int:
        url = called(path, project)
        return self.http.request(method, url, headers=self.headers[key]).status_code


@pytest.fixture(scope="module")
def walked(tmp_path_factory) -> Iterator[Walked]:
    folder: Path = tmp_path_factory.mktemp("walk")
    # Not asked from this machine, where /metrics needs no key.
    flags = {"data": str(folder), "failed_keys": "1000000", "trusted_proxies": ""}
    settings = read_settings(environment={}, flags=flags).settings
    clock = SystemClock()
    assert prepare(settings, clock) is not None
    database, now = open_database(settings.database_url), clock.now()
    tokens: dict[str, str | None] = {"none": None, "unknown": Token.new().text, "nonsense": "x"}
    with database.writing() as conn:
        for project in ("mine", "theirs"):
            create_project(conn, project, now=now)
        for role in ROLES:
            for scope, projects in (("all", None), ("mine", ("mine",))):
                token, key = new_key(
                    name="walk", role=role, projects=projects, created_by="test", now=now, expires_at=None
                )
                add_key(conn, key)
                tokens[f"{role}/{scope}"] = token.text
        expired, key = new_key(
            name="walk", role="admin", projects=None, created_by="test", now=now, expires_at=now
        )
        add_key(conn, key)
        tokens["expired"] = expired.text
    database.close()
    headers = {name: {} if t is None else {"Authorization": f"Bearer {t}"} for name, t in tokens.items()}
    with TestClient(create_app(settings), raise_server_exceptions=False) as http:
        yield Walked(http, headers)


def test_every_route_says_what_it_needs():
    said = {path for _, path, _ in CALLS}
    assert {route.path for route in ROUTES} == said | OPEN


def test_the_walk_is_over_all_that_the_application_serves(walked):
    served = set(walked.http.get("/openapi.json").json()["paths"])
    assert served == {route.path.replace(":path}", "}") for route in ROUTES}


@pytest.mark.parametrize("key", ["none", "unknown", "nonsense", "expired"])
def test_without_a_valid_key_nothing_is_answered(walked, key):
    found = {(m, p): walked.status(m, p, key) for m, p, _ in CALLS}
    assert {call: status for call, status in found.items() if status != 401} == {}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_let_in_where_it_suffices_and_nowhere_else(walked, role):
    for method, path, needed in CALLS:
        status = walked.status(method, path, f"{role}/all")
        assert (status == 403) != suffices(role, needed), (method, path, role, status)
        assert status not in (401, 500), (method, path, role, status)


@pytest.mark.parametrize("role", ROLES)
def test_a_key_of_one_project_finds_nothing_in_another(walked, role):
    for method, path, needed in CALLS:
        if "{project}" in path:
            status = walked.status(method, path, f"{role}/mine")
            assert status == (404 if suffices(role, needed) else 403), (method, path, role, status)


@pytest.mark.parametrize("role", ROLES)
def test_a_project_of_another_cannot_be_told_from_none(walked, role):
    header = walked.headers[f"{role}/mine"]
    for method, path, needed in CALLS:
        if "{project}" in path and suffices(role, needed):
            theirs, none = (
                walked.http.request(method, called(path, name), headers=header).json()["error"]["message"]
                for name in ("theirs", "no such")
            )
            assert theirs.replace("theirs", "no such") == none, (method, path)


@pytest.mark.parametrize("path", ["/v1/keys", "/v1/audit", "/metrics"])
def test_what_concerns_all_projects_needs_a_key_for_all(walked, path):
    status = walked.status("GET", path, "admin/mine")
    assert status == (200 if path == "/v1/keys" else 403)


@pytest.mark.parametrize(
    "path",
    ["/V1/projects", "//v1/projects", "/v1//projects", "/v1/projects/..;/keys", "/v1/projects/%2e%2e/keys"],
)
def test_a_path_written_otherwise_leads_nowhere(walked, path):
    answer = walked.http.get(path, headers=walked.headers["viewer/mine"])
    assert answer.status_code in (404, 403)
