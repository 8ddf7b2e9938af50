"""Monitors made and changed on pages: one document as a form and as YAML, kept, taken back, removed."""

import html
import re

import polars as pl
import pytest

import barograph as bg
from barograph.monitors.catalogue import TYPES
from barograph.monitors.document import read_monitor, written
from barograph.schema.model import Column, Schema
from barograph.server.catalog.making import make_from_profile
from barograph.server.pages.monitors.fields import MonitorFields, document_of, fields_of, fields_sent
from barograph.server.pages.monitors.text import faults_of, read_text
from barograph.store.audit import read_audit
from barograph.store.catalog import create_model, create_project
from barograph.store.database import open_database
from barograph.store.events import record

from .incidents import HOSTILE

HERE = {"Sec-Fetch-Site": "same-origin"}
NEW = "/monitors/bank/new"
FORM = {"metric": "drift.psi", "column": "income", "condition": "limit", "above": "0.2", "enabled": "true"}


@pytest.fixture
def bank(settings, token, clock):
    """A project with a model, in which nothing is watched."""
    database = open_database(settings.database_url)
    with database.writing() as conn:
        create_project(conn, "bank", now=clock.now())
        schema = Schema(columns=(Column(name="income"), Column(name="age")))
        create_model(conn, "bank", "credit", schema, now=clock.now())
    yield database
    database.close()


def send(browser, address, **form):
    page = browser.get(address.removesuffix("/undo").removesuffix("/delete")).text
    token = re.search(r'name="form_token" value="(\w+)"', page)[1]
    return browser.post(address, data={"form_token": token, **form}, headers=HERE)


def kept(browser):
    return {m["name"]: m for m in browser.get("/monitors.json").json()["monitors"]}


@pytest.mark.parametrize("each", TYPES, ids=lambda each: each.name)
def test_every_type_is_the_same_after_the_form(each):
    document = written(each.monitor)
    again = document_of(fields_of(document))
    assert read_monitor(again, where="form") == each.monitor


def test_what_the_form_has_no_field_for_stays_what_was_typed():
    document = {"name": "n", "metric": "drift.psi(", "when": {"abov": "1"}, "serverity": "info", "for": "x"}
    assert document_of(fields_of(document)) == {**document, "when": {"abov": "1"}}


def test_a_box_that_is_not_ticked_is_off():
    assert document_of(fields_sent({"name": ["n"]}))["enabled"] == "false"


def test_all_that_is_wrong_is_found_with_near_misses():
    found = faults_of(
        {"name": "a/b", "metric": "drift.pci", "when": {"abov": 1}, "severity": "warn", "four": 2}
    )
    assert set(found) == {"name", "metric", "when", "severity", "four"}
    assert "drift.psi" in found["metric"]
    assert "'above'" in found["when"]
    assert "warning" in found["severity"]


def test_what_is_missing_is_named():
    assert faults_of({}) == {"name": "", "metric": "", "when": ""}


def test_a_file_of_one_monitor_is_read_as_that():
    assert read_text("monitors:\n  - name: n\n    for: 2") == {"name": "n", "for": "2"}
    assert read_text("- {name: n}") == {"name": "n"}


def test_questions_are_offered_and_fill_the_form(signed_in, bank):
    assert "Which column moved?" in html.unescape(signed_in.get(NEW).text)
    page = signed_in.get(f"{NEW}.json?type=many columns moved&model=credit").json()
    assert page["fields"]["metric"] == "drift.share"
    assert page["fields"]["models"] == "credit"
    assert page["fields"]["name"] == "credit: many columns moved"


@pytest.mark.parametrize(
    ("answers", "column"),
    [
        ({"score": "p"}, "p"),
        ({"prediction": "decision", "score": "p"}, "decision"),
        ({"prediction": "prediction"}, "prediction"),
    ],
)
def test_a_question_about_answers_is_of_the_models_own_column(signed_in, bank, clock, answers, column):
    columns = [Column(name=name, role=role) for role, name in answers.items()]
    with bank.writing() as conn:
        schema = Schema(columns=(Column(name="income"), *columns))
        create_model(conn, "bank", "churn", schema, now=clock.now())
    page = signed_in.get(f"{NEW}.json?type=answers moved&model=churn").json()
    assert (page["fields"]["column"], page["faults"]) == (column, {})
    offered = signed_in.get(f"{NEW}.json?model=churn").json()["types"]["Drift"]
    assert f'drift.total_variation(column="{column}")' in {each["metric"] for each in offered}


def test_a_draft_that_is_refused_is_not_tried(signed_in, bank, clock):
    rows = pl.DataFrame({"income": [float(i) for i in range(60)]})
    with bank.writing() as conn:
        make_from_profile(conn, "bank", "wages", bg.profile(rows, bg.Schema.infer(rows)), now=clock.now())
    tried = send(signed_in, NEW, do="try", name="moved", models="wages", **FORM)
    assert "It would have fired" in tried.text
    refused = send(signed_in, NEW, do="try", name="moved", models="wages", **(FORM | {"column": "incme"}))
    assert "no column 'incme'" in html.unescape(refused.text)
    assert "It would have fired" not in refused.text


@pytest.mark.parametrize(("window", "days"), [("1d", 30), ("1m", 10_000 / 1_440)])
def test_a_draft_is_tried_on_as_many_days_as_one_answer_holds(signed_in, bank, clock, window, days):
    rows = pl.DataFrame({"income": [float(i) for i in range(60)]})
    with bank.writing() as conn:
        make_from_profile(conn, "bank", "wages", bg.profile(rows, bg.Schema.infer(rows)), now=clock.now())
    sent = FORM | {"metric": "operations.freshness", "column": "", "window": window}
    signed_in.headers["Accept"] = "application/json"
    token = signed_in.get(NEW, headers={"Accept": "text/html"}).text.split('name="form_token" value="')[1][
        :64
    ]
    sent |= {"do": "try", "name": "moved", "models": "wages", "form_token": token}
    tried = signed_in.post(NEW, data=sent, headers=HERE).json()["tried"]
    assert (tried["end"] - tried["first"]) / 86_400_000_000 == pytest.approx(days)


def test_of_weeks_the_week_is_said_in_which_it_would_have_fired(signed_in, bank, clock):
    rows = pl.DataFrame({"income": [float(i) for i in range(60)]})
    with bank.writing() as conn:
        made = make_from_profile(
            conn, "bank", "wages", bg.profile(rows, bg.Schema.infer(rows)), now=clock.now()
        )
        record(conn, model_id=made.id, kind="schema_change", at=clock.now() - 10 * 86_400_000_000)
    metric = 'operations.event_count(kind="schema_change")'
    sent = {"metric": metric, "condition": "limit", "above": "0", "enabled": "true", "window": "1w"}
    tried = html.unescape(send(signed_in, NEW, do="try", name="schema", models="wages", **sent).text)
    assert "It would have fired 1 time" in tried
    assert ">in the week from 28 Feb 2011 00:00</time>" in tried


def test_the_form_and_the_yaml_are_one_document(signed_in, bank):
    answer = send(signed_in, NEW, do="yaml", name="moved", **FORM)
    assert "draft=" in str(answer.url)
    text = html.unescape(re.search(r'<textarea name="yaml"[^>]*>(.*?)</textarea>', answer.text, re.DOTALL)[1])
    assert read_text(text) == {
        "name": "moved",
        "metric": 'drift.psi(column="income")',
        "when": {"above": "0.2"},
    }
    back = send(signed_in, NEW, do="form", mode="yaml", yaml=text + "for: many")
    assert 'value="many"' in back.text
    assert "expected a number" in back.text


def test_text_that_is_no_yaml_stays_what_was_typed(signed_in, bank):
    answer = send(signed_in, NEW, do="form", mode="yaml", yaml="name: [broken")
    assert "this is no YAML" in answer.text
    assert "name: [broken</textarea>" in answer.text


def test_saving_keeps_it_notes_it_and_can_be_undone(signed_in, bank):
    answer = send(signed_in, NEW, do="save", name="moved", **FORM)
    assert answer.url.path == "/monitors/bank/edit/moved"
    assert "Saved as revision 1." in answer.text
    assert "looks back on those that are there" in answer.text
    assert "No monitor has judged anything yet; each does within minutes" in signed_in.get("/").text
    assert kept(signed_in)["moved"]["metric"] == 'drift.psi(column="income")'
    with bank.reading() as conn:
        assert "monitors.put" in {entry.action for entry in read_audit(conn)}
    assert send(signed_in, "/monitors/bank/edit/moved/undo", revision=str(2**63)).status_code == 422
    send(signed_in, "/monitors/bank/edit/moved/undo", revision="0")
    assert kept(signed_in) == {}


def test_a_change_is_a_revision_that_can_be_put_back(signed_in, bank):
    send(signed_in, NEW, do="save", name="moved", **FORM)
    edit = "/monitors/bank/edit/moved"
    answer = send(signed_in, edit, do="save", name="moved", revision="1", **FORM | {"above": "0.3"})
    assert "Saved as revision 2." in answer.text
    assert "looks back" not in answer.text
    send(signed_in, f"{edit}/undo", revision="1")
    page = signed_in.get(f"{edit}.json").json()
    assert page["fields"]["above"] == "0.2"
    assert [row["revision"] for row in page["history"]] == [3, 2, 1]


def test_what_saving_would_change_is_shown_before(signed_in, bank):
    send(signed_in, NEW, do="save", name="moved", **FORM)
    draft = 'name: moved\nmetric: drift.psi(column="income")\nwhen: {above: 0.3}\nseverity: critical\n'
    page = signed_in.get("/monitors/bank/edit/moved.json", params={"draft": draft}).json()
    assert {(row["key"], row["before"], row["after"]) for row in page["changes"]} == {
        ("when", "{above: 0.2}", "{above: 0.3}"), ("severity", "warning", "critical"),
    }  # fmt: skip


def test_a_change_over_another_ones_change_is_refused_once(signed_in, bank):
    send(signed_in, NEW, do="save", name="moved", **FORM)
    edit = "/monitors/bank/edit/moved"
    send(signed_in, edit, do="save", name="moved", revision="1", **FORM | {"above": "0.3"})
    answer = send(signed_in, edit, do="save", name="moved", revision="1", **FORM | {"above": "0.4"})
    assert answer.status_code == 422
    assert "changed meanwhile" in answer.text
    assert 'name="revision" value="2"' in answer.text


def test_a_name_that_is_taken_is_refused_beside_the_name(signed_in, bank):
    send(signed_in, NEW, do="save", name="moved", **FORM)
    answer = send(signed_in, NEW, do="save", name="moved", **FORM | {"above": "0.9"})
    assert answer.status_code == 422
    assert 'id="fault-name">there is a monitor' in html.unescape(answer.text)
    assert signed_in.get("/monitors/bank/edit/moved.json").json()["fields"]["above"] == "0.2"


def test_who_is_told_must_be_there(signed_in, bank):
    answer = send(signed_in, NEW, do="save", name="moved", notify="ops", **FORM)
    assert answer.status_code == 422
    assert 'id="fault-notify"' in answer.text


def test_trying_it_says_how_often_it_would_have_fired(signed_in, bank):
    answer = send(signed_in, NEW, do="try", name="moved", **FORM)
    assert "do=try" in str(answer.url)
    assert "It would have fired 0 times" in answer.text
    assert "No window of these days can be judged" in answer.text


def test_deleting_it_ends_it(signed_in, bank):
    send(signed_in, NEW, do="save", name="moved", **FORM)
    send(signed_in, "/monitors/bank/edit/moved/delete")
    assert kept(signed_in) == {}


def test_a_monitor_there_is_not_is_refused_with_the_nearest(signed_in, bank):
    send(signed_in, NEW, do="save", name="moved", **FORM)
    answer = signed_in.get("/monitors/bank/edit/mvoed")
    assert answer.status_code == 404
    assert "moved" in answer.text


def test_text_of_users_is_text(signed_in, bank):
    answer = send(signed_in, NEW, do="yaml", name=HOSTILE, runbook=HOSTILE, labels=HOSTILE, **FORM)
    assert HOSTILE not in answer.text
    assert HOSTILE not in send(signed_in, NEW, do="form", name=HOSTILE, rest=HOSTILE, **FORM).text


def test_usual_values_are_not_written():
    assert document_of(MonitorFields(name="n")) == {"name": "n", "when": {"calibrated": "true"}}
