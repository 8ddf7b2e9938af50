"""Accounts, keys and what was done with them, as an admin sees to them in a browser."""

import re

import pytest

HERE = {"Sec-Fetch-Site": "same-origin"}
WORDS = "a sentence to remember"
OTHER = "another one to remember"


def send(browser, page, path, **form):
    token = re.search(r'name="form_token" value="(\w+)"', browser.get(page).text)[1]
    return browser.post(path, data={"form_token": token, **form}, headers=HERE)


@pytest.fixture
def with_ann(signed_in):
    """Ann has an account, made by the first admin."""
    form = {"name": "ann", "password": WORDS, "role": "viewer"}
    assert "ann" in send(signed_in, "/settings/people", "/settings/people", **form).text
    return signed_in


@pytest.fixture
def ann(with_ann):
    """The browser is Ann's now."""
    send(with_ann, "/settings", "/signout")
    assert with_ann.post("/signin", data={"name": "ann", "secret": WORDS}, headers=HERE).url.path == "/"
    return with_ann


def test_a_viewer_sees_no_settings_of_others(ann):
    page = ann.get("/settings").text
    assert "/settings/people" not in page
    assert ann.get("/settings/people").status_code == 403


def test_a_password_is_changed_by_who_knows_it(ann):
    wrong = send(ann, "/settings", "/settings/password", old="wrong", new=OTHER)
    assert wrong.status_code == 403
    assert send(ann, "/settings", "/settings/password", old=WORDS, new=OTHER).url.path == "/signin"
    assert ann.post("/signin", data={"name": "ann", "secret": WORDS}, headers=HERE).status_code == 401
    assert ann.post("/signin", data={"name": "ann", "secret": OTHER}, headers=HERE).url.path == "/"


def test_a_persons_language_is_theirs_in_every_browser(ann):
    page = send(ann, "/settings", "/settings/language", code="zh-CN")
    assert '<html lang="zh-CN"' in page.text
    assert '<html lang="en"' in send(ann, "/settings", "/settings/language", code="").text


def test_who_is_disabled_is_signed_out_and_not_let_in(with_ann):
    send(with_ann, "/settings/people", "/settings/people/1/disable")
    assert with_ann.get("/settings/people.json").json()["people"][0]["disabled_at"] is not None
    send(with_ann, "/settings", "/signout")
    assert with_ann.post("/signin", data={"name": "ann", "secret": WORDS}, headers=HERE).status_code == 401


def test_a_role_is_changed_and_written_down(with_ann):
    send(with_ann, "/settings/people", "/settings/people/1", role="editor", team="risk")
    found = with_ann.get("/settings/people.json").json()["people"][0]
    assert (found["role"], found["team"], found["projects"]) == ("editor", "risk", None)
    actions = [entry["action"] for entry in with_ann.get("/settings/audit.json").json()["entries"]]
    assert {"user.create", "user.change"} <= set(actions)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"role": "ingest"}, "Expected one of"),
        ({"projects": "nowhere"}, "no project"),
        ({"password": "short"}, "10 to 200 characters"),
        ({"name": "ann"}, "choose another name"),
    ],
)
def test_what_cannot_be_is_refused_in_words(with_ann, changed, said):
    form = {"name": "bob", "password": WORDS, "role": "viewer"} | changed
    answer = send(with_ann, "/settings/people", "/settings/people", **form)
    assert answer.status_code in (409, 422)
    assert said in answer.text


def test_a_key_is_shown_once_and_revoked(signed_in):
    made = send(signed_in, "/settings/keys", "/settings/keys", name="batch job", role="ingest")
    token = re.search(r"bg_\w+", made.text)[0]
    assert token not in signed_in.get("/settings/keys").text
    key = token.split("_")[1]
    send(signed_in, "/settings/keys", f"/settings/keys/{key}/revoke")
    held = {k["key_id"]: k for k in signed_in.get("/settings/keys.json").json()["keys"]}
    assert held[key]["revoked_at"] is not None


def test_signing_out_everywhere_ends_every_session(ann):
    assert "this browser" in ann.get("/settings").text
    assert send(ann, "/settings", "/settings/sessions/end").url.path == "/signin"
    assert ann.get("/settings").url.path == "/signin"


def test_a_channel_is_written_to_in_another_language(signed_in, token):
    config = {"url": "https://hooks.example.org/T1", "secret_key": "s" * 20}
    bearer = {"Authorization": f"Bearer {token}"}
    path, hook = "/settings/channels", "/v1/projects/bank/channels/ops"
    assert signed_in.post("/v1/projects", json={"name": "bank"}, headers=bearer).status_code == 201
    signed_in.put(hook, json={"kind": "webhook", "config": config}, headers=bearer)
    assert send(signed_in, path, f"{path}/bank/ops/language", code="zh-CN").url.path == path
    held = signed_in.get(hook, headers=bearer).json()
    assert (held["language"], held["config"]["secret_key"], held["enabled"]) == ("zh-CN", "••••", True)
    assert '<option value="zh-CN" lang="zh-CN" selected>' in signed_in.get(path).text
    assert send(signed_in, path, f"{path}/bank/ops/language", code="tlh").status_code == 422
