"""Whose something is: owners of models, a person or a team; what is mine; notes on windows; where one is signed in."""

import re

import pytest

from barograph.schema.model import Column, Schema
from barograph.server.pages.accounts.passwords import hashed
from barograph.store.audit import read_audit
from barograph.store.catalog import create_model
from barograph.store.database import open_database
from barograph.store.events import read_events
from barograph.store.users import add_user

from .incidents import HOSTILE, troubled

HERE = {"Sec-Fetch-Site": "same-origin"}
WORDS = "a sentence to remember"
CREDIT = "/models/bank/credit"
AT = 1_299_974_400_000_000


@pytest.fixture
def database(settings, token, clock):
    """A project with an incident of one model, another model, and Ann of the team risk."""
    found = open_database(settings.database_url)
    troubled(found, clock.time)
    with found.writing() as conn:
        create_model(conn, "bank", "churn", Schema(columns=(Column(name="x"),)), now=clock.time)
        add_user(
            conn, name="ann", password=hashed(WORDS), role="editor", projects=None, created_by="test",
            now=clock.time, team="risk",
        )  # fmt: skip
    yield found
    found.close()


@pytest.fixture
def ann(browser, database):
    """A browser in which Ann is signed in."""
    assert browser.post("/signin", data={"name": "ann", "secret": WORDS}, headers=HERE).url.path == "/"
    return browser


def send(browser, page, path, **form):
    token = re.search(r'name="form_token" value="(\w+)"', browser.get(page).text)[1]
    return browser.post(path, data={"form_token": token, **form}, headers=HERE)


def shown(browser, address):
    return [each["name"] for each in browser.get(address).json()["models"]]


def test_an_owner_is_set_shown_and_noted(ann, database):
    answer = send(ann, CREDIT, f"{CREDIT}/owner", owner="risk")
    assert answer.url.path == CREDIT
    assert "looked after by risk" in answer.text
    with database.reading() as conn:
        assert "model.change" in {entry.action for entry in read_audit(conn)}
    assert "nobody looks after it" in send(ann, CREDIT, f"{CREDIT}/owner", owner=" ").text


def test_mine_are_my_models_and_my_teams(ann):
    send(ann, CREDIT, f"{CREDIT}/owner", owner="risk")
    assert shown(ann, "/models.json?whose=mine") == ["credit"]
    assert shown(ann, "/models.json?whose=nobody") == ["churn"]
    assert len(shown(ann, "/models.json")) == 2


def test_incidents_of_my_models_are_mine(ann):
    assert ann.get("/index.json?whose=mine").json()["incidents"] == []
    send(ann, CREDIT, f"{CREDIT}/owner", owner="risk")
    assert len(ann.get("/index.json?whose=mine").json()["incidents"]) == 1


def test_people_and_teams_are_offered_as_owners(ann):
    assert ann.get(f"{CREDIT}.json").json()["head"]["people"] == ["ann", "risk"]


def test_a_note_on_a_window_stands_on_the_timeline_with_who_wrote_it(ann, database):
    answer = send(
        ann, CREDIT, f"{CREDIT}/notes", at=str(AT), text=f"{HOSTILE} again", back="/events?span=90d"
    )
    assert answer.url.path == "/events"
    assert HOSTILE not in answer.text
    with database.reading() as conn:
        (event,) = read_events(conn, kinds=("note",))
        assert (event.at, event.source) == (AT, "ann")
        assert "event.create" in {entry.action for entry in read_audit(conn)}


@pytest.mark.parametrize("at", ["9" * 30, str(2**63), str(2**62), str(-(2**62))])
def test_a_note_on_no_window_there_can_be_is_refused(ann, at):
    assert send(ann, CREDIT, f"{CREDIT}/notes", at=at, text="a").status_code == 422
    assert ann.get("/events").status_code == 200


def test_one_browser_is_signed_out_and_the_other_is_not(ann):
    (own,) = ann.get("/settings.json").json()["sessions"]
    cookie = dict(ann.cookies)
    ann.cookies.clear()
    ann.post("/signin", data={"name": "ann", "secret": WORDS}, headers=HERE)
    answer = send(ann, "/settings", f"/settings/sessions/{own['id']}/end")
    assert answer.url.path == "/settings"
    assert len(ann.get("/settings.json").json()["sessions"]) == 1
    ann.cookies.clear()
    ann.cookies.update(cookie)
    assert ann.get("/settings").url.path == "/signin"


def test_a_keys_browsers_are_listed_too(signed_in):
    (own,) = signed_in.get("/settings.json").json()["sessions"]
    assert own["own"]
    assert "End this" in signed_in.get("/settings").text


def test_a_session_of_others_cannot_be_ended(ann):
    assert send(ann, "/settings", "/settings/sessions/0123456789abcdef/end").status_code == 404
