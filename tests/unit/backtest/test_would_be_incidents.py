"""Alerts of a back-test as people would have heard of them."""

from __future__ import annotations

import pytest

from barograph.alerts.backtest.backtest import backtest
from barograph.alerts.backtest.incidents import Fired, as_incidents
from barograph.alerts.facts import Facts
from barograph.alerts.inhibition import DEFAULT_INHIBITIONS
from barograph.alerts.routes import read_route
from barograph.monitors.yaml import parse_monitors

DAY = 86_400_000_000


def fired(
    day: int, *, model="credit", severity="warning", until=None, about="drift", columns=(), **more
) -> Fired:
    """An alert that began on one day and was seen on the next."""
    facts = Facts(
        models=frozenset([model]), started_at=day * DAY, latest_at=day * DAY, window_us=DAY,
        columns=frozenset((f"model:{model}", name) for name in columns), families=frozenset([about]),
    )  # fmt: skip
    labels = {"project": "bank", "model": model, "about": about, "monitor": "m"}
    over = None if until is None else until * DAY
    return Fired(
        monitor=more.pop("monitor", "m"), labels=labels, facts=facts, severity=severity, fired_at=(day + 1) * DAY,
        resolved_at=over, **more,
    )  # fmt: skip


def outcome(*alerts: Fired, routes=None):
    held = {name: read_route(name, told) for name, told in (routes or {}).items()}
    return as_incidents(alerts, routes=held, rules=DEFAULT_INHIBITIONS)


def told(found):
    return [None if one.told_at is None else one.told_at // DAY for one in found.incidents]


def test_alerts_of_one_cause_are_told_once():
    found = outcome(fired(0), fired(0, severity="critical"), fired(30, until=40), fired(0, model="rides"))
    assert found.numbers == (1, 1, 3, 2)
    assert [(one.alerts, one.severity) for one in found.incidents] == [
        (2, "critical"),
        (1, "warning"),
        (1, "warning"),
    ]
    assert found.counts(0, 28 * DAY)["per_week"] == 0.75


def test_an_alert_is_told_from_when_it_is_grave_enough():
    rises = fired(
        0, severity="critical", reached=((DAY, "info"), (6 * DAY, "warning"), (9 * DAY, "critical"))
    )
    found = outcome(rises)
    assert (told(found), found.told, found.incidents[0].severity) == ([6], (True,), "critical")
    assert told(outcome(rises, routes={"default": {"least": "critical"}})) == [9]


def test_what_is_info_alone_is_for_the_digest():
    found = outcome(fired(0, severity="info"), fired(0, model="rides"))
    assert found.told == (False, True)
    counted = found.counts(0, 7 * DAY)
    assert (counted["told"], counted["digest"], counted["digest_per_week"]) == (1, 1, 1.0)


def test_an_incident_is_told_once_something_grave_joins_it():
    assert told(outcome(fired(0, severity="info", columns=["x"]), fired(4, columns=["x"]))) == [5]


@pytest.mark.parametrize(("others", "by_impact"), [([], 1), (["info"], 1), (["critical"], 0)])
def test_a_severity_from_impact_is_told_and_counted_apart(others, by_impact):
    found = outcome(fired(0, severity="from impact"), *(fired(0, severity=each) for each in others))
    counted = found.counts(0, DAY)
    assert (counted["told"], counted["told_by_impact"]) == (1, by_impact)
    assert found.incidents[0].severity == ("critical" if others == ["critical"] else "from impact")


def test_what_a_cause_inhibits_is_told_once_that_is_over():
    broken = fired(0, about="pipeline", until=9, columns=["a"])
    found = outcome(broken, fired(5, about="drift", columns=["b"], until=20))
    assert (len(found.incidents), told(found)) == (2, [1, 9])
    assert told(outcome(broken, fired(5, about="drift", columns=["b"], until=8))) == [1, None]


@pytest.mark.parametrize(("notify", "heard"), [((), False), (("night",), False), (("day", "night"), True)])
def test_the_route_says_what_is_grave_enough(notify, heard):
    routes = {"default": {"least": "emergency"}, "night": {"least": "critical"}, "day": {"least": "info"}}
    assert outcome(fired(0, notify=notify), routes=routes).told == (heard,)


def test_one_that_becomes_part_of_another_counts_if_people_heard_of_it():
    two = [fired(0, columns=["a"]), fired(0, model="credit", about="performance")]
    assert outcome(*two).numbers == (1, 1)
    first = fired(0, columns=["x"], severity="info")
    second = fired(1, about="territory", severity="critical")
    joins = fired(1, columns=["x"], severity="info")
    found = outcome(first, second, joins)
    assert len(found.incidents) == 1
    assert found.told == (False, True, False)


MONITORS = """
monitors:
  - {name: inputs, metric: drift.inputs_p_value, when: {calibrated: true}, severity: from impact}
  - {name: column, metric: 'drift.total_variation(column="x")', when: {above: 0.3}, severity: info}
  - {name: error, metric: performance.mae, when: {change: 30%}, severity: critical, notify: night}
routes: {night: {least: emergency}}
"""


def test_a_file_tried_on_a_profile_says_what_people_would_have_heard(both):
    found = backtest(parse_monitors(MONITORS), *both, model="rides").document()
    (incident,) = found["incidents"]
    assert (incident["models"], incident["columns"], incident["by_impact"]) == (["rides"], ["x"], True)
    assert incident["monitors"] == ["column", "error", "inputs"]
    assert (found["alerts"], found["told"], found["told_by_impact"], found["digest"]) == (3, 1, 1, 0)
    said = {s["monitor"]: (a["severity"], a["told"]) for s in found["series"] for a in s["alerts"]}
    assert said == {"inputs": ("from impact", True), "column": ("info", False), "error": ("critical", False)}


def test_what_burns_slowly_before_it_burns_fast_is_told_when_it_does(both):
    rates = "{objective: 95.5%, rates: [[10, 2d, 1d], [5, 1d, 12h]]}"
    text = f"""monitors: [{{name: burn, metric: performance.bounded_loss, when: {{burn: {rates}}}}}]
routes: {{default: {{channels: [ops], least: critical}}}}"""
    (incident,) = backtest(parse_monitors(text), *both).outcome.incidents
    assert (incident.severity, (incident.told_at - incident.opened_at) // DAY) == ("critical", 12)


def test_columns_alone_would_have_been_told_to_nobody(both):
    metric = """'drift.total_variation(column="x")'"""
    text = f"monitors: [{{name: column, metric: {metric}, when: {{above: 0.3}}, severity: info}}]"
    found = backtest(parse_monitors(text), *both).document()
    assert (found["alerts"], found["told"], found["per_week"], found["digest"]) == (1, 0, 0.0, 1)
    assert found["incidents"][0]["told_at"] is None
