"""Digests and weekly summaries: at their hour, once, and only where there is something to say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from barograph.schema.model import Column, Schema
from barograph.server.notify.start import routed
from barograph.server.notify.telling_digests import tell_digests
from barograph.store import catalog
from barograph.store.digests import StoredDigest, digest_of, keep_digest, latest_moment
from barograph.store.monitors import put_settings
from barograph.store.tables.alerts import alerts

from .conftest import Post

HOUR = 3_600
DAY = 24 * HOUR


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


def tell(post: Post) -> bool:
    return tell_digests(post.database, now=post.now, routed=routed, public_url="https://b.example.org")


def alert(
    post: Post, monitor: str = "nulls", severity: str = "info", model: str = "credit", **more: object
) -> None:
    with post.database.writing() as conn:
        if model not in {m.name for m in catalog.models(conn, "bank")}:
            catalog.create_model(conn, "bank", model, Schema(columns=(Column(name="x"),)), now=post.now)
        row = {
            "project_id": post.project_id, "model_id": catalog.model(conn, "bank", model).id, "monitor": monitor,
            "configuration": 1, "fingerprint": f"{monitor}/{post.now}", "kind": "breach", "address": "x.y",
            "version": "", "phase": "firing", "severity": severity, "peak_severity": severity, "started_at": post.now,
            "fired_at": post.now, "flapping": False, "backfilled": False, "summary": f"{monitor} is up", "details": {},
            "labels": {}, "suppressed": [], "window_end": post.now,
        }  # fmt: skip
        conn.execute(alerts.insert().values(**(row | more)))


@pytest.fixture
def told(any_post):
    """A project that was seen once, on a Tuesday at noon, with two channels."""
    any_post.now = at("2023-11-14T12:00")
    any_post.channel("mail", "email")
    any_post.channel("pager", "pagerduty")
    tell(any_post)
    return any_post


def titles(post: Post) -> list[tuple[str, str, str]]:
    return [(row.channel, row.reason, row.body["document"]["title"]) for row in post.rows()]


def test_minor_alerts_are_told_at_eight_the_next_day(told):
    told.pass_seconds(HOUR)
    alert(told)
    told.now = at("2023-11-15T07:59")
    assert not tell(told)
    told.now = at("2023-11-15T08:00")
    assert tell(told)
    assert titles(told) == [("mail", "digest", "bank: 1 minor alert")]
    document = told.rows()[0].body["document"]
    assert document["sections"][0]["lines"][0]["text"] == "1 alert; last: nulls is up"


def test_a_digest_is_told_once_whoever_looks(told):
    alert(told)
    told.now = at("2023-11-15T08:00")
    assert [tell(told), tell(told)] == [True, False]
    told.pass_seconds(DAY)
    assert not tell(told)
    assert len(told.rows()) == 1


def test_where_there_is_nothing_to_say_nothing_is_said(told):
    told.pass_seconds(3 * DAY)
    assert not tell(told)
    assert told.rows() == []


def test_an_open_incident_is_in_every_digest_with_its_link(told):
    incident = told.incident(title="income moved")
    told.now = at("2023-11-15T08:00")
    tell(told)
    line = told.rows()[0].body["document"]["sections"][0]["lines"][0]
    assert (line["title"], line["tone"]) == ("income moved", "critical")
    assert line["link"] == f"https://b.example.org/incidents/{incident}"


@pytest.mark.parametrize(
    ("resolved", "minor", "title"),
    [
        ((None,), 0, "bank: 1 incident open"),
        ((None, None), 1, "bank: 2 incidents open, 1 minor alert"),
        ((5,), 2, "bank: 2 minor alerts"),
        ((5,), 0, "bank: 1 incident resolved"),
    ],
)
def test_the_title_leads_with_what_is_open_and_counts_nothing_that_is_not_there(told, resolved, minor, title):
    for after in resolved:
        told.incident(resolved_at=None if after is None else told.now + after)
    for each in range(minor):
        alert(told, f"m{each}")
    told.now = at("2023-11-15T08:00")
    tell(told)
    assert [row.body["document"]["title"] for row in told.rows()] == [title]


def test_the_week_is_summed_up_on_monday_with_its_worst_models_first(told):
    for model, severity, n in (("credit", "info", 3), ("churn", "critical", 1)):
        for i in range(n):
            told.pass_seconds(60)
            alert(told, f"m{i}", severity, model)
    told.incident(mark="noise")
    told.now = at("2023-11-20T08:00")
    tell(told)
    (document,) = [row.body["document"] for row in told.rows() if row.reason == "summary"]
    assert document["what"] == "1 incident (the week before: 0), 4 alerts; 0 marked useful, 1 noise."
    sections = {
        section["title"]: [line["title"] for line in section["lines"]] for section in document["sections"]
    }
    assert sections["Models with most alerts"] == ["churn", "credit"]
    assert sections["Marked as noise"] == ["income moved"]


def test_what_nobody_had_is_not_among_the_incidents_of_the_week_or_day(told):
    for title, status, backfilled in (("old", "resolved", (True, True)), ("part", "absorbed", (False,)),
                                      ("had", "resolved", (True, False))):  # fmt: skip
        incident = told.incident(title=title, status=status, resolved_at=told.now + 1)
        for each in backfilled:
            told.pass_seconds(60)
            alert(told, title, "critical", incident_id=incident, backfilled=each)
    told.now = at("2023-11-15T08:00")
    tell(told)
    told.now = at("2023-11-20T08:00")
    tell(told)
    day, week = (next(row for row in told.rows() if row.reason == kind) for kind in ("digest", "summary"))
    assert week.body["document"]["what"].startswith("1 incident (the week before: 0), 2 alerts;")
    for sections, name in ((day, "Resolved"), (week, "Incidents of the week")):
        found = {each["title"]: each["lines"] for each in sections.body["document"]["sections"]}
        assert [line["title"] for line in found[name]] == ["had"]


def test_a_project_says_when_and_to_whom(told):
    with told.database.writing() as conn:
        held = digest_of(conn, told.project_id, "digest", now=told.now)
        keep_digest(conn, replace(held, hour=17, timezone="Asia/Shanghai", channels=("mail", "gone")))
    alert(told)
    told.now = at("2023-11-15T08:59")
    assert not tell(told)
    told.now = at("2023-11-15T09:00")
    assert tell(told)
    assert [row.channel for row in told.rows()] == ["mail"]


def test_days_are_those_of_its_time_zone(told):
    with told.database.writing() as conn:
        for kind in ("digest", "summary"):
            held = digest_of(conn, told.project_id, kind, now=told.now)
            keep_digest(conn, replace(held, hour=0, timezone="Asia/Tokyo"))
    told.now = at("2023-11-19T15:30")  # Monday, half past midnight in Tokyo
    told.incident()
    told.now = at("2023-11-20T15:00")
    tell(told)
    told.now = at("2023-11-26T15:00")
    tell(told)
    day, *_, week = (row.body["document"] for row in told.rows())
    assert day["sections"][0]["lines"][0]["text"] == "since 20 November 2023"
    assert week["title"] == "bank: the week from 20 November 2023"


def test_a_summary_is_of_a_whole_week_though_its_day_was_changed(told):
    told.incident()
    told.now = at("2023-11-20T08:00")
    tell(told)
    with told.database.writing() as conn:
        held = digest_of(conn, told.project_id, "summary", now=told.now)
        keep_digest(conn, replace(held, weekday=1))
    told.now = at("2023-11-21T08:00")
    tell(told)
    summaries = [row.body["document"] for row in told.rows() if row.reason == "summary"]
    assert [each["title"][-16:] for each in summaries] == ["13 November 2023", "14 November 2023"]
    assert [each["what"].split(",")[0] for each in summaries] == ["1 incident (the week before: 0)"] * 2


def test_a_digest_can_be_switched_off(told):
    with told.database.writing() as conn:
        keep_digest(conn, replace(digest_of(conn, told.project_id, "digest", now=told.now), enabled=False))
    alert(told)
    told.now = at("2023-11-15T08:00")
    assert not tell(told)


def test_digests_go_where_routes_send_them(told):
    told.channel("team", "webhook", url="https://x/", secret_key="s" * 20)
    routes = {"default": {"channels": ["team"]}, "night": {"channels": ["mail"], "digest": False}}
    with told.database.writing() as conn:
        put_settings(conn, told.project_id, "routes", routes, now=told.now)
        assert routed(conn, told.project_id) == ("team",)


def test_a_channel_that_is_no_place_for_digests_gets_none(told):
    alert(told)
    told.now = at("2023-11-15T08:00")
    tell(told)
    assert {row.channel for row in told.rows()} == {"mail"}


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2024-03-31T05:59", "2024-03-30T07:00"),  # at 8 in winter
        ("2024-03-31T06:00", "2024-03-31T06:00"),  # at 8 in summer: clocks were set at 2
        ("2024-10-27T07:00", "2024-10-27T07:00"),
        ("2024-10-27T06:59", "2024-10-26T06:00"),
    ],
)
def test_the_hour_is_the_local_one_when_clocks_are_set(now, due):
    daily = StoredDigest(project_id=1, kind="digest", timezone="Europe/Berlin", told_through=0)
    assert latest_moment(daily, at(now)) == at(due)


def test_a_summary_is_of_its_weekday():
    weekly = StoredDigest(project_id=1, kind="summary", weekday=4, told_through=0)
    assert latest_moment(weekly, at("2023-11-17T07:59")) == at("2023-11-10T08:00")
    assert latest_moment(weekly, at("2023-11-17T08:00")) == at("2023-11-17T08:00")
