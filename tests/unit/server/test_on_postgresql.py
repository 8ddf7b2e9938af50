"""The frame of the server with its state in PostgreSQL."""

from __future__ import annotations

import pytest

from barograph.config.read import read_settings
from barograph.server.access.tokens import Token
from barograph.server.doctor.examine import examine
from barograph.server.preparing import prepare

SCHEMA = {"columns": {"x": {"kind": "numeric"}, "id": {"role": "id"}}}


@pytest.fixture
def settings(tmp_path, new_postgres_url):
    flags = {"data": str(tmp_path / "data"), "database": new_postgres_url(empty=True)}
    return read_settings(environment={}, flags=flags).settings


def test_the_first_key_is_made_once(settings, clock):
    assert prepare(settings, clock) is not None
    assert prepare(settings, clock) is None


def test_keys_are_made_noted_and_revoked(http):
    made = http.post("/v1/keys", json={"name": "k", "role": "viewer"}).json()["token"]
    header = {"Authorization": f"Bearer {made}"}
    assert http.get("/v1/projects", headers=header).status_code == 200
    assert http.delete(f"/v1/keys/{Token.parse(made).key_id}").status_code == 204
    assert http.get("/v1/projects", headers=header).status_code == 401
    told = [entry["action"] for entry in http.get("/v1/audit").json()["entries"]]
    assert told == ["GET /v1/projects", "key.revoke", "key.create", "key.create"]


def test_a_model_is_made_with_a_reference_and_deleted(http):
    http.post("/v1/projects", json={"name": "p"})
    models = "/v1/projects/p/models"
    assert http.post(models, json={"name": "m", "schema": SCHEMA}).status_code == 201
    rows = "x,id\n" + "\n".join(f"{i},{i}" for i in range(100))
    sent = http.post(f"{models}/m/references?name=r", content=rows, headers={"Content-Type": "text/csv"})
    assert sent.status_code == 201
    assert http.get(f"{models}/m").json()["reference"] == "r"
    assert http.delete(f"{models}/m").status_code == 204
    assert http.get(models).json() == {"models": []}


@pytest.mark.parametrize("name", ["%00", "a%00b", "%F0%9F%98%80", "a'; DROP TABLE models; --"])
def test_names_no_one_gave_are_not_found_and_break_nothing(http, name):
    http.post("/v1/projects", json={"name": "p"})
    assert http.get(f"/v1/projects/p/models/{name}").status_code in (404, 422)
    assert http.post("/v1/projects", json={"name": "a\x00b"}).status_code == 422


def test_doctor_and_readiness_know_it(http, settings, app, disk):
    found = {finding.check: finding.state for finding in examine(settings)}
    assert [check for check, state in found.items() if state != "ok"] == ["worker"]
    assert [check["ok"] for check in http.get("/readyz").json()["checks"]] == [True, True, False]
