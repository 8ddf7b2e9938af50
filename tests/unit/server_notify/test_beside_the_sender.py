"""While incidents of a project are changed, messages are sent and marked, and its events are written."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from barograph.store import outbox
from barograph.store.database import open_database
from barograph.store.events import record
from barograph.store.incidents import hold_project, incident_of, open_incidents

from .conftest import opened


@pytest.fixture
def beside(new_postgres_url):
    """On PostgreSQL: on SQLite one transaction writes at a time."""
    database = open_database(new_postgres_url())
    post = opened(database)
    post.channel()
    post.put(incident_id=post.incident())
    yield post
    database.close()


def hold(conn, post):
    hold_project(conn, post.project_id)
    for incident in open_incidents(conn, post.project_id, held=True):
        incident_of(conn, post.project_id, incident.id, held=True)


def at_once(conn):
    """What would wait for another transaction fails."""
    conn.exec_driver_sql("SET LOCAL lock_timeout = '5s'")


def test_a_message_is_marked_as_sent_and_is_then_beyond_recall(beside):
    (row,) = beside.claim()
    with beside.database.writing() as changing:
        hold(changing, beside)
        with beside.database.writing() as sending:
            at_once(sending)
            outbox.done(sending, row, now=beside.now)
        assert outbox.beyond_recall(changing, [row.key]) == {row.key}
        assert outbox.withdraw(changing, incident_id=row.incident_id) == 0
    assert [row.state for row in beside.rows()] == ["sent"]


def test_what_is_about_to_be_withdrawn_is_sent_by_nobody(beside):
    (row,) = beside.rows()
    with beside.database.writing() as changing:
        assert outbox.beyond_recall(changing, [row.key]) == set()
        assert beside.claim() == []


def test_an_event_of_the_project_does_not_wait(beside):
    with beside.database.writing() as changing:
        hold(changing, beside)
        with beside.database.writing() as posting:
            at_once(posting)
            record(
                posting,
                model_id=None,
                project_id=beside.project_id,
                kind="deployment",
                at=beside.now,
                name="17",
            )


def test_another_that_changes_incidents_of_the_project_waits(beside):
    with beside.database.writing() as changing:
        hold(changing, beside)
        with beside.database.writing() as other:
            other.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
            with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
                hold_project(other, beside.project_id)
            other.rollback()
