"""What is new is told to an open page, of what its visitor may see."""

import json
import re
from itertools import count

import pytest

from barograph.server.pages.accounts.passwords import hashed
from barograph.store.catalog import create_project
from barograph.store.database import open_database
from barograph.store.tables.alerts import alert_events, incidents
from barograph.store.users import add_user

HERE = {"Sec-Fetch-Site": "same-origin"}
WORDS = "a sentence to remember"


@pytest.fixture
def happens(settings, token, clock):
    """Makes an incident in a project, and something happen to it."""
    database, prints = open_database(settings.database_url), count()
    with database.writing() as conn:
        ids = {name: create_project(conn, name, now=clock.now()).id for name in ("bank", "shop")}

    def happen(project, kind="opened"):
        with database.writing() as conn:
            row = {c.name: 0 for c in incidents.columns if not c.nullable and c.name != "id"}
            texts = {
                c.name: "info" for c in incidents.columns if not c.nullable and c.type.python_type is str
            }
            made = row | texts | {"project_id": ids[project], "facts": {}, "fingerprint": str(next(prints))}
            made = {name: value for name, value in made.items() if name in incidents.c}
            found = conn.execute(incidents.insert().values(**made).returning(incidents.c.id)).scalar_one()
            conn.execute(
                alert_events.insert().values(
                    project_id=ids[project],
                    incident_id=found,
                    at=clock.now(),
                    actor="server",
                    kind=kind,
                    details={},
                )
            )

    yield happen
    database.close()


def told(browser, page="/"):
    """What the stream of a page says now."""
    address = re.search(r'data-source="([^"]+)"', browser.get(page).text)[1].replace("&amp;", "&")

    def look():
        lines = browser.get(address, headers={"Accept": "*/*"}).text.splitlines()
        return [json.loads(line.removeprefix("data: ")) for line in lines if line]

    return look


def test_a_page_knows_what_it_shows(signed_in, happens):
    happens("bank")
    look = told(signed_in)
    assert look() == []
    happens("bank")
    happens("shop", "resolved")
    assert look() == [{"incidents": 2, "windows": 0}]


def test_a_page_of_one_project_is_told_of_that_one(signed_in, happens):
    look = told(signed_in, "/?project=shop")
    happens("bank")
    assert look() == []


def test_what_may_not_be_seen_is_not_told(browser, happens, settings, clock):
    database = open_database(settings.database_url)
    with database.writing() as conn:
        add_user(
            conn,
            name="ann",
            password=hashed(WORDS),
            role="viewer",
            projects=["shop"],
            created_by="t",
            now=clock.now(),
        )
    database.close()
    browser.post("/signin", data={"name": "ann", "secret": WORDS}, headers=HERE)
    look = told(browser)
    happens("bank")
    assert look() == []
    happens("shop")
    assert look() == [{"incidents": 1, "windows": 0}]


def test_what_people_write_is_no_news(signed_in, happens):
    look = told(signed_in)
    happens("bank", "commented")
    assert look() == []


def test_the_stream_is_for_those_who_are_signed_in(browser):
    assert browser.get("/live", headers={"Accept": "text/event-stream"}).status_code == 401


def test_scripts_import_each_other_by_the_address_of_their_content(signed_in):
    script = re.search(r'src="(/static/pages\.\w+\.js)"', signed_in.get("/").text)[1]
    other = re.search(r'from "\./(live\.\w+\.js)"', signed_in.get(script).text)[1]
    assert "EventSource" in signed_in.get(f"/static/{other}").text
