"""The system seen whole, refused rows, and the product's own record."""

import re

import pytest

from barograph.schema.model import Schema
from barograph.server.alerting.record import CAUSE, own_record
from barograph.store.alerts import AlertEvent, add_events
from barograph.store.catalog import create_model, create_project
from barograph.store.database import open_database
from barograph.store.dead_letters import DeadLetter, add_dead_letters
from barograph.store.incidents import StoredIncident, add_incident
from barograph.store.monitor_series import StoredSeries, add_series
from barograph.store.monitors import put_monitor
from barograph.store.worker_runs import JobRuns, add_runs

DAY = 86_400_000_000
HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def conn(settings, token):
    database = open_database(settings.database_url)
    with database.writing() as conn:
        yield conn
    database.close()


@pytest.fixture
def bank(settings, token, clock):
    """A project with one model."""
    database = open_database(settings.database_url)
    with database.writing() as conn:
        project = create_project(conn, "bank", now=clock.now() - 200 * DAY)
        model = create_model(conn, "bank", "credit", Schema(columns=()), now=clock.now() - 200 * DAY)
    yield database, project.id, model.id
    database.close()


def incident(conn, project, at, mark=None, severity="critical"):
    return add_incident(
        conn,
        StoredIncident(
            project_id=project, title="t", severity=severity, peak_severity=severity, started_at=at, opened_at=at,
            changed_at=at, mark=mark,
        ),
    )  # fmt: skip


def event(conn, project, of, kind, at, **details):
    add_events(
        conn,
        [AlertEvent(project_id=project, incident_id=of, at=at, actor="server", kind=kind, details=details)],
    )


def test_the_page_says_whether_the_server_can_work(signed_in):
    page = signed_in.get("/system").text
    # No worker runs beside this application.
    assert "no worker was heard of lately" in page
    assert "No model is watched yet." in page
    assert signed_in.get("/system.json").json()["waiting"] == 0


def test_jobs_are_shown_with_what_they_took(signed_in, conn):
    add_runs(
        conn, {"apply": JobRuns(job="apply", runs=4, busy_us=80_000, last_us=9_000, ran_at=1, looked_at=1)}
    )
    conn.commit()
    row = next(
        job for job in signed_in.get("/system.json").json()["machine"]["jobs"] if job["job"] == "apply"
    )
    assert (row["runs"], row["mean_ms"], row["last_ms"]) == (4, 20.0, 9.0)


def test_the_doctor_is_asked_on_demand(signed_in):
    assert signed_in.get("/system.json").json()["machine"]["findings"] is None
    machine = signed_in.get("/system.json?examine=true").json()["machine"]
    assert {"disk", "audit", "lake"} <= {finding["check"] for finding in machine["findings"]}
    assert "lake" in machine["parts"]


def test_refused_rows_are_shown_with_the_reason_and_given_back(signed_in, bank, clock):
    database, _, model = bank
    letters = [
        DeadLetter(batch_id="b", kind="predictions", index=i, reason="future_timestamp", field="t", row=f'{{"n":{i}}}')
        for i in range(3)
    ]  # fmt: skip
    with database.writing() as conn:
        add_dead_letters(conn, model, letters, at=clock.now() - DAY)
    found = signed_in.get("/system.json").json()["refused"]
    assert [(row["rows"], row["reason"], row["sample"]) for row in found] == [
        (3, "future_timestamp", '{"n":2}')
    ]
    assert "future timestamp" in signed_in.get("/models/bank/credit/refused").text
    assert signed_in.get("/models/bank/credit/refused.ndjson").text == '{"n":0}\n{"n":1}\n{"n":2}\n'
    assert signed_in.get("/models/bank/credit/refused.ndjson?kind=labels").text == ""


def watched(conn, project, model, at):
    put_monitor(conn, project, "nulls", {"name": "nulls", "metric": "quality.rows"}, actor="test", now=at)
    add_series(conn, [StoredSeries(monitor_id=1, model_id=model, version_id=0, address="quality.rows")])


def test_false_alarms_are_those_that_people_marked(bank, clock):
    (database, project, model), now = bank, clock.now()
    with database.writing() as conn:
        watched(conn, project, model, now - 182 * DAY)
        for mark in ("noise", "useful", None):
            incident(conn, project, now - DAY, mark)
        incident(conn, project, now - DAY, "noise", severity="info")
        incident(conn, project, now - 100 * DAY, "noise")
        record = own_record(conn, [project], now=now)
    assert (record.incidents, record.noise, record.useful, record.model_quarters) == (3, 1, 1, 1.0)
    assert (record.false_alarms.value, record.false_alarms.n, record.at_most) == (1.0, 2, 2.0)


def test_without_marks_nothing_is_claimed(bank, clock):
    (database, project, model), now = bank, clock.now()
    with database.writing() as conn:
        watched(conn, project, model, now - 182 * DAY)
        incident(conn, project, now - DAY)
        record = own_record(conn, [project], now=now)
    assert (record.false_alarms, record.first_cause, record.foreseen) == (None, None, None)


def test_the_first_cause_counts_as_it_was_judged_last(bank, clock):
    (database, project, _), now = bank, clock.now()
    with database.writing() as conn:
        of = incident(conn, project, now - DAY)
        event(conn, project, of, "explained", now - DAY)
        for word in ("wrong", "right"):
            event(conn, project, of, CAUSE, now, **{"as": word})
        taken_back = incident(conn, project, now - DAY)
        for word in ("wrong", None):
            event(conn, project, taken_back, CAUSE, now, **{"as": word})
        record = own_record(conn, [project], now=now)
    assert (record.explained, record.first_cause.value, record.first_cause.n) == (1, 1.0, 1)


def test_costs_told_before_labels_are_checked_once_labels_are_there(bank, clock):
    (database, project, _), now = bank, clock.now()
    with database.writing() as conn:
        for harm in (3.0, 9.0, None):
            of = incident(conn, project, now - DAY)
            told = {"impact": "", "harm": 2.0, "interval": [1.0, 4.0], "realised": False}
            event(conn, project, of, "explained", now - DAY, **told)
            if harm is not None:
                found = {"impact": "", "harm": harm, "interval": [harm, harm], "realised": True}
                event(conn, project, of, "explained", now, **found)
        record = own_record(conn, [project], now=now)
    assert (record.expected, record.foreseen.value, record.foreseen.n) == (3, 0.5, 2)


def test_what_was_given_up_is_sent_again_from_here(signed_in, bank):
    page = signed_in.get("/settings").text
    token = re.search(r'name="form_token" value="(\w+)"', page)[1]
    answer = signed_in.post(
        "/system/channels/bank/none/retry", data={"form_token": token}, headers=HERE, follow_redirects=False
    )
    assert answer.status_code == 404
    assert "no channel" in answer.text
