"""The page of one alert: what is said of it, what is done and said there, and the way to its incident."""

import re

import pytest

from barograph.store.alerts import change_alert, events_of
from barograph.store.audit import read_audit
from barograph.store.database import open_database

from .incidents import HOSTILE, troubled

HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def database(settings, token, clock):
    found = open_database(settings.database_url)
    troubled(found, clock.time)
    yield found
    found.close()


def send(browser, address, **form):
    token = re.search(r'name="form_token" value="(\w+)"', browser.get("/alerts/1").text)[1]
    return browser.post(address, data={"form_token": token, **form}, headers=HERE)


def test_it_answers_the_five_questions(signed_in, database):
    page = signed_in.get("/alerts/1").text
    for said in (
        "19 %, above the limit 5 %",
        "Since when",
        "Why",
        "What to do",
        "2 hours",
        "quality.null_share",
    ):
        assert said in page


def test_it_and_its_incident_lead_to_each_other(signed_in, database):
    assert 'href="/incidents/1"' in signed_in.get("/alerts/1").text
    assert 'href="/alerts/1"' in signed_in.get("/incidents/1").text


def test_a_comment_stands_in_both_histories_and_in_the_audit_log(signed_in, database):
    answer = send(signed_in, "/alerts/1/comment", text="the feed is down")
    assert answer.url.path == "/alerts/1"
    assert "the feed is down" in answer.text
    assert "the feed is down" in signed_in.get("/incidents/1").text
    with database.reading() as conn:
        assert [event.kind for event in events_of(conn, alert_id=1)] == ["commented"]
        assert "alert.commented" in {entry.action for entry in read_audit(conn)}


@pytest.mark.parametrize(
    ("what", "form", "shown"),
    [
        ("acknowledge", {}, "acknowledged by admin"),
        ("mark", {"mark": "useful"}, 'value="" aria-pressed="true">Useful'),
        (
            "silence",
            {"hours": "4", "comment": "known", "matchers": 'model="credit"'},
            "Silenced by admin: known",
        ),
    ],
)
def test_what_is_done_about_it_leads_back_here(signed_in, database, what, form, shown):
    answer = send(signed_in, f"/incidents/1/{what}", back="/alerts/1", **form)
    assert answer.url.path == "/alerts/1"
    assert shown in answer.text


def test_another_address_to_go_back_to_is_not_taken(signed_in, database):
    token = re.search(r'name="form_token" value="(\w+)"', signed_in.get("/alerts/1").text)[1]
    answer = signed_in.post(
        "/incidents/1/acknowledge", data={"form_token": token, "back": "//example.com/"}, headers=HERE,
        follow_redirects=False,
    )  # fmt: skip
    assert answer.headers["location"] == "/"


def test_one_that_is_over_says_how_it_ended(signed_in, database, clock):
    with database.writing() as conn:
        change_alert(conn, 1, resolved_at=clock.time - 60_000_000, resolved_why="recovered", phase="ok")
    page = signed_in.get("/alerts/1").text
    assert ": recovered." in page
    assert 'class="button" data-key="s"' not in page


def test_text_of_users_is_text(signed_in, database):
    send(signed_in, "/alerts/1/comment", text=HOSTILE)
    assert HOSTILE not in signed_in.get("/alerts/1").text


def test_there_is_no_alert_of_that_number(signed_in, database):
    assert signed_in.get("/alerts/77").status_code == 404
