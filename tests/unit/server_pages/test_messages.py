"""What was sent can be read on the pages, as its receivers have it."""

import html
import re
import warnings

import pytest

from barograph.server.notify.compose import incident_letter
from barograph.server.notify.kinds import read_config
from barograph.store.channels import Opened, channel_seal, put_channel
from barograph.store.database import open_database
from barograph.store.notifications import of_incident
from barograph.store.outbox import done, freeze, put

from .incidents import HOSTILE, spoken_of

with warnings.catch_warnings():
    # Its services are loaded at the first address, and one of them imports what Python is to drop.
    warnings.simplefilter("ignore")
    import apprise

    apprise.Apprise.instantiate("json://localhost")

SECRET = "a secret nobody is shown"
CONFIGS = {
    "email": {"host": "mail.example.org", "sender": "b@example.org", "to": ["ann@example.org"], "password": SECRET},
    "webhook": {"url": f"https://hooks.example.org/{SECRET.replace(' ', '')}", "secret_key": SECRET},
    "pagerduty": {"routing_key": SECRET},
    "sms": {"account": "AC1", "token": SECRET, "sender": "+1555", "to": ["+4912345"]},
    "apprise": {"url": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"},
    "browser": {},
    "alertmanager": {"peers": ["http://127.0.0.1:9093"], "headers": {"Authorization": SECRET}},
}  # fmt: skip


@pytest.fixture
def database(settings, token):
    held = open_database(settings.database_url)
    yield held
    held.close()


def tell(settings, database, now, kind, language="en", *, sent=True, **said):
    """An incident that a channel was told of; returns its id and that of the message."""
    incident = spoken_of(database, now)
    with database.writing() as conn:
        (row,) = conn.exec_driver_sql("SELECT id FROM projects WHERE name = 'bank'").all()
        config = read_config(kind, CONFIGS[kind]).model_dump(mode="json")
        sealed = Opened(config=config, language=language).sealed(
            channel_seal(settings.data_path), project_id=row.id, name="ops"
        )
        put_channel(conn, project_id=row.id, name="ops", kind=kind, sealed=sealed, now=now)
        put(conn, project_id=row.id, channel="ops", reason="new", key="k1", now=now, incident_id=incident)
        (waiting,) = of_incident(conn, incident)
        if sent:
            letter = incident_letter(conn, waiting, now=now, public_url="https://b.example.org")
            body = {**letter.written(), "document": {**letter.document, **said}, "language": language}
            freeze(conn, waiting, body)
            done(conn, waiting, now=now, body=body)
    return incident, waiting.id


@pytest.mark.parametrize("kind", CONFIGS)
def test_a_message_is_shown_without_what_its_channel_is_reached_with(
    signed_in, settings, database, clock, kind
):
    incident, message = tell(settings, database, clock.now(), kind)
    page = signed_in.get(f"/incidents/{incident}").text
    assert f'href="/notifications/{message}"' in page
    shown = signed_in.get(f"/notifications/{message}")
    held = signed_in.get(f"/notifications/{message}.json")
    assert shown.status_code == held.status_code == 200
    assert "Missing values" in shown.text
    for text in (shown.text, held.text):
        assert SECRET not in text
        assert SECRET.replace(" ", "") not in text
        assert "TIiajkdnlazkcOXrIdevi7FQ" not in text
    assert held.json()["link"] == f"https://b.example.org/incidents/{incident}"


def test_both_parts_of_a_mail_are_there_and_the_document_runs_nothing(signed_in, settings, database, clock):
    _, message = tell(settings, database, clock.now(), "email", why=HOSTILE)
    page = signed_in.get(f"/notifications/{message}").text
    frame = re.search(r'<iframe[^>]*sandbox="([^"]*)"[^>]*srcdoc="([^"]*)"', page, re.DOTALL)
    assert "allow-scripts" not in frame[1]
    assert "allow-same-origin" not in frame[1]
    document = html.unescape(frame[2])
    assert document.startswith("<!doctype html>")
    assert HOSTILE not in document
    assert html.escape(HOSTILE) in document
    assert "ann@example.org" in page
    assert "19 %, above the limit 5 %" in html.unescape(
        re.search(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)[1]
    )


def test_a_message_stays_in_the_language_it_was_sent_in(signed_in, settings, database, clock, token):
    _, message = tell(settings, database, clock.now(), "email", "zh-CN")
    bearer = {"Authorization": f"Bearer {token}"}
    body = {"kind": "email", "config": CONFIGS["email"], "language": "en"}
    assert signed_in.put("/v1/projects/bank/channels/ops", json=body, headers=bearer).status_code == 200
    held = signed_in.get(f"/notifications/{message}.json").json()
    assert held["language"] == "zh-CN"
    assert "高于阈值" in held["written"]["text"]


def test_a_short_message_is_as_short_as_it_was(signed_in, settings, database, clock):
    _, message = tell(settings, database, clock.now(), "sms")
    assert 40 < len(signed_in.get(f"/notifications/{message}.json").json()["written"]["text"]) <= 320


def test_what_was_not_written_yet_says_so(signed_in, settings, database, clock):
    _, message = tell(settings, database, clock.now(), "email", sent=False)
    assert signed_in.get(f"/notifications/{message}.json").json()["written"] is None
    assert "when it is first sent" in signed_in.get(f"/notifications/{message}").text


def test_a_message_can_be_read_after_the_key_of_its_channel_is_gone(signed_in, settings, database, clock):
    _, message = tell(settings, database, clock.now(), "webhook")
    (settings.data_path / "channels.secret").unlink()
    page = signed_in.get(f"/notifications/{message}").text
    assert "does not open any more" in page
    assert "Missing values" in page


def test_the_list_has_all_of_them_by_state(signed_in, settings, database, clock):
    _, message = tell(settings, database, clock.now(), "webhook")
    held = signed_in.get("/notifications.json").json()
    assert [(each["id"], each["state"]) for each in held["rows"]] == [(message, "sent")]
    assert held["counts"] == {"sent": 1}
    assert signed_in.get("/notifications.json?state=dead").json()["rows"] == []
    assert signed_in.get("/notifications.json?project=other").json()["rows"] == []
    assert signed_in.get(f"/notifications.json?before={message}").json()["rows"] == []
    assert f'href="/notifications/{message}"' in signed_in.get("/notifications").text
