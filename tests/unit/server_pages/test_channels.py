"""Channels as an admin makes, changes and switches them: what they are reached with is typed and never shown."""

import re

import pytest

from barograph.server.pages.channels.fields import config_typed
from barograph.store.catalog import project
from barograph.store.channels import channel_named, channel_seal
from barograph.store.database import open_database

HERE = {"Sec-Fetch-Site": "same-origin"}
LIST = "/settings/channels"
SECRET = "a secret of sixteen or more"
TYPED = {
    "email": {"host": "mail.example.org", "port": "465", "security": "tls", "user": "b", "password": SECRET,
              "sender": "b@example.org", "to": "ann@example.org\nbob@example.org"},
    "apprise": {"url": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"},
    "webhook": {"url": "https://hooks.example.org/T1/s3cret", "secret_key": SECRET},
    "pagerduty": {"routing_key": SECRET, "url": "https://events.eu.pagerduty.com"},
    "sms": {"account": "AC1", "token": SECRET, "sender": "+1555", "to": "+4912345", "url": "https://api.twilio.com"},
    "alertmanager": {"peers": "http://127.0.0.1:9093\nhttp://127.0.0.2:9093", "interval_seconds": "30",
                     "least": "critical", "headers": f"Authorization: {SECRET}"},
    "browser": {},
}  # fmt: skip


@pytest.fixture
def bank(signed_in, token):
    """An admin's browser, at a server with a project."""
    bearer = {"Authorization": f"Bearer {token}"}
    assert signed_in.post("/v1/projects", json={"name": "bank"}, headers=bearer).status_code == 201
    return signed_in


def send(browser, path, **form):
    token = re.search(r'name="form_token" value="(\w+)"', browser.get("/settings").text)[1]
    return browser.post(path, data={"form_token": token, **form}, headers=HERE)


def make(browser, kind, **typed):
    form = {"into": "bank", "name": "ops", "kind": kind, "enabled": "true", **TYPED[kind], **typed}
    return send(browser, f"{LIST}/new", **form)


@pytest.fixture
def opened(settings):
    """Reads what a channel is reached with, as deliveries do."""

    def read(name="ops"):
        database = open_database(settings.database_url)
        with database.reading() as conn:
            held = channel_named(conn, project(conn, "bank").id, name)
        database.close()
        return held, held.opened(channel_seal(settings.data_path))

    return read


@pytest.mark.parametrize("kind", TYPED)
def test_each_kind_is_made_and_shows_no_secret(bank, opened, kind):
    answer = make(bank, kind, language="zh-CN")
    assert answer.url.path == LIST, answer.text
    stored, held = opened()
    assert (stored.kind, stored.enabled, held.language) == (kind, True, "zh-CN")
    if kind == "email":
        assert held.config["to"] == ["ann@example.org", "bob@example.org"]
        assert held.config["port"] == 465
    if kind == "alertmanager":
        assert held.config["headers"] == {"Authorization": SECRET}
        assert held.config["watchdog"] is False
    for path in (LIST, f"{LIST}.json", f"{LIST}/bank/ops", f"{LIST}/bank/ops.json"):
        page = bank.get(path)
        assert page.status_code == 200
        for secret in (SECRET, "s3cret", "TIiajkdnlazkcOXrIdevi7FQ"):
            assert secret not in page.text


@pytest.mark.parametrize("kind", [kind for kind in TYPED if kind != "browser"])
def test_what_is_left_empty_of_secrets_stays(bank, opened, kind):
    make(bank, kind)
    before = opened()[1].config
    form = {name: each for name, each in TYPED[kind].items() if SECRET not in each and "://" not in each}
    shown = bank.get(f"{LIST}/bank/ops.json").json()["fields"]
    form |= {each["name"]: each["value"] for each in shown if each["shape"] in ("lines", "line")}
    answer = send(bank, f"{LIST}/bank/ops", **form, enabled="true", language="en")
    assert answer.url.path == LIST, answer.text
    assert opened()[1].config == before


def test_a_secret_that_is_typed_is_the_new_one(bank, opened):
    make(bank, "webhook")
    send(bank, f"{LIST}/bank/ops", url="", secret_key="another of sixteen or more", enabled="true")
    config = opened()[1].config
    assert config == {"url": TYPED["webhook"]["url"], "secret_key": "another of sixteen or more"}


@pytest.mark.parametrize(
    ("kind", "typed", "field", "said"),
    [
        ("email", {"host": ""}, "host", "This is needed."),
        ("email", {"to": "ann"}, "to", "This cannot be read; see the example."),
        ("email", {"port": "many"}, "port", "Expected a number"),
        ("webhook", {"url": "ftp://example.org"}, "url", "such as https://example.org/hook, without a name"),
        ("webhook", {"secret_key": "short"}, "secret_key", "This is needed."),
        ("apprise", {"url": "json://127.0.0.1"}, "url", "use a channel of kind webhook"),
        ("alertmanager", {"least": "dire"}, "least", "Choose one of the list."),
        ("sms", {"name": ""}, "name", "This is needed."),
        ("sms", {"name": "a/b"}, "name", "no slash"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(bank, kind, typed, field, said):
    answer = make(bank, kind, **typed)
    assert answer.status_code == 422
    entry = re.search(rf'<label[^>]*>(?:(?!</label>).)*name="{field}".*?</label>', answer.text, re.DOTALL)[0]
    assert said in entry
    assert 'aria-invalid="true"' in entry
    assert SECRET not in answer.text
    assert bank.get(f"{LIST}.json").json()["channels"] == []


def test_a_new_one_does_not_take_the_place_of_another(bank, opened):
    make(bank, "webhook")
    answer = make(bank, "browser")
    assert answer.status_code == 422
    assert "There is a channel of that name" in answer.text
    assert opened()[0].kind == "webhook"


def test_it_is_switched_off_and_on_and_deleted(bank, opened):
    make(bank, "email")
    assert "Switch on" in send(bank, f"{LIST}/bank/ops/switch").text
    assert (opened()[0].enabled, opened()[1].config["password"]) == (False, SECRET)
    assert "Switch off" in send(bank, f"{LIST}/bank/ops/switch").text
    send(bank, f"{LIST}/bank/ops/delete")
    assert bank.get(f"{LIST}.json").json()["channels"] == []
    actions = [entry["action"] for entry in bank.get("/settings/audit.json").json()["entries"]]
    assert actions.count("channel.put") == 3
    assert "channel.delete" in actions


def test_one_that_does_not_open_any_more_is_typed_again(bank, opened, settings):
    make(bank, "webhook")
    (settings.data_path / "channels.secret").unlink()
    assert "type all of it again" in bank.get(f"{LIST}/bank/ops").text
    send(bank, f"{LIST}/bank/ops", **TYPED["webhook"], enabled="true")
    assert opened()[1].config["secret_key"] == SECRET


def test_routes_are_listed_beside_them(bank, token):
    bearer = {"Authorization": f"Bearer {token}"}
    usual = bank.get(f"{LIST}.json").json()["routes"]
    assert [(each["name"], each["is_usual"], each["channels"]) for each in usual] == [("default", True, [])]
    make(bank, "browser")
    file = {
        "monitors": [],
        "routes": {"night": {"channels": ["ops"], "escalate": [{"after": "15m", "channels": "ops"}]}},
    }
    assert bank.put("/v1/projects/bank/monitors", json=file, headers=bearer).status_code == 200
    page = bank.get(LIST).text
    assert "night" in page
    assert "ops after 15 min" in page


def test_headers_are_read_whatever_they_hold():
    typed = {"peers": "http://a:1", "headers": "A: b:c\n\nnonsense"}
    assert config_typed("alertmanager", typed, {})["headers"] == {"A": "b:c", "nonsense": ""}
