"""The list of monitors, and finding things by name."""

import pytest

from barograph.schema.model import Column, Schema
from barograph.store.catalog import create_model, create_project, project
from barograph.store.database import open_database
from barograph.store.monitors import put_monitor

DOCUMENT = {
    "name": "income moved",
    "metric": 'drift.psi(column="income")',
    "when": {"above": 0.2},
    "reason": "it <b>matters</b>",
}


@pytest.fixture
def bank(settings, token, clock):
    database = open_database(settings.database_url)
    with database.writing() as conn:
        create_project(conn, "bank", now=clock.now())
        schema = Schema(columns=(Column(name="income"), Column(name="age")))
        create_model(conn, "bank", "credit", schema, now=clock.now())
        put_monitor(conn, project(conn, "bank").id, "income moved", DOCUMENT, now=clock.now(), actor="test")
    database.close()


def test_monitors_are_listed_with_what_they_watch_and_why(signed_in, bank):
    found = signed_in.get("/monitors.json").json()["monitors"]
    assert [(m["name"], m["metric"], m["series"]) for m in found] == [("income moved", DOCUMENT["metric"], 0)]
    page = signed_in.get("/monitors").text
    assert "it &lt;b&gt;matters" in page
    assert "not yet" in page


def test_a_name_narrows_the_list_and_says_so(signed_in, bank):
    assert "income moved" in signed_in.get("/monitors?for=INCOME").text
    assert "No monitor has that in its name." in signed_in.get("/monitors?for=nothing").text


def test_without_monitors_the_next_commands_are_told(signed_in):
    assert "barograph suggest monitors" in signed_in.get("/monitors").text


def test_a_models_whole_name_leads_to_it(signed_in, bank):
    answer = signed_in.get("/find?for=credit", follow_redirects=False)
    assert answer.headers["location"] == "/models/bank/credit"


def test_parts_of_names_find_models_columns_and_monitors(signed_in, bank):
    found = signed_in.get("/find.json?for=inco").json()["found"]
    assert [(f["kind"], f["name"]) for f in found] == [("column", "income"), ("monitor", "income moved")]
    assert "No model" in signed_in.get("/find?for=zzz").text
