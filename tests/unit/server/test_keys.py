"""Keys: made, verified, expired, revoked, and how often one may be used."""

from __future__ import annotations

import pytest

from barograph.config.read import read_settings
from barograph.server.access.keyring import FRESH_SECONDS, Keyring
from barograph.server.access.tokens import Token, without_secrets
from barograph.server.errors import RequestRefused
from barograph.server.preparing import prepare
from barograph.store.audit import verify


@pytest.fixture
def make(http):
    """Makes a key and returns the header that shows it."""

    def made(role: str, **more: object) -> dict[str, str]:
        answer = http.post("/v1/keys", json={"name": "test", "role": role, **more})
        assert answer.status_code == 201, answer.text
        return {"Authorization": f"Bearer {answer.json()['token']}"}

    return made


def id_of(header: dict[str, str]) -> str:
    token = Token.parse(header["Authorization"].removeprefix("Bearer "))
    assert token is not None
    return token.key_id


def test_the_first_key_is_made_once(settings, clock):
    assert prepare(settings, clock) is not None
    assert prepare(settings, clock) is None


def test_a_token_shows_no_secret_when_it_is_printed():
    token = Token.new()
    assert token.secret not in repr(token)
    assert token.secret not in without_secrets(f"header {token.text} sent")


def test_a_secret_is_kept_nowhere(http, settings, make):
    token = Token.parse(make("viewer")["Authorization"].removeprefix("Bearer "))
    for file in settings.data_path.iterdir():
        assert token.secret.encode() not in file.read_bytes(), file


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Basic YTpi"},
        {"Authorization": f"Bearer {Token(key_id='0' * 16, secret='A' * 43).text}"},
    ],
)
def test_without_a_valid_key_the_answer_is_401_in_the_same_words(app, http, header):
    http.headers.pop("Authorization")
    answer = http.get("/v1/projects", headers=header)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert "no valid key" in answer.json()["error"]["message"]


def test_a_key_with_another_secret_is_refused(http, token):
    wrong = token[:-4] + ("AAAA" if not token.endswith("AAAA") else "BBBB")
    assert http.get("/v1/projects", headers={"Authorization": f"Bearer {wrong}"}).status_code == 401


def test_a_key_in_the_query_is_no_key(http, token):
    http.headers.pop("Authorization")
    answer = http.get(f"/v1/projects?access_token={token}")
    assert answer.status_code in (401, 422)
    assert token not in answer.text


def test_a_revoked_key_is_refused_at_once(http, make):
    header = make("viewer")
    assert http.get("/v1/projects", headers=header).status_code == 200
    assert http.delete(f"/v1/keys/{id_of(header)}").status_code == 204
    assert http.get("/v1/projects", headers=header).status_code == 401


def test_an_expired_key_is_refused(http, make, clock):
    header = make("viewer", expires_at="2011-03-13T07:07:40Z")
    assert http.get("/v1/projects", headers=header).status_code == 200
    clock.pass_seconds(61)
    assert http.get("/v1/projects", headers=header).status_code == 401


def test_a_key_that_expires_in_the_past_is_not_made(http):
    body = {"name": "old", "role": "viewer", "expires_at": "2001-01-01T00:00:00Z"}
    assert http.post("/v1/keys", json=body).status_code == 422


@pytest.mark.parametrize("name", ["", " ", "\t"])
def test_a_key_without_a_name_is_not_made(http, name):
    made = http.post("/v1/keys", json={"name": name, "role": "viewer"})
    assert made.status_code in (400, 422), made.text
    assert len(http.get("/v1/keys").json()["keys"]) == 1


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-14:00", "9999-06-01T00:00:00Z"])
def test_a_key_until_a_time_that_cannot_be_told_is_not_made(http, at):
    body = {"name": "long", "role": "viewer", "expires_at": at}
    assert http.post("/v1/keys", json=body).status_code == 422
    assert http.get("/v1/keys").status_code == 200


def test_the_last_admin_is_not_revoked(http, token):
    refused = http.delete(f"/v1/keys/{Token.parse(token).key_id}")
    assert refused.status_code == 409
    assert "last admin" in refused.json()["error"]["message"]


def test_a_key_sees_its_own_projects_alone(http, make):
    for name in ("a", "b"):
        http.post("/v1/projects", json={"name": name})
    header = make("editor", projects=["a"])
    assert [p["name"] for p in http.get("/v1/projects", headers=header).json()["projects"]] == ["a"]
    assert http.get("/v1/projects/a/models", headers=header).status_code == 200
    foreign = http.get("/v1/projects/b/models", headers=header)
    missing = http.get("/v1/projects/c/models", headers=header)
    assert foreign.status_code == missing.status_code == 404
    assert foreign.json()["error"]["message"].replace("'b'", "'c'") == missing.json()["error"]["message"]


def test_an_admin_of_one_project_makes_keys_for_it_alone(http, make):
    for name in ("a", "b"):
        http.post("/v1/projects", json={"name": name})
    header = make("admin", projects=["a"])
    for projects, status in ((["a"], 201), (["b"], 403), (None, 403)):
        body = {"name": "k", "role": "admin", "projects": projects}
        assert http.post("/v1/keys", json=body, headers=header).status_code == status
    assert http.post("/v1/projects", json={"name": "c"}, headers=header).status_code == 403
    assert http.get("/v1/audit", headers=header).status_code == 403


def test_a_foreign_key_cannot_be_seen_or_revoked(http, make, token):
    http.post("/v1/projects", json={"name": "a"})
    header = make("admin", projects=["a"])
    assert [k["projects"] for k in http.get("/v1/keys", headers=header).json()["keys"]] == [["a"]]
    assert http.delete(f"/v1/keys/{Token.parse(token).key_id}", headers=header).status_code == 404


def test_changes_and_refusals_are_in_the_audit_log_and_its_chain_holds(app, http, make, token):
    header = make("viewer")
    http.post("/v1/projects", json={"name": "a"})
    http.post("/v1/projects", json={"name": "b"}, headers=header)
    entries = http.get("/v1/audit").json()["entries"]
    told = [(e["action"], e["outcome"], e["actor"]) for e in reversed(entries)]
    admin = Token.parse(token).key_id
    assert told[1:] == [
        ("key.create", "done", admin), ("project.create", "done", admin),
        ("POST /v1/projects", "denied", id_of(header)),
    ]  # fmt: skip
    with app.state.server.database.reading() as conn:
        assert verify(conn) == len(entries)


def test_the_audit_log_is_read_in_parts(http):
    for name in "abc":
        http.post("/v1/projects", json={"name": name})
    first = http.get("/v1/audit?entries=2").json()
    rest = http.get(f"/v1/audit?entries=10&before={first['next_before']}").json()
    assert [e["number"] for e in first["entries"] + rest["entries"]] == [4, 3, 2, 1]
    assert rest["next_before"] is None


def test_refusals_of_one_address_fill_the_audit_log_only_so_fast(http):
    for _ in range(25):
        http.get("/v1/projects", headers={"Authorization": ""})
    denied = [e for e in http.get("/v1/audit?entries=1000").json()["entries"] if e["outcome"] == "denied"]
    assert len(denied) == 10


class TestTooMany:
    @pytest.fixture
    def settings(self, tmp_path):
        flags = {"data": str(tmp_path / "data"), "key_requests": "3", "failed_keys": "2"}
        return read_settings(environment={}, flags=flags).settings

    def test_a_key_is_told_to_wait(self, http):
        answers = [http.get("/v1/projects") for _ in range(4)]
        assert [a.status_code for a in answers] == [200, 200, 200, 429]
        assert int(answers[3].headers["retry-after"]) >= 1

    def test_an_address_with_many_wrong_keys_is_told_to_wait(self, http):
        wrong = {"Authorization": f"Bearer {Token.new().text}"}
        answers = [http.get("/v1/projects", headers=wrong).status_code for _ in range(3)]
        assert answers == [401, 401, 429]


def test_what_another_process_revoked_holds_no_longer_than_a_second(app, http, make, clock):
    token = Token.parse(make("viewer")["Authorization"].removeprefix("Bearer "))
    now = [0.0]
    other = Keyring(app.state.server.database, clock, key_requests=0, failed_keys=9, seconds=lambda: now[0])
    assert other.verify(token, "here").role == "viewer"
    http.delete(f"/v1/keys/{token.key_id}")
    now[0] += FRESH_SECONDS
    with pytest.raises(RequestRefused, match="no valid key"):
        other.verify(token, "here")
