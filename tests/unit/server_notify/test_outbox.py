"""The outbox: once each, in order, until it has arrived or a day has passed."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.store import notifications, outbox
from barograph.store.events import read_events
from barograph.store.tables.alerts import alert_events

HOUR = 3_600


def fail(post, row, rng, **more):
    with post.database.writing() as conn:
        return outbox.failed(conn, row, error="no answer", now=post.now, rng=rng, **more)


def test_what_is_put_twice_is_there_once(any_post):
    any_post.channel()
    assert [any_post.put("k"), any_post.put("k")] == ["written", "known"]
    assert len(any_post.rows()) == 1


def test_of_two_that_put_the_same_the_one_that_waits_less_has_it_sent(any_post):
    any_post.channel()
    for seconds in (7200, 30, 60):
        any_post.put("k", not_before=any_post.now + seconds * 1_000_000)
    assert [row.not_before - any_post.now for row in any_post.rows()] == [30_000_000]


def test_what_could_not_be_sent_is_tried_no_sooner_where_it_is_put_again(any_post, rng):
    any_post.channel()
    any_post.put("k")
    fail(any_post, any_post.claim()[0], rng, after_seconds=600)
    assert any_post.put("k") == "known"
    assert any_post.claim() == []


def test_what_was_withdrawn_is_sent_where_it_is_put_again_as_things_are_then(any_post):
    any_post.channel()
    incident = any_post.incident()
    any_post.put("k", incident_id=incident)
    with any_post.database.writing() as conn:
        outbox.freeze(conn, any_post.rows()[0], {"title": "old"})
        outbox.withdraw(conn, incident_id=incident)
    assert any_post.put("k", incident_id=incident) == "written"
    assert [(row.key, row.body) for row in any_post.claim()] == [("k", None)]


def test_nothing_is_written_for_a_channel_that_is_gone_or_switched_off(any_post):
    any_post.channel(enabled=False)
    assert [any_post.put(), any_post.put(channel="other")] == ["no channel", "no channel"]
    assert any_post.rows() == []


def test_a_claimed_row_is_nobody_elses_until_the_claim_is_over(any_post):
    any_post.channel()
    any_post.put()
    assert len(any_post.claim()) == 1
    assert any_post.claim() == []
    assert len(any_post.claim(wall_now=any_post.now + 61_000_000)) == 1


def test_nothing_is_claimed_before_its_time(any_post):
    any_post.channel()
    any_post.put(not_before=any_post.now + 60_000_000)
    assert any_post.claim() == []
    any_post.pass_seconds(60)
    assert len(any_post.claim()) == 1


def test_one_row_of_each_channel_at_a_time(any_post):
    any_post.channel("a")
    any_post.channel("b")
    for i in range(3):
        any_post.put(f"a{i}", channel="a")
        any_post.put(f"b{i}", channel="b")
    assert [row.key for row in any_post.claim()] == ["a0", "b0"]
    assert any_post.claim() == []


def test_channels_that_work_come_before_those_that_fail_then_what_waits_longest(any_post, rng):
    for name in ("broken", "late", "early"):
        any_post.channel(name)
    any_post.put("b0", channel="broken")
    fail(any_post, any_post.claim()[0], rng, after_seconds=1)
    any_post.put("late", channel="late", not_before=any_post.now + 1)
    any_post.put("early", channel="early")
    any_post.pass_seconds(60)
    assert [any_post.claim(limit=1)[0].key for _ in range(3)] == ["early", "late", "b0"]


def test_of_one_incident_what_was_put_first_is_sent_first(any_post, rng):
    any_post.channel()
    incident = any_post.incident()
    any_post.put("new", incident_id=incident)
    any_post.put("resolved", reason="resolved", incident_id=incident)
    any_post.put("other")
    (row,) = any_post.claim()
    fail(any_post, row, rng, after_seconds=600)
    assert [row.key for row in any_post.claim()] == ["other"]


def test_what_arrived_is_not_sent_again_and_stands_in_the_history(any_post):
    any_post.channel()
    any_post.put(incident_id=any_post.incident())
    (row,) = any_post.claim()
    with any_post.database.writing() as conn:
        outbox.done(conn, row, now=any_post.now)
        outbox.done(conn, row, now=any_post.now)
        told = conn.execute(sa.select(alert_events.c.kind, alert_events.c.details)).all()
    assert [(kind, details["channel"]) for kind, details in told] == [("notified", "ops")]
    assert any_post.rows()[0].state == "sent"
    assert any_post.held_channel().last_sent_at == any_post.now


def test_pauses_double_up_to_an_hour(rng):
    drawn = {n: [outbox.pause(n, rng) for _ in range(300)] for n in (1, 4, 12)}
    assert [round(max(found), -1) for found in drawn.values()] == [30, 240, 3600]
    assert min(drawn[12]) < 100


def test_a_receiver_that_says_when_is_not_asked_before(post, rng):
    post.channel()
    post.put()
    fail(post, post.claim()[0], rng, after_seconds=500)
    assert post.rows()[0].not_before >= post.now + 500_000_000


def test_after_a_day_of_failures_it_is_dead_and_the_project_is_told(any_post, rng):
    any_post.channel()
    any_post.put(incident_id=any_post.incident())
    state, began = "waiting", any_post.now
    while state == "waiting":
        any_post.now = max(any_post.now, any_post.rows()[0].not_before)
        state = fail(any_post, any_post.claim()[0], rng)
    assert 24 * HOUR <= (any_post.now - began) / 1e6 <= 25 * HOUR
    with any_post.database.reading() as conn:
        assert [event.kind for event in read_events(conn)] == ["notification_failed"]
    assert any_post.claim() == []


def test_after_a_day_in_which_nobody_tried_it_is_tried_several_times(post, rng):
    post.channel()
    post.put()
    post.pass_seconds(48 * HOUR)
    assert fail(post, post.claim()[0], rng) == "waiting"


def test_what_is_refused_for_good_is_dead_at_once_and_can_be_revived(any_post, rng):
    channel = any_post.channel()
    any_post.put()
    assert fail(any_post, any_post.claim()[0], rng, for_good=True) == "dead"
    assert any_post.held_channel().last_error == "no answer"
    with any_post.database.writing() as conn:
        assert notifications.revive(conn, channel_id=channel.id, since=any_post.now, now=any_post.now) == 1
    assert [row.attempts for row in any_post.claim()] == [0]


def test_what_is_withdrawn_is_not_sent(any_post):
    any_post.channel()
    incident = any_post.incident()
    any_post.put("a", incident_id=incident, reason="reminder")
    any_post.put("b", incident_id=incident)
    with any_post.database.writing() as conn:
        assert outbox.withdraw(conn, incident_id=incident, keys=["a"]) == 1
    assert [row.key for row in any_post.claim()] == ["b"]


def test_a_body_is_kept_once(any_post):
    any_post.channel()
    any_post.put()
    (row,) = any_post.claim()
    with any_post.database.writing() as conn:
        assert outbox.freeze(conn, row, {"title": "first"}) == {"title": "first"}
        assert outbox.freeze(conn, row, {"title": "second"}) == {"title": "first"}


def test_rows_are_counted_and_listed_by_their_state(any_post, rng):
    any_post.channel()
    any_post.put("a")
    any_post.put("b")
    fail(any_post, any_post.claim()[0], rng, for_good=True)
    with any_post.database.reading() as conn:
        assert notifications.counts(conn, any_post.project_id) == {"dead": 1, "waiting": 1}
        assert [row.key for row in notifications.of_project(conn, any_post.project_id, state="dead")] == ["a"]


def test_what_was_told_long_ago_is_forgotten_unless_its_incident_is_open(any_post, rng):
    any_post.channel()
    over = any_post.incident(resolved_at=any_post.now)
    any_post.put("open", incident_id=any_post.incident())
    any_post.put("over", incident_id=over)
    any_post.put("digest")
    any_post.put("waiting", not_before=any_post.now + 10**15)
    for _ in range(3):
        (row,) = any_post.claim()
        with any_post.database.writing() as conn:
            outbox.done(conn, row, now=any_post.now)
    with any_post.database.writing() as conn:
        assert notifications.forget(conn, before=any_post.now) == 0
        assert notifications.forget(conn, before=any_post.now + 1) == 2
    assert [row.key for row in any_post.rows()] == ["open", "waiting"]


def test_a_pager_that_was_told_hears_that_somebody_sees_to_it(any_post):
    for name, kind in (("pager", "pagerduty"), ("other", "pagerduty"), ("mail", "email")):
        any_post.channel(name, kind)
    incident = any_post.incident()
    any_post.put("p", channel="pager", incident_id=incident)
    any_post.put("m", channel="mail", incident_id=incident)
    with any_post.database.writing() as conn:
        for _ in range(2):
            outbox.put_acknowledged(
                conn, project_id=any_post.project_id, incident_id=incident, now=any_post.now
            )
    assert [(row.channel, row.reason) for row in any_post.rows()] == [
        ("pager", "new"), ("mail", "new"), ("pager", "acknowledged"),
    ]  # fmt: skip
