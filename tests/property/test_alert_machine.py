"""Laws of the state machine, over any row of windows."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from barograph.alerts.machine import FLAPPING_TURNS, STEADY_WINDOWS, Change, Judged, Rules, State, advance
from barograph.alerts.state_json import read_state, state_document

WINDOW = 60_000_000
STATUSES = st.sampled_from(["ok", "near", "breach", "unknown", "no_data", "error"])
SEVERITIES = st.sampled_from(["info", "warning", "critical", "emergency"])
RULES = st.builds(
    Rules, fire=st.integers(1, 4), clear=st.integers(1, 4), no_data_is_ok=st.booleans(), unknown_is_ok=st.booleans()
)  # fmt: skip
COURSES = st.lists(st.tuples(STATUSES, SEVERITIES), max_size=60).map(
    lambda told: [
        Judged(start=i * WINDOW, end=(i + 1) * WINDOW, status=status, severity=severity)
        for i, (status, severity) in enumerate(told)
    ]
)


def run(course: list[Judged], rules: Rules) -> list[tuple[State, tuple[Change, ...]]]:
    state, steps = State(), []
    for window in course:
        state, changes = advance(state, window, rules)
        steps.append((state, changes))
    return steps


def counts_as(window: Judged, rules: Rules) -> str:
    good = (window.status == "no_data" and rules.no_data_is_ok) or (
        window.status == "unknown" and rules.unknown_is_ok
    )
    return "ok" if good else window.status


@given(COURSES, RULES)
def test_windows_seen_again_change_nothing(course, rules):
    for i, (state, _) in enumerate(run(course, rules)):
        assert all(advance(state, seen, rules) == (state, ()) for seen in course[: i + 1])


@given(COURSES, RULES)
def test_a_restart_between_any_two_windows_changes_nothing(course, rules):
    state, steps = State(), []
    for window in course:
        state, changes = advance(read_state(json.loads(json.dumps(state_document(state)))), window, rules)
        steps.append((state, changes))
    assert steps == run(course, rules)


@given(COURSES, RULES)
def test_it_fires_only_after_enough_breaches_in_a_row(course, rules):
    row = 0
    for window, (_, changes) in zip(course, run(course, rules), strict=True):
        means = counts_as(window, rules)
        row = row + 1 if means == "breach" else 0 if means in ("ok", "near") else row
        assert "fired" not in changes or row >= rules.fire


@given(COURSES, RULES)
def test_it_resolves_only_after_enough_good_windows_in_a_row(course, rules):
    row, before = 0, State()
    for window, (state, changes) in zip(course, run(course, rules), strict=True):
        means = counts_as(window, rules)
        row = row + 1 if means == "ok" else 0 if means in ("breach", "near") else row
        if "resolved" in changes:
            assert means == "ok"
            assert row >= (max(STEADY_WINDOWS, rules.clear) if before.flapping else rules.clear)
        before = state


@given(COURSES, RULES)
def test_windows_without_an_answer_change_no_phase(course, rules):
    before = State()
    for window, (state, changes) in zip(course, run(course, rules), strict=True):
        if counts_as(window, rules) in ("unknown", "no_data", "error"):
            assert (state.phase, changes) == (before.phase, ())
        before = state


@given(COURSES, RULES)
def test_firings_and_resolutions_alternate(course, rules):
    told = [c for _, changes in run(course, rules) for c in changes if c in ("fired", "resolved")]
    assert told == (["fired", "resolved"] * len(told))[: len(told)]


@given(COURSES, RULES)
def test_severity_only_rises_while_it_fires(course, rules):
    order = ("info", "warning", "critical", "emergency")
    before = State()
    for state, _ in run(course, rules):
        if before.is_open and state.is_open:
            assert order.index(state.severity) >= order.index(before.severity)
        assert (state.severity is not None) == state.is_open
        before = state


@given(COURSES, RULES)
def test_it_flaps_only_after_enough_turns(course, rules):
    turns = 0
    for _, changes in run(course, rules):
        turns += sum(change in ("fired", "resolved") for change in changes)
        assert "flapping" not in changes or turns >= FLAPPING_TURNS
