"""What is over before it was told, while another thread sends: its clock is ahead of a step that began before."""

from __future__ import annotations

import pytest

from barograph.server.alerting.attention import resolve
from barograph.server.alerting.undoing import undo
from barograph.store import outbox

SECOND_US = 1_000_000


@pytest.fixture
def firing(office, one_monitor):
    """An alert of which a channel is to tell, half a minute later."""
    model = office.model()
    office.channel()
    office.monitors(one_monitor())
    office.hour(model, shift=3.0)
    assert office.told() == [("new", "waiting")]
    return office


def claimed(office, seconds=40):
    now = office.clock.time + seconds * SECOND_US
    with office.database.writing() as conn:
        (row,) = outbox.claim(conn, now=now, wall_now=now, hold_seconds=45)
    return row


def sent(office, row):
    with office.database.writing() as conn:
        outbox.done(conn, row, now=office.clock.time + 41 * SECOND_US)


def ended(office, seconds=10):
    (incident,) = office.incidents()
    with office.database.writing() as conn:
        resolve(
            conn, office.project_id, incident.id, actor="ann", now=office.clock.time + seconds * SECOND_US
        )
    return incident.id


def test_what_waits_is_taken_back_and_its_end_is_told_to_nobody(firing):
    number = ended(firing)
    assert firing.told() == [("new", "withdrawn")]
    assert "untold" in firing.kinds(incident_id=number)


def test_the_end_of_what_was_sent_meanwhile_is_told(firing):
    sent(firing, claimed(firing))
    number = ended(firing)
    assert firing.told() == [("new", "sent"), ("resolved", "waiting")]
    assert "untold" not in firing.kinds(incident_id=number)


def test_what_is_just_being_sent_is_marked_as_sent_and_its_end_is_told(firing):
    row = claimed(firing)
    ended(firing)
    sent(firing, row)
    assert firing.told() == [("new", "sent"), ("resolved", "waiting")]


def test_what_several_channels_tell_stands_for_all_where_one_has_it(office, one_monitor):
    model = office.model()
    for name in ("ops", "other"):
        office.channel(name)
    office.monitors(one_monitor())
    office.hour(model, shift=3.0)
    now = office.clock.time + 40 * SECOND_US
    with office.database.writing() as conn:
        (row,) = outbox.claim(conn, now=now, wall_now=now, hold_seconds=45, limit=1)
    sent(office, row)
    ended(office)
    assert office.told() == [
        ("new", "sent"), ("new", "waiting"), ("resolved", "waiting"), ("resolved", "waiting"),
    ]  # fmt: skip


def test_an_end_that_is_just_being_sent_is_not_taken_back_with_the_ending(firing):
    sent(firing, claimed(firing))
    number = ended(firing, 50)
    row = claimed(firing, 51)
    with firing.database.writing() as conn:
        undo(conn, firing.project_id, number, actor="ann", now=firing.clock.time + 52 * SECOND_US)
    sent(firing, row)
    assert firing.told() == [("new", "sent"), ("resolved", "sent"), ("new", "waiting")]
