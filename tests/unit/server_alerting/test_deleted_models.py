"""Models that are deleted while alerts of them are open."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from barograph.server.alerting.deleting import delete_with_alerts
from barograph.server.alerting.said import said_of
from barograph.server.pages.incident.make import waterfall_in
from barograph.store import catalog, outbox
from barograph.store.incidents import change_incident
from barograph.store.lineage import set_lineage
from barograph.store.notifications import of_project
from barograph.store.tables.alerts import outbox as table

HOUR_US = 3_600_000_000
MINUTE_US = 60_000_000


@pytest.fixture
def both(office, one_monitor):
    """Two models that share an incident, which a channel was told of."""
    a, b = office.model("a"), office.model("b")
    with office.database.writing() as conn:
        for model in (a, b):
            set_lineage(conn, model.id, {"x": ["warehouse"]}, at=0)
    office.channel()
    office.monitors(one_monitor())
    frames = [(model, office.rows(50, office.clock.time, shift=3.0)) for model in (a, b)]
    office.clock.time += HOUR_US
    for model, frame in frames:
        office.send(model, frame)
    office.clock.time += MINUTE_US
    office.judge()
    with office.database.writing() as conn:
        conn.execute(sa.update(table).values(state="sent"))
    (incident,) = office.incidents()
    assert incident.title == "2 models: Mean of x, from warehouse, and 1 more alert"
    return a, incident.id


@pytest.fixture
def fires(office, one_monitor):
    """A model of which an alert is open, with a message of it that waits to be sent."""
    model = office.model()
    office.channel()
    office.monitors(one_monitor())
    office.hour(model, shift=3.0)
    return model


def deleted(office, model):
    office.clock.time += MINUTE_US
    with office.database.writing() as conn:
        delete_with_alerts(conn, model, now=office.clock.time)


def waiting(office):
    """What is still to be sent, as it is claimed."""
    now = office.clock.time
    with office.database.writing() as conn:
        return outbox.claim(conn, now=now, wall_now=now, hold_seconds=45)


def test_who_was_told_of_a_model_is_told_that_it_was_deleted(office, fires):
    with office.database.writing() as conn:
        conn.execute(sa.update(table).values(state="sent"))
    deleted(office, fires)
    assert (office.incidents(), office.alerts()) == ([], [])
    (row,) = waiting(office)
    assert (row.reason, row.incident_id, row.body["document"]["links"]) == ("resolved", None, {})
    assert "Nobody has seen it recover: its model was deleted." in row.body["document"]["what"]
    with office.database.writing() as conn:
        outbox.done(conn, row, now=office.clock.time)
        assert [each.state for each in of_project(conn, office.project_id)] == ["sent"]


def test_whom_a_channel_that_is_down_never_told_is_told_no_end(office, fires):
    with office.database.writing() as conn:
        conn.execute(sa.update(table).values(attempts=3, not_before=0))
    deleted(office, fires)
    assert waiting(office) == []


def test_whom_nothing_was_sent_of_a_model_is_told_nothing(office, fires):
    with office.database.writing() as conn:
        delete_with_alerts(conn, fires, now=office.clock.time + 1)
    assert waiting(office) == []


def test_an_incident_shared_with_another_model_goes_on(office, both):
    a, incident = both
    deleted(office, a)
    (held,) = office.incidents()
    assert (held.id, held.is_open, held.title) == (incident, True, "2 models: Mean of x, from warehouse")
    assert waiting(office) == []


def test_an_incident_explained_by_a_deleted_model_can_be_read(office, both):
    a, incident = both
    explanation = {"model_id": a.id, "metric": "performance.mae", "summary": ["It is the weather."]}
    with office.database.writing() as conn:
        change_incident(conn, incident, explanation=explanation)
    deleted(office, a)
    (held,) = office.incidents()
    with office.database.reading() as conn:
        said = said_of(conn, office.project_id, incident, project="bank", reached_at="")
        assert waterfall_in(conn, held, str) is None
        assert [each.name for each in catalog.models(conn)] == ["b"]
    assert said["why"] == "It is the weather."
