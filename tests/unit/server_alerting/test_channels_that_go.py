"""Channels that are deleted or switched off while messages wait."""

from __future__ import annotations

import pytest

from barograph.server.alerting.settle import settle
from barograph.server.alerting.untelling import untell
from barograph.store.channels import channel_named, delete_channel, put_channel
from barograph.store.notifications import of_project

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
