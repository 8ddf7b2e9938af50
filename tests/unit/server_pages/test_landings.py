"""Where each audience begins, and the report on a model."""

import re

import pytest

from barograph.schema.model import Column, Schema
from barograph.server.pages.landings.times import covered, seen_by_model, watch_by_model
from barograph.store.alerts import StoredAlert, add_alert
from barograph.store.catalog import create_model, create_project
from barograph.store.database import open_database
from barograph.store.incidents import StoredIncident, add_incident
from barograph.store.monitor_series import StoredSeries, add_series
from barograph.store.monitors import put_monitor

HOUR, DAY = 3_600_000_000, 86_400_000_000


@pytest.fixture
def bank(settings, token, clock):
    """Two models, one of them watched."""
    database, now = open_database(settings.database_url), clock.now()
    with database.writing() as conn:
        project = create_project(conn, "bank", now=now - 60 * DAY)
        schema = Schema(columns=(Column(name="income"),))
        watched = create_model(conn, "bank", "credit", schema, now=now - 40 * DAY, owner="ann")
        create_model(conn, "bank", "fraud", schema, now=now - 40 * DAY)
        document = {"name": "nulls", "metric": "quality.rows", "when": {"above": 1}, "reason": "<b>why</b>"}
        put_monitor(conn, project.id, "nulls", document, actor="test", now=now - 30 * DAY)
        one = StoredSeries(
            monitor_id=1, model_id=watched.id, version_id=0, address="quality.rows", judged_at=now - HOUR
        )
        add_series(conn, [one])
    yield database, project.id, watched.id
    database.close()


def troubled(bank, at, *, opened=None, acknowledged=None, resolved=None, kind="breach"):
    database, project, model = bank
    opened = at if opened is None else opened
    with database.writing() as conn:
        times = {"opened": opened, "acknowledged": acknowledged, "resolved": resolved}
        return _troubled(conn, (project, model), at, **times, kind=kind)


def _troubled(conn, of, at, *, opened, acknowledged, resolved, kind):
    project, model = of
    incident = add_incident(
        conn,
        StoredIncident(
            project_id=project, title="<i>income</i> moved", severity="critical", peak_severity="critical",
            started_at=at, opened_at=opened, changed_at=at, acknowledged_at=acknowledged, resolved_at=resolved,
            acknowledged_by=None if acknowledged is None else "user:ann",
        ),
    )  # fmt: skip
    add_alert(
        conn,
        StoredAlert(
            project_id=project, model_id=model, incident_id=incident, monitor_id=1, series_id=1, monitor="nulls",
            configuration=1, fingerprint=f"{at}", kind=kind, address="quality.rows", version="", phase="firing",
            severity="critical", peak_severity="critical", started_at=at, fired_at=opened, resolved_at=resolved,
            summary="", window_end=at,
        ),
    )  # fmt: skip
    return incident


def test_spans_are_covered_once():
    assert covered([], first=0, end=10) == 0
    assert covered([(0, 5), (3, 4), (8, None)], first=2, end=10) == 5


def test_the_wait_for_an_acknowledgement_is_the_median(bank, clock):
    now = clock.now()
    for wait in (1, 2, 9):
        at = now - 20 * DAY
        troubled(bank, at, acknowledged=at + wait * HOUR, resolved=at + DAY)
    troubled(bank, now - DAY)
    with bank[0].reading() as conn:
        seen = seen_by_model(conn, [bank[1]], first=now - 30 * DAY)[bank[2]]
        only = seen_by_model(conn, [bank[1]], first=now - 30 * DAY, only=bank[2])
        assert seen_by_model(conn, [bank[1]], first=now - 30 * DAY, only=99) == {}
    assert only == {bank[2]: seen}
    assert (seen.incidents, seen.acknowledged, seen.to_acknowledge) == (4, 3, 2.0 * HOUR)
    assert seen.open_title == "<i>income</i> moved"


def test_an_incident_that_ended_within_the_span_is_of_it(bank, clock):
    now = clock.now()
    troubled(bank, now - 28 * DAY, opened=now - 27 * DAY, resolved=now - 10 * DAY)
    troubled(bank, now - 28 * DAY, resolved=now - 25 * DAY)
    with bank[0].reading() as conn:
        seen = seen_by_model(conn, [bank[1]], first=now - 20 * DAY)[bank[2]]
    assert (seen.incidents, seen.acknowledged, seen.to_notice) == (1, 0, float(DAY))


def test_what_is_found_in_history_was_not_noticed_then(bank, clock, signed_in):
    now = clock.now()
    troubled(bank, now - 35 * DAY, opened=now - 34 * DAY)
    with bank[0].reading() as conn:
        seen = seen_by_model(conn, [bank[1]], first=now - 91 * DAY)[bank[2]]
    assert (seen.incidents, seen.earlier, seen.to_notice) == (1, 1, None)
    page = signed_in.get("/models/bank/credit").text
    assert "1 incident of rows from before it was watched" in page
    assert "noticed after" not in page
    assert "25% of the 6 wks since it was made here" in page
    told = signed_in.get("/models/bank/credit/compliance").text
    assert "1 is of rows from before it was watched: nobody could have noticed it then." in told


def test_nobody_knew_before_the_first_monitor_and_while_it_had_no_answer(bank, clock):
    now = clock.now()
    troubled(bank, now - 10 * DAY, resolved=now - 8 * DAY, kind="blind")
    made = {bank[2]: now - 40 * DAY, 99: now - 5 * DAY}
    with bank[0].reading() as conn:
        found = watch_by_model(conn, made, first=now - 91 * DAY, now=now)
        assert watch_by_model(conn, {99: made[99]}, first=now - 91 * DAY, now=now) == {99: found[99]}
    assert found[bank[2]].without == (10 + 2) * DAY
    assert (found[99].since, found[99].without) == (None, 5 * DAY)


def test_a_product_manager_reads_a_sentence_a_model(bank, clock, signed_in):
    troubled(bank, clock.now() - DAY)
    rows = signed_in.get("/product.json").json()["rows"]
    # Neither has a grid yet, but one has an open alert.
    assert [(row["fleet"]["name"], row["trust"]) for row in rows] == [("credit", "no"), ("fraud", "unknown")]
    assert signed_in.get("/product.json?trust=perhaps").json()["rows"] == rows
    page = signed_in.get("/product").text
    assert "&lt;i&gt;income&lt;/i&gt; moved" in page
    assert "never watched" in page
    assert (
        "fraud"
        not in signed_in.get("/product?trust=no").text.partition("<tbody>")[2].partition("</tbody>")[0]
    )


def test_what_models_lack_is_counted_and_filtered(bank, signed_in):
    page = signed_in.get("/coverage.json").json()
    assert page["lacking"] == {
        "owner": 1, "reference": 2, "recent rows": 2, "labels": 2, "monitors": 1, "channels": 2,
    }  # fmt: skip
    rows = signed_in.get("/coverage.json?lacks=monitors").json()["rows"]
    assert [row["fleet"]["name"] for row in rows] == ["fraud"]


def test_a_data_scientist_sees_those_that_need_work(bank, signed_in):
    assert {row["fleet"]["name"] for row in signed_in.get("/science.json").json()["rows"]} == {
        "credit",
        "fraud",
    }


def test_the_report_says_who_acknowledged_and_how_long_it_took(bank, clock, signed_in):
    at = clock.now() - 20 * DAY
    troubled(bank, at, acknowledged=at + HOUR, resolved=at + DAY)
    found = signed_in.get("/models/bank/credit/compliance.json").json()
    assert [(i["acknowledged_by"], i["resolved_at"] - i["started_at"]) for i in found["incidents"]] == [
        ("ann", DAY)
    ]
    assert [(m["name"], m["condition"], m["series"]) for m in found["monitors"]] == [("nulls", "above: 1", 1)]


def test_the_list_of_reports_counts_what_they_hold(bank, clock, signed_in):
    at = clock.now() - 20 * DAY
    troubled(bank, at, opened=at + HOUR, resolved=at + DAY)
    rows = signed_in.get("/compliance.json").json()["rows"]
    held = signed_in.get("/models/bank/credit/compliance.json").json()["incidents"]
    assert (rows[0]["fleet"]["name"], rows[0]["seen"]["incidents"], len(held)) == ("credit", 1, 1)
    assert "1 incident, noticed after 60 min" in signed_in.get("/compliance").text
    assert "noticed 60 min after its onset" in signed_in.get("/models/bank/credit/compliance").text


def test_the_report_is_one_file_that_asks_for_nothing(bank, signed_in):
    answer = signed_in.get("/models/bank/credit/compliance.html")
    held = answer.headers["content-disposition"]
    assert re.fullmatch(r"attachment; filename\*=UTF-8''credit-monitoring-\d{4}-\d\d-\d\d\.html", held)
    assert "for good" in answer.text
    assert "&lt;b&gt;why&lt;/b&gt;" in answer.text
    for asked in ("<script", "<link", "src=", "href=", "@import", "url("):
        assert asked not in answer.text


def test_where_one_begins_is_chosen_in_settings(signed_in, token):
    assert 'class="mark" href="/"' in signed_in.get("/settings").text
    page = signed_in.get("/landing/product").text
    assert 'class="mark" href="/product"' in page
    again = signed_in.post(
        "/signin", data={"secret": token}, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=False
    )
    assert again.headers["location"] == "/product"
    assert signed_in.get("/landing/nowhere").status_code == 404
