"""Rule tests: how they are read, and what they say of what was not as expected."""

from __future__ import annotations

import pytest

from barograph.alerts.rules.play import play
from barograph.alerts.rules.read import parse_rules
from barograph.alerts.rules.result import results_junit, results_text
from barograph.errors import MonitorError
from barograph.monitors.yaml import parse_monitors

HELD = parse_monitors(
    "monitors:\n"
    "  - {name: moved, metric: drift.psi(column=*), when: {above: 0.1}, window: 1h, clear: 1}\n"
    "  - {name: share, metric: drift.share, when: {above: 20%}, window: 1h, clear: 1}\n"
    "  - name: both\n"
    "    metric: drift.share\n"
    "    window: 1h\n"
    "    when: {all: [{above: 20%}, {metric: quality.duplicate_share, above: 10%}]}\n"
    "  - {name: off, metric: drift.share, when: {above: 20%}, window: 1h, enabled: false}\n"
    "  - {name: credit, metric: drift.share, when: {above: 20%}, window: 1h, models: [credit-*, loans]}\n"
    "  - {name: learned, metric: drift.psi(column=*), when: {calibrated: true}, window: 1h}\n"
    "  - {name: quiet, metric: drift.share, when: {above: 20%}, window: 1h, no_data: ok}\n"
    "  - {name: changed, metric: quality.row_count, against: previous, when: {change: -50%}, window: 1h}\n"
)


def misses(text: str) -> list[str]:
    return [str(miss) for result in play(parse_rules(text, monitors=HELD)) for miss in result.misses]


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", "expected a mapping"),
        ("tests: []", "a list of tests"),
        ("test: []", "no such key; did you mean 'tests'"),
        ("- {monitor: share}", "series: holds None; expected figures by metric"),
        ("- {monitor: share, seris: {}}", "did you mean 'series'"),
        ("- {monitor: share, series: {drift.psi: [1]}}", "no series of 'share', which watches drift.share"),
        ("- {monitor: moved, series: {'drift.psi(column=*)': [1]}, expect: [ok, ok]}", "expected 1, one a window"),
        ("- {monitor: share, series: {drift.share: [high]}}", "holds 'high'; expected a number"),
        ("- {monitor: share, series: {drift.share: [1]}, expect: [fires]}", "expected one of ok, pending"),
        ("- {monitor: share, series: {drift.share: [1 x 99999, 1 x 2]}}", "at most 100,000 windows"),
        ("- {monitor: share, series: {drift.share: [1]}, acts: [{at: 1h, snooze: 1}]}", "until for a snooze"),
        ("- {monitor: share, series: {drift.share: [1]}, acts: [{at: soon, acknowledge: 1}]}", "a length of time"),
        ("- {monitor: share, series: {drift.share: [1]}, silences: [{match: model=b, to: 40d}]}", "than 30 days"),
        ("- {monitor: share, series: {drift.share: [1]}, start: today}", "a date and time in UTC"),
        ("- {monitor: share, series: {drift.share: [1]}, notifications: [{reasn: new}]}", "did you mean 'reason'"),
        ("- {monitor: both, series: {drift.share: [1, 1]}, parts: {quality.duplicate_share: [1]}}", "2 figures"),
        ("- {monitor: share, series: {drift.share: [1]}}", "line 1: tests.1: nothing is expected; give expect"),
        ("- {monitor: share, series: {drift.share: [1]}, notifications: [newly]}", "one of new, escalated"),
        ("- {monitor: share, series: {drift.share: [1]}, incidents: [{status: opn}]}", "one of new, escalating"),
        ("- {monitor: share, series: {drift.share: [1]}, incidents: [{severity: grave}]}", "one of info, warning"),
        ("- {monitor: share, series: {drift.share: [1]}, incidents: [{title: x}]}", "no such key.*one of: alerts"),
        ("- {monitor: off, series: {drift.share: [1]}, expect: [firing]}", "'off' is switched off, and no window"),
        ("- {monitor: credit, model: churn, series: {drift.share: [1]}, expect: [firing]}",
         "line 1: tests.1.model: 'credit' does not watch 'churn', only credit-\\*, loans"),
        ("routes: {}\ntests: [{monitor: share, series: {drift.share: [1]}}]", "stands without monitors"),
    ],
)  # fmt: skip
def test_what_is_not_as_expected_is_refused_with_its_place(text, match):
    with pytest.raises(MonitorError, match=match):
        parse_rules(text, monitors=HELD)


def test_the_short_form_is_a_list():
    text = "- {monitor: share, series: {drift.share: [0.1, 0.3, 0.1]}, expect: [ok, firing, resolved]}"
    assert misses(text) == []


def test_a_state_that_was_not_reached_is_told_with_its_figures():
    (miss,) = misses("- {monitor: share, series: {drift.share: [0.1, 0.3]}, expect: [ok, pending]}")
    assert miss.startswith(
        "share, model: drift.share: window 2 (2026-01-05T01:00:00): expected pending, found firing ("
    )


def test_messages_and_incidents_that_were_not_expected_are_told():
    text = "- {monitor: share, series: {drift.share: [0.3]}, incidents: [], notifications: [new, resolved]}"
    assert [miss.partition(":")[0] for miss in misses(text)] == ["incident 1", "message 2"]


def test_only_what_is_named_is_compared():
    text = "- {monitor: share, series: {drift.share: [0.3]}, incidents: [{severity: critical}, {alerts: 2}]}"
    assert misses(text) == [
        "incident 1: expected severity critical, found severity warning.",
        "incident 2: expected alerts 2, found none.",
    ]


def test_an_act_on_an_incident_that_is_not_there_is_a_miss():
    text = "- {monitor: share, series: {drift.share: [0.1]}, acts: [{at: 1h, acknowledge: 1}]}"
    assert misses(text) == ["at 1h: expected an incident 1 to acknowledge, found 0 incidents."]


def test_an_act_after_the_end_is_a_miss():
    text = "- {monitor: share, series: {drift.share: [0.3]}, acts: [{at: 400d, acknowledge: 1}]}"
    assert misses(text) == [
        "at 400d: expected an incident 1 to acknowledge, found the end of the test at 1h."
    ]


def test_a_series_that_never_gives_an_answer_is_not_fine():
    text = "- {monitor: learned, series: {'drift.psi(column=\"age\")': [0.1, 0.9]}, expect: [ok, ok]}"
    (miss,) = misses(text)
    assert miss.startswith(
        'learned, model: drift.psi(column="age"): every window: expected an answer in one of them'
    )
    assert "found unknown (" in miss


@pytest.mark.parametrize(
    "text",
    [
        "{monitor: share, series: {drift.share: [no data]}, expect: [ok], blind: [ok]}",
        "{monitor: share, series: {drift.share: [no data, 0.1]}, expect: [ok, ok]}",
        "{monitor: quiet, series: {drift.share: [no data]}, expect: [ok]}",
    ],
    ids=["said so", "one answer", "policy"],
)
def test_windows_without_an_answer_are_fine_where_that_is_what_is_tested(text):
    assert misses(f"- {text}") == []


def test_a_model_that_a_pattern_fits_is_watched():
    text = "- {monitor: credit, model: credit-eu, series: {drift.share: [0.3]}, expect: [firing]}"
    assert misses(text) == []


def test_parts_of_a_composite_condition_have_figures_of_their_own():
    text = (
        "- {monitor: both, series: {drift.share: [0.3, 0.3]}, parts: {quality.duplicate_share: [0.05, 0.2]}, "
        "expect: [ok, firing]}"
    )
    assert misses(text) == []


def test_a_comparison_is_with_what_is_given():
    text = "- {monitor: changed, compared: 100, series: {quality.row_count: [80, 40]}, expect: [ok, firing]}"
    assert misses(text) == []


def test_the_clock_runs_on_after_the_last_window():
    told = "[new, {at: 25h 1m, reason: reminder}]"
    text = f"- {{monitor: share, until: 26h, series: {{drift.share: [0.3]}}, notifications: {told}}}"
    assert misses(text) == []


def test_the_same_results_give_the_same_text():
    text = "- {test: 'a < b & \\x07', monitor: share, series: {drift.share: [0.3]}, expect: [ok]}"
    results = [play(parse_rules(text, monitors=HELD)) for _ in range(2)]
    assert results_junit(results[0]) == results_junit(results[1])
    assert results_text(results[0]).splitlines()[-1] == "0 of 1 rule tests passed."
