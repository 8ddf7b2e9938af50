"""The page of what happened: events and incidents by day, and notes."""

import re

import pytest

from barograph.store.database import open_database
from barograph.store.events import read_events

from .incidents import HOSTILE, troubled

HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def database(settings, token):
    found = open_database(settings.database_url)
    yield found
    found.close()


@pytest.fixture
def bank(database, clock, signed_in):
    """A browser in front of a project with an incident."""
    troubled(database, clock.time)
    return signed_in


def tell(browser, **form):
    token = re.search(r'name="form_token" value="(\w+)"', browser.get("/events").text)[1]
    return browser.post("/events", data={"form_token": token, **form}, headers=HERE)


def kinds(browser, asked=""):
    days = browser.get(f"/events.json{asked}").json()["days"]
    return [each["kind"] for day in days for each in day["happened"]]


def test_incidents_are_in_it_and_lead_to_their_page(bank):
    assert 'href="/incidents/1"' in bank.get("/events").text
    assert kinds(bank) == ["incident"]


def test_a_note_is_kept_with_who_told_it(bank, database):
    page = tell(bank, name="feed moved", about="bank/credit", kind="upstream", text="to another host")
    assert "feed moved" in page.text
    assert "to another host" in page.text
    with database.reading() as conn:
        (event,) = read_events(conn)
    assert (event.kind, event.source) == ("upstream", "admin")


def test_a_note_of_an_earlier_time(bank, database):
    tell(
        bank,
        name="deployed",
        about="bank",
        kind="deployment",
        at="2011-03-01T09:00",
        timezone="Europe/Berlin",
    )
    with database.reading() as conn:
        (event,) = read_events(conn)
    assert event.at == 1_298_966_400_000_000
    assert event.model_id is None


def test_kinds_and_models_are_chosen_by_link(bank):
    tell(bank, name="x", about="bank/credit")
    assert kinds(bank) == ["note", "incident"]
    assert kinds(bank, "?kind=note") == ["note"]
    assert kinds(bank, "?model=bank/other") == []


@pytest.mark.parametrize(
    "form", [{"kind": "incident"}, {"at": "soon"}, {"about": "bank/none"}, {"about": "none"}]
)
def test_what_cannot_be_noted_is_refused(bank, database, form):
    assert tell(bank, **({"name": "x", "about": "bank"} | form)).status_code in (400, 404, 422)
    with database.reading() as conn:
        assert read_events(conn) == []


def test_text_of_users_is_text(bank):
    page = tell(bank, name=HOSTILE, about="bank", text=HOSTILE).text
    assert HOSTILE not in page
    assert page.count("&lt;script&gt;") >= 2
