"""The page of an incident: what is said of it, and what is done there."""

import html
import re

import pytest
import sqlalchemy as sa

from barograph.server.pages.incident.make import history_of
from barograph.store.alerts import AlertEvent, events_of
from barograph.store.audit import read_audit
from barograph.store.database import open_database
from barograph.store.incidents import incidents_of
from barograph.store.silences import list_silences
from barograph.store.tables.alerts import alerts

from .incidents import HOSTILE, spoken_of, troubled

HERE = {"Sec-Fetch-Site": "same-origin"}


def form_token(page):
    return re.search(r'name="form_token" value="(\w+)"', page.text)[1]


@pytest.fixture
def database(settings, token):
    found = open_database(settings.database_url)
    yield found
    found.close()


@pytest.fixture
def incident(database, clock):
    return troubled(database, clock.time)


def send(browser, incident, what, **form):
    token = form_token(browser.get(f"/incidents/{incident}"))
    return browser.post(f"/incidents/{incident}/{what}", data={"form_token": token, **form}, headers=HERE)


def stored(database, incident):
    with database.reading() as conn:
        return incidents_of(conn, [incident])[0]


def test_it_says_what_since_when_how_bad_why_and_what_to_do(signed_in, incident):
    page = signed_in.get(f"/incidents/{incident}").text
    for said in ("19 %, above the limit 5 %", "Since when", "How bad", "Why", "What to do", "2 hours"):
        assert said in page


def test_it_fires_until_all_of_its_open_alerts_recover(signed_in, incident, database):
    def state():
        eyebrow = (
            signed_in.get(f"/incidents/{incident}").text.split('<p class="eyebrow">')[1].split("</p>")[0]
        )
        return re.findall(r"</i>(firing|recovering)</span>", eyebrow)

    assert state() == ["firing"]
    with database.writing() as conn:
        conn.execute(sa.update(alerts).values(phase="recovering").where(alerts.c.resolved_at.is_(None)))
    assert state() == ["recovering"]


def test_text_of_users_is_text(signed_in, incident):
    send(signed_in, incident, "comment", text=HOSTILE)
    page = signed_in.get(f"/incidents/{incident}").text
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page


def test_acknowledging_is_written_with_who_did_it(signed_in, incident, database):
    answer = send(signed_in, incident, "acknowledge")
    assert answer.url.path == f"/incidents/{incident}"
    assert "acknowledged by admin" in answer.text
    assert stored(database, incident).acknowledged_at is not None
    with database.reading() as conn:
        assert "incident.acknowledged" in {entry.action for entry in read_audit(conn)}


@pytest.mark.parametrize(
    ("what", "form", "shown"),
    [
        ("assign", {"to": "ann"}, "ann sees to it"),
        ("snooze", {"hours": "4"}, "snoozed until"),
        ("comment", {"text": "the feed is down"}, "the feed is down"),
        ("mark", {"mark": "noise"}, 'value="" aria-pressed="true">Noise'),
        ("resolve", {"comment": "was a test"}, "was a test"),
    ],
)
def test_what_is_done_is_shown(signed_in, incident, what, form, shown):
    assert shown in send(signed_in, incident, what, **form).text


def test_until_when_it_was_put_off_is_told_in_the_models_own_time():
    put_off = AlertEvent(
        project_id=1, incident_id=1, at=0, actor="ann", kind="snoozed",
        details={"until": "2026-04-02T00:00:00+00:00"},
    )  # fmt: skip
    (line,) = history_of([put_off], {}, timezone="Europe/Berlin")
    assert line.text == "until Thursday 2 April 2026, 02:00 Europe/Berlin"


@pytest.mark.parametrize(("what", "form"), [("acknowledge", {}), ("snooze", {"hours": "4"})])
def test_what_was_done_last_is_taken_back(signed_in, incident, database, what, form):
    before = stored(database, incident)
    assert "/undo" not in signed_in.get(f"/incidents/{incident}").text
    assert f"/incidents/{incident}/undo" in send(signed_in, incident, what, **form).text
    page = send(signed_in, incident, "undo").text
    after = stored(database, incident)
    assert (after.acknowledged_by, after.acknowledged_at, after.snoozed_until) == (None, None, None)
    assert after.severity == before.severity
    assert "took back that it was" in page
    assert "/undo" not in page
    with database.reading() as conn:
        assert "incident.undo" in {entry.action for entry in read_audit(conn)}


def test_an_end_by_hand_is_taken_back(signed_in, incident, database):
    page = send(signed_in, incident, "resolve", comment="was a test").text
    assert stored(database, incident).resolved_at is not None
    assert f"/incidents/{incident}/undo" in page
    page = send(signed_in, incident, "undo").text
    after = stored(database, incident)
    assert (after.resolved_at, after.status == "resolved") == (None, False)
    assert "took back that it was ended" in page
    assert "Acknowledge" in page


def test_nothing_is_taken_back_once_something_else_happened(signed_in, incident, database):
    send(signed_in, incident, "acknowledge")
    assert "/undo" not in send(signed_in, incident, "comment", text="looking").text
    assert send(signed_in, incident, "undo").status_code == 409
    assert stored(database, incident).acknowledged_by is not None


def test_a_silence_from_here_silences_its_alerts(signed_in, incident, database):
    matchers = 'model="credit", monitor="nulls"'
    page = send(signed_in, incident, "silence", hours="24", comment="known", matchers=matchers).text
    with database.reading() as conn:
        (made,) = list_silences(conn)
    assert made.comment == "known"
    assert page.count("⊘") == 3
    assert re.search(r"Silenced until \d+ \w+ \d{4} \d\d:\d\d by admin\.", page)
    assert "That is no acknowledgement" in page
    assert "1 of 1 alerts told to nobody" in page
    assert "Silenced by admin: known" in page
    assert "<b>Alert</b>" in page


def test_forms_from_elsewhere_change_nothing(signed_in, incident, database):
    answer = signed_in.post(f"/incidents/{incident}/resolve", data={"form_token": "0" * 64}, headers=HERE)
    assert answer.status_code == 403
    assert stored(database, incident).is_open


def test_that_it_was_looked_at_is_noted_once(signed_in, incident, database):
    signed_in.get(f"/incidents/{incident}")
    signed_in.get(f"/incidents/{incident}")
    with database.reading() as conn:
        assert [e.kind for e in events_of(conn, incident_id=incident)].count("opened by") == 1


def test_its_data_are_those_of_the_page(signed_in, incident):
    data = signed_in.get(f"/incidents/{incident}.json").json()
    assert data["alerts"][0]["monitor"] == "nulls"
    assert [scope["matches"] for scope in data["scopes"]] == [1, 1, 1]


def test_in_chinese_nothing_but_names_is_left_in_english(signed_in, database, clock, english_in):
    incident = spoken_of(database, clock.time)
    page = signed_in.get(f"/incidents/{incident}", headers={"Accept-Language": "zh-CN"}).text
    text = html.unescape(re.sub(r"<(script|style|code|pre).*?</\1>|<[^>]*>", " · ", page, flags=re.DOTALL))
    assert "credit：income 的缺失值：19 %，高于阈值 5 %。" in text
    assert english_in(text, "Barograph") == []
    told = signed_in.get(f"/incidents/{incident}.json", headers={"Accept-Language": "zh-CN"}).json()
    assert told["what"][0] == "credit: Missing values of income: 19 %, above the limit 5 %."
