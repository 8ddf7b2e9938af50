"""Laws of telling, over any course of an incident."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from barograph.alerts.incident_view import IncidentView
from barograph.alerts.intents import Telling
from barograph.alerts.machine import is_worse
from barograph.alerts.routes import Escalation, Route
from barograph.alerts.telling import due, withdrawn
from barograph.alerts.told import OPENING

MINUTE = 60_000_000
ROUTE = Route(
    name="r", channels=("mail", "chat"), wait_seconds=60.0, escalate=(Escalation(after_seconds=900.0, channels=("a",)),)
)  # fmt: skip
SEVERITIES = st.sampled_from(["info", "warning", "critical", "emergency"])
STEPS = st.lists(
    st.tuples(
        st.integers(0, 400),
        st.sampled_from(["severity", "silence", "lift", "acknowledge", "snooze", "flap", "steady", "tick"]),
        SEVERITIES,
    ),
    max_size=25,
)


def changed(incident: IncidentView, what: str, severity: Any, now: int) -> IncidentView:
    """What the server makes of one thing that happens."""
    is_quiet = incident.loud == 0
    match what:
        case "severity":
            lapsed = (
                {"acknowledged_at": None, "snoozed_until": None}
                if is_worse(severity, incident.severity)
                else {}
            )
            loud = None if is_quiet else severity
            return replace(incident, severity=severity, loud_severity=loud, **lapsed)
        case "silence":
            return replace(incident, loud=0, loud_severity=None)
        case "lift" if is_quiet:
            return replace(incident, loud=1, loud_severity=incident.severity, lifted_at=now)
        case "acknowledge":
            return replace(incident, acknowledged_at=now)
        case "snooze":
            return replace(incident, snoozed_until=now + 60 * MINUTE)
        case "flap":
            return replace(incident, flapping_since=now)
        case "steady":
            return replace(incident, flapping_since=None)
        case _:
            return incident


def tick(
    incident: IncidentView, now: int, routes: tuple[Route, ...] = (ROUTE,)
) -> tuple[IncidentView, tuple[Telling, ...]]:
    taken = [one for route in routes for one in withdrawn(incident, route, now=now)]
    told = tuple(replace(one, withdrawn=True) if one.taken_back() in taken else one for one in incident.told)
    incident, said = replace(incident, told=told), []
    for route in routes:
        tellings = due(incident, route, now=now)
        incident = replace(incident, told=(*incident.told, *(one.told for one in tellings)))
        said += tellings
    return incident, tuple(said)


def course(
    severity: Any, steps: list[tuple[int, str, Any]], *later: Route
) -> list[tuple[int, IncidentView, tuple[Telling, ...]]]:
    """The incident after each step, and what was told with it; some routes are there from the middle on."""
    now = 0
    incident = IncidentView(id=1, severity=severity, opened_at=0, firing=1, loud=1, loud_severity=severity)
    seen = []
    for number, (minutes, what, graver) in enumerate([(0, "tick", severity), *steps]):
        now += minutes * MINUTE
        routes = (ROUTE, *later) if number > len(steps) // 2 else (ROUTE,)
        incident, tellings = tick(changed(incident, what, graver, now), now, routes)
        seen.append((now, incident, tellings))
    return seen


@given(SEVERITIES, STEPS)
def test_asking_twice_tells_once(severity, steps):
    for now, incident, _ in course(severity, steps):
        assert tick(incident, now) == (incident, ())


@given(SEVERITIES, STEPS)
def test_every_message_has_a_key_of_its_own(severity, steps):
    keys = [key for _, _, tellings in course(severity, steps) for telling in tellings for key in telling.keys]
    assert len(set(keys)) == len(keys)


@given(SEVERITIES, STEPS)
def test_two_routes_share_only_what_is_still_to_be_sent(severity, steps):
    due_at: dict[str, int] = {}
    other = replace(ROUTE, name="s", wait_seconds=7_200.0, least="critical")
    for now, _, tellings in course(severity, steps, other):
        for telling in tellings:
            # A step or a reminder is heard once, whichever route comes to it first: the law below.
            if telling.reason in ("unacknowledged", "reminder"):
                continue
            for key in telling.keys:
                assert due_at.get(key, now) >= now
                due_at[key] = min(due_at.get(key, telling.not_before), telling.not_before)


@given(SEVERITIES, STEPS)
def test_a_step_or_a_reminder_of_two_routes_is_one_that_came_after_both_began(severity, steps):
    sent: dict[str, int] = {}
    opened: dict[str, int] = {}
    other = replace(ROUTE, name="s", wait_seconds=7_200.0)
    said = [telling for _, _, tellings in course(severity, steps, other) for telling in tellings]
    for number, telling in enumerate(said):
        if telling.reason in OPENING:
            opened[telling.told.route] = number
        elif telling.reason in ("unacknowledged", "reminder"):
            assert all(sent.setdefault(key, number) > opened[telling.told.route] for key in telling.keys)


@given(SEVERITIES, STEPS)
def test_nobody_is_told_while_all_is_suppressed_or_too_mild(severity, steps):
    for _, incident, tellings in course(severity, steps):
        if incident.loud == 0 or incident.loud_severity == "info":
            assert tellings == ()


@settings(max_examples=300)
@given(SEVERITIES, STEPS)
def test_nothing_is_lost_by_it(severity, steps):
    """Whatever happened before: one that fires loudly, not snoozed, is known to people as grave as it is."""
    now, incident, _ = course(severity, steps)[-1]
    now += 61 * MINUTE
    if incident.loud == 0:
        incident = changed(incident, "lift", severity, now)
    incident, _ = tick(incident, now)
    standing = [one for one in incident.told if not one.withdrawn]
    if incident.loud_severity == "info":
        return
    assert standing
    assert not any(is_worse(incident.loud_severity, one.severity) for one in [max(standing, key=grave)])


def grave(told: Any) -> int:
    return ["info", "warning", "critical", "emergency"].index(told.severity)


@given(SEVERITIES, STEPS)
def test_the_end_is_told_if_and_only_if_it_was_told_that_it_fires(severity, steps):
    now, incident, _ = course(severity, steps)[-1]
    over = replace(incident, resolved_at=now, firing=0, loud=0, loud_severity=None)
    over, tellings = tick(over, now)
    sent = [one for one in incident.told if not one.withdrawn and one.not_before <= now]
    assert [telling.reason for telling in tellings] == (["resolved"] if sent else [])
    later, again = tick(over, now + 500 * MINUTE)
    assert (later, again) == (over, ())


@given(SEVERITIES, STEPS)
def test_an_acknowledgement_ends_reminders_and_steps(severity, steps):
    now, incident, _ = course(severity, steps)[-1]
    seen, _ = tick(replace(incident, acknowledged_at=now), now)
    for days in range(1, 4):
        seen, tellings = tick(seen, now + days * 24 * 60 * MINUTE)
        assert not {telling.reason for telling in tellings} & {"reminder", "unacknowledged"}
