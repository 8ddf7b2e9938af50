"""Channels that are deleted or switched off while messages wait."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from barograph.server.alerting.settle import settle
from barograph.server.alerting.tick import Watching
from barograph.server.alerting.untelling import untell
from barograph.store.channels import channel_named, delete_channel, put_channel
from barograph.store.incidents import StoredIncident, add_incident
from barograph.store.notifications import of_project, revive
from barograph.store.outbox import put
from barograph.store.tables.alerts import outbox

SECOND_US = 1_000_000


@pytest.fixture
def firing(office, one_monitor):
    """An alert of which a channel is to tell, half a minute later."""
    model = office.model()
    office.channel("old")
    office.monitors(one_monitor())
    office.hour(model, shift=3.0)
    assert told(office) == [("old", "new", "waiting")]
    return office


def told(office):
    with office.database.reading() as conn:
        return sorted((row.channel, row.reason, row.state) for row in of_project(conn, office.project_id))


def marked(office, state):
    """What waits is done with."""
    with office.database.writing() as conn:
        conn.execute(sa.update(outbox).where(outbox.c.state == "waiting").values(state=state))


def deleted(office, name="old"):
    office.clock.time += SECOND_US
    with office.database.writing() as conn:
        channel = channel_named(conn, office.project_id, name)
        untold = untell(conn, channel, now=office.clock.time)
        delete_channel(conn, channel)
        settle(conn, office.project_id, untold, now=office.clock.time)
    return untold


def test_what_a_deleted_channel_had_to_tell_is_told_by_another_one(firing):
    firing.channel("other")
    assert deleted(firing)
    assert told(firing) == [("other", "new", "waiting")]


def test_where_there_is_no_other_the_next_one_tells(firing, one_monitor):
    (incident,) = firing.incidents()
    deleted(firing)
    assert told(firing) == []
    firing.channel("later")
    with firing.database.writing() as conn:
        settle(conn, firing.project_id, [incident.id], now=firing.clock.time)
    assert told(firing) == [("later", "new", "waiting")]


def test_what_another_channel_tells_is_not_told_twice(office, one_monitor):
    model = office.model()
    for name in ("old", "other"):
        office.channel(name)
    office.monitors(one_monitor())
    office.hour(model, shift=3.0)
    assert deleted(office) == set()
    assert told(office) == [("other", "new", "waiting")]


def test_a_channel_that_is_switched_off_sends_nothing_of_it_when_it_is_on_again(firing):
    for enabled in (False, True):
        firing.clock.time += SECOND_US
        with firing.database.writing() as conn:
            channel = channel_named(conn, firing.project_id, "old")
            untold = set() if enabled else untell(conn, channel, now=firing.clock.time)
            put_channel(
                conn, project_id=firing.project_id, name="old", kind="browser", sealed=b"x", enabled=enabled,
                now=firing.clock.time,
            )  # fmt: skip
            settle(conn, firing.project_id, untold or {1}, now=firing.clock.time)
    assert told(firing) == [("old", "new", "waiting"), ("old", "new", "withdrawn")]


@pytest.mark.parametrize("last", ["dead", "waiting"])
def test_nobody_is_told_that_what_they_never_heard_of_is_over(office, one_monitor, last):
    model = office.model()
    office.channel("old")
    office.monitors(one_monitor(clear=1))
    office.hour(model, shift=3.0)
    marked(office, "sent")
    office.hour(model)
    assert told(office) == [("old", "new", "sent"), ("old", "resolved", "waiting")]
    marked(office, last)
    office.channel("other")
    assert deleted(office) == set()
    assert told(office) == []


def test_an_end_that_was_given_up_is_not_told_by_others_when_it_is_back(office, one_monitor):
    model = office.model()
    office.channel("old")
    office.monitors(one_monitor(clear=1))
    office.hour(model, shift=3.0)
    marked(office, "sent")
    office.hour(model)
    marked(office, "dead")
    office.hour(model, shift=3.0)
    assert [incident.is_open for incident in office.incidents()].count(True) == 1
    marked(office, "sent")
    office.channel("other")
    assert deleted(office) == set()
    assert told(office) == []


@pytest.mark.parametrize("minutes", [16, 5 * 60])
def test_a_pager_that_took_nothing_can_be_deleted_after_others_were_told(office, one_monitor, minutes):
    model = office.model()
    for name in ("old", "lead"):
        office.channel(name)
    steps = [{"after": "15m", "channels": ["lead"]}]
    office.monitors(
        one_monitor(notify="on-call"), routes={"on-call": {"channels": ["old"], "escalate": steps}}
    )
    office.hour(model, shift=3.0)
    marked(office, "dead")
    for passed in range(0, minutes + 1, 4):
        Watching(office.database).step(now=office.clock.time + passed * 60 * SECOND_US)
    office.clock.time += minutes * 60 * SECOND_US
    marked(office, "sent")
    assert deleted(office)
    assert told(office) == [("lead", "new", "waiting"), ("lead", "unacknowledged", "sent")]


def test_what_was_given_up_and_is_told_by_others_is_not_tried_again(firing):
    marked(firing, "dead")
    firing.channel("other")
    now = firing.clock.time
    with firing.database.writing() as conn:
        channel = channel_named(conn, firing.project_id, "old")
        untold = untell(conn, channel, now=now)
        off = {"project_id": firing.project_id, "name": "old", "kind": "browser", "sealed": b"x"}
        put_channel(conn, **off, enabled=False, now=now)
        settle(conn, firing.project_id, untold, now=now)
        put_channel(conn, **off, enabled=True, now=now)
        assert revive(conn, channel_id=channel.id, since=0, now=now) == 0
    assert told(firing) == [("old", "new", "withdrawn"), ("other", "new", "waiting")]


def test_what_a_channel_told_of_many_incidents_is_looked_at_a_part_at_a_time(office):
    office.channel("old")
    widths = []

    def seen(conn, cursor, statement, parameters, context, executemany):
        widths.append(0 if executemany else len(parameters))

    with office.database.writing() as conn:
        for number in range(450):
            incident = StoredIncident(
                project_id=office.project_id, title="t", severity="info", peak_severity="info", started_at=0,
                opened_at=0, changed_at=0,
            )  # fmt: skip
            put(
                conn, project_id=office.project_id, channel="old", reason="new", key=str(number), now=0,
                incident_id=add_incident(conn, incident),
            )  # fmt: skip
        sa.event.listen(conn, "before_cursor_execute", seen)
        untell(conn, channel_named(conn, office.project_id, "old"), now=0)
    assert 200 <= max(widths) < 210
