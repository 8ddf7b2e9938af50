"""The stream of what happens: each event once, also after a break."""

from __future__ import annotations

import json

from barograph.server.notify.stream import Follower
from barograph.store.tables.alerts import alert_events


def happened(post, kind: str = "fired", *, project_id: int | None = None, **details: object) -> int:
    row = {
        "project_id": project_id or post.project_id, "incident_id": None, "alert_id": None, "at": post.now,
        "actor": "server", "kind": kind, "details": details,
    }  # fmt: skip
    with post.database.writing() as conn:
        return int(
            conn.execute(alert_events.insert().values(**row).returning(alert_events.c.id)).scalar_one()
        )


def follower(post, after: int | None = None) -> Follower:
    with post.database.reading() as conn:
        return Follower(post.database, post.project_id, after=after, conn=conn)


def test_only_what_comes_after_is_told_and_once(any_post):
    happened(any_post, "before")
    held = follower(any_post)
    assert held.news() == []
    first = happened(any_post, "fired")
    (event,) = held.news()
    assert event.startswith(f"id: {first}\nevent: fired\ndata: ")
    assert held.news() == []


def test_after_a_break_what_was_missed_is_told(any_post):
    first = happened(any_post, "a")
    happened(any_post, "b")
    assert [event.split("\n")[1] for event in follower(any_post, after=first).news()] == ["event: b"]


def test_events_of_other_projects_are_not_told(post):
    from barograph.store.catalog import create_project

    with post.database.writing() as conn:
        other = create_project(conn, "other", now=post.now)
    held = follower(post)
    happened(post, project_id=other.id)
    assert held.news() == []


def test_what_somebody_wrote_ends_no_field(post):
    held = follower(post)
    happened(post, "comment", text="a\n\nid: 7\ndata: x")
    (event,) = held.news()
    assert event.count("\n\n") == 1
    assert json.loads(event.split("data: ", 1)[1])["details"]["text"] == "a\n\nid: 7\ndata: x"


def test_a_program_gets_what_there_is_and_the_end(http):
    answer = http.get("/v1/projects/bank/events/stream", headers={"Last-Event-ID": "0"})
    assert (answer.status_code, answer.text) == (200, "")
    assert answer.headers["content-type"].startswith("text/event-stream")


def test_an_id_that_is_none_is_refused(http):
    assert http.get("/v1/projects/bank/events/stream", headers={"Last-Event-ID": "x"}).status_code == 422
