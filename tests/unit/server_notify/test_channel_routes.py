"""Channels over HTTP: written by admins, shown without secrets, tried."""

from __future__ import annotations

import pytest

HOOK = {"kind": "webhook", "config": {"url": "https://hooks.example.org/T1/secret", "secret_key": "s" * 20}}


def test_a_channel_is_shown_without_its_secrets(http):
    made = http.put("/v1/projects/bank/channels/ops", json=HOOK)
    assert made.status_code == 200, made.text
    shown = http.get("/v1/projects/bank/channels").json()["channels"][0]
    assert shown["config"] == {"url": "https://hooks.example.org/••••", "secret_key": "••••"}
    assert "secret/" not in made.text


def test_a_channel_can_be_switched_off_without_saying_its_secrets_again(http):
    http.put("/v1/projects/bank/channels/ops", json=HOOK)
    off = http.put("/v1/projects/bank/channels/ops", json={"kind": "webhook", "enabled": False}).json()
    assert (off["enabled"], off["config"]["secret_key"]) == (False, "••••")


def test_what_is_not_said_leaves_a_channel_off(http):
    http.put("/v1/projects/bank/channels/ops", json=HOOK | {"enabled": False})
    changed = http.put("/v1/projects/bank/channels/ops", json={"kind": "webhook", "language": "zh-CN"}).json()
    assert (changed["enabled"], changed["language"]) == (False, "zh-CN")


def test_a_new_channel_needs_what_it_is_reached_with(http):
    refused = http.put("/v1/projects/bank/channels/ops", json={"kind": "webhook"})
    assert refused.status_code == 422
    assert "is new" in refused.json()["error"]["message"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"kind": "webhok", "config": {}}, "did you mean 'webhook'?"),
        ({"kind": "webhook", "config": {"url": "ftp://x", "secret_key": "s" * 20}}, "config.url"),
        ({"kind": "webhook", "config": {"url": "https://x/", "secret_key": "short"}}, "config.secret_key"),
        (
            {"kind": "webhook", "config": {"url": "https://u:p@x/", "secret_key": "s" * 20}},
            "name or password",
        ),
        ({"kind": "email", "config": {"host": "h"}}, "A channel of kind email has host, port"),
        (
            {"kind": "email", "config": {"host": "h", "sender": "a@b\r\nBcc: c@d", "to": ["a@b"]}},
            "config.sender",
        ),
        ({"kind": "apprise", "config": {"url": "json://169.254.169.254"}}, "kind webhook"),
        ({"kind": "apprise", "config": {"url": "file:///etc/passwd"}}, "are not sent to"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_was_expected(http, body, said):
    refused = http.put("/v1/projects/bank/channels/ops", json=body)
    assert refused.status_code == 400
    assert said in refused.json()["error"]["message"]


def test_a_secret_is_in_no_error_and_not_in_the_audit_log(http):
    bad = {"kind": "pagerduty", "config": {"routing_key": "hunter2\n", "url": "https://x"}}
    assert "hunter2" not in http.put("/v1/projects/bank/channels/ops", json=bad).text
    http.put("/v1/projects/bank/channels/ops", json=HOOK)
    entries = http.get("/v1/audit").json()["entries"]
    assert entries[0]["action"] == "channel.put"
    assert "secret" not in str(entries[0]["details"])


def test_a_test_says_what_became_of_it(http):
    closed = {"kind": "webhook", "config": {"url": "http://127.0.0.1:9/x", "secret_key": "s" * 20}}
    http.put("/v1/projects/bank/channels/ops", json=closed)
    found = http.post("/v1/projects/bank/channels/ops/test").json()
    assert found["outcome"] == "failed"
    assert "127.0.0.1 gave no answer" in found["why"]
    assert http.get("/v1/projects/bank/channels/ops").json()["last_error"] == found["why"]


def test_a_browser_channel_needs_nothing_and_is_tried_with_success(http):
    http.put("/v1/projects/bank/channels/desk", json={"kind": "browser", "config": {}})
    assert http.post("/v1/projects/bank/channels/desk/test").json() == {"outcome": "sent", "why": None}


def test_a_channel_that_was_sealed_with_another_key_is_shown_as_such(http, settings):
    http.put("/v1/projects/bank/channels/ops", json=HOOK)
    (settings.data_path / "channels.secret").write_bytes(bytes(32))
    shown = http.get("/v1/projects/bank/channels/ops").json()
    assert shown["config"] is None
    assert "set the channel again" in shown["last_error"]
    assert http.post("/v1/projects/bank/channels/ops/test").json()["outcome"] == "refused"


def test_a_deleted_channel_is_gone(http):
    http.put("/v1/projects/bank/channels/ops", json=HOOK)
    assert http.delete("/v1/projects/bank/channels/ops").status_code == 204
    assert http.get("/v1/projects/bank/channels/ops").status_code == 404


def test_digests_are_at_eight_until_something_else_is_said(http):
    shown = http.get("/v1/projects/bank/digests").json()["digests"]
    assert [(d["kind"], d["hour"], d["timezone"]) for d in shown] == [
        ("digest", 8, "UTC"),
        ("summary", 8, "UTC"),
    ]
    http.put(
        "/v1/projects/bank/digests/digest",
        json={"hour": 17, "timezone": "Asia/Shanghai", "channels": ["ops"]},
    )
    changed = http.get("/v1/projects/bank/digests").json()["digests"][0]
    assert (changed["hour"], changed["timezone"], changed["channels"]) == (17, "Asia/Shanghai", ["ops"])
    refused = http.put("/v1/projects/bank/digests/digest", json={"timezone": "Europe/Berln"})
    assert refused.status_code == 422


def test_notifications_are_listed_with_their_counts(http):
    assert http.get("/v1/projects/bank/notifications").json() == {
        "notifications": [],
        "counts": {},
        "next": None,
    }


def test_messages_are_written_in_a_language_that_can_be_changed_alone(http):
    path = "/v1/projects/bank/channels/ops"
    assert http.put(path, json=HOOK).json()["language"] == "en"
    assert http.put(path, json={"kind": "webhook", "language": "zh-CN"}).json()["language"] == "zh-CN"
    again = http.put(path, json=HOOK).json()
    assert (again["language"], again["config"]["secret_key"]) == ("zh-CN", "••••")
    assert http.put(path, json={**HOOK, "language": "tlh"}).status_code == 422
