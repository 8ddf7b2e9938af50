"""A cause that fires keeps its effects quiet, and says so."""

from __future__ import annotations

import pytest

from barograph.alerts.inhibition import (
    FiringAlert,
    Inhibition,
    all_rules,
    inhibited_by,
    inhibitors_of,
    read_inhibition,
)
from barograph.alerts.labels import labels_of, with_severity
from barograph.alerts.matchers import parse_matchers
from barograph.alerts.silences import Silence
from barograph.alerts.suppression import suppressed_by
from barograph.errors import MonitorError
from barograph.metrics.address import parse_address
from barograph.monitors.condition import Limit
from barograph.monitors.monitor import Monitor, Severity


def alert(
    number: int, metric: str, *, model: str = "credit", severity: Severity = "warning", kind: str = "breach",
    day: int = 0,
):  # fmt: skip
    address = parse_address(metric)
    monitor = Monitor(name=f"of {metric}", metric=address, when=Limit(above=0.1))
    labels = labels_of(monitor, project="p", model=model, version="all", address=address, kind=kind)
    started_at = day * 86_400_000_000
    return FiringAlert(id=number, labels=with_severity(labels, severity), started_at=started_at)


@pytest.mark.parametrize(
    ("cause", "effect", "rule"),
    [
        ("operations.freshness", 'drift.psi(column="income")', "broken pipeline"),
        ("quality.missing_column_count", 'quality.null_share(column="income")', "broken pipeline"),
        ('operations.event_count(kind="source_failed")', "performance.recall", "broken pipeline"),
        ("operations.availability", "operations.latency(q=0.95)", "unavailable"),
        ("operations.availability", "operations.volume_ratio", "unavailable"),
        ('quality.null_share(column="income")', 'drift.psi(column="income")', "broken column"),
        ("drift.stuck_count", "drift.inputs_p_value", "stuck column"),
        ("operations.labels_received", "performance.recall", "late labels"),
    ],
)
def test_a_cause_inhibits_its_effect_in_its_own_model_only(cause, effect, rule):
    (by,) = inhibited_by(alert(2, effect), [alert(1, cause)])
    assert (by.rule.name, by.alert) == (rule, 1)
    assert inhibited_by(alert(2, effect, model="rides"), [alert(1, cause)]) == ()


def test_what_begins_more_than_a_week_after_its_cause_is_told():
    cause = alert(1, "quality.missing_column_count", day=2)
    assert inhibited_by(alert(2, "performance.recall", day=9), [cause])
    assert inhibited_by(alert(2, "performance.recall", day=10), [cause]) == ()
    again = alert(3, "operations.freshness", day=8)
    (by,) = inhibited_by(alert(2, "performance.recall", day=10), [cause, again])
    assert by.alert == 3


def test_the_warning_of_a_critical_figure_is_quiet_however_late():
    assert inhibited_by(
        alert(2, "performance.recall", day=90), [alert(1, "performance.recall", severity="critical")]
    )


@pytest.mark.parametrize(
    ("cause", "effect"),
    [
        ("operations.labels_received", "performance.recall"),
        ("operations.availability", "operations.volume_ratio"),
    ],
)
def test_what_goes_on_having_its_effect_keeps_it_quiet_as_long_as_it_lasts(cause, effect):
    assert inhibited_by(alert(2, effect, day=30), [alert(1, cause)])


def test_a_rule_of_the_projects_own_holds_as_long_as_its_cause():
    document = {"cause": 'about="schema"', "effect": 'about="performance"', "equal": ["model"]}
    own = read_inhibition("broken pipeline", document)
    broken = alert(1, "quality.missing_column_count")
    assert inhibited_by(alert(2, "performance.recall", day=90), [broken], [own])


def test_a_rule_of_the_projects_own_ends_where_it_says():
    document = {
        "cause": 'about="schema"',
        "effect": 'about="performance"',
        "equal": ["model"],
        "within": "2d",
    }
    own, broken = read_inhibition("broken pipeline", document), alert(1, "quality.missing_column_count")
    assert inhibited_by(alert(2, "performance.recall", day=2), [broken], [own])
    assert inhibited_by(alert(2, "performance.recall", day=3), [broken], [own]) == ()


def test_no_effect_inhibits_its_cause():
    assert inhibited_by(alert(2, "operations.freshness"), [alert(1, 'drift.psi(column="income")')]) == ()


def test_a_broken_column_is_no_cause_of_another_column():
    broken = alert(1, 'quality.null_share(column="age")')
    assert inhibited_by(alert(2, 'drift.psi(column="income")'), [broken]) == ()


def test_a_label_that_both_lack_is_not_equal():
    """A duplicate share is of no column, nor is the share of drift: that makes one no cause of the other."""
    assert inhibited_by(alert(2, "drift.share"), [alert(1, "quality.duplicate_share")]) == ()


def test_a_critical_alert_inhibits_the_warning_of_the_same_figure():
    grave = alert(1, "performance.recall", severity="critical")
    (by,) = inhibited_by(alert(2, "performance.recall"), [grave])
    assert by.rule.name == "worse of the same"
    assert inhibited_by(alert(2, "performance.precision"), [grave]) == ()


def test_what_is_only_in_the_digest_hides_nothing():
    mild = alert(1, 'quality.null_share(column="income")', severity="info")
    assert inhibited_by(alert(2, 'drift.psi(column="income")'), [mild]) == ()


def test_two_that_would_inhibit_each_other_do_not():
    rule = Inhibition(
        name="both", source=parse_matchers("family=drift"), target=parse_matchers("family=drift"), equal=("model",)
    )  # fmt: skip
    firing = [alert(1, "drift.share"), alert(2, "drift.inputs_p_value")]
    assert inhibitors_of(firing, [rule]) == {}


def test_a_silenced_cause_still_inhibits_and_both_say_why():
    firing = [alert(1, "operations.freshness"), alert(2, "drift.share")]
    held = Silence(
        id=9, matchers=parse_matchers('about="pipeline"'), starts_at=0, ends_at=9, comment="moving house",
        created_by="ada", kind="maintenance",
    )  # fmt: skip
    said = suppressed_by(firing, [held], now=5)
    assert said[1] == [
        {"by": "maintenance", "id": 9, "sentence": "In the maintenance window by ada: moving house"}
    ]
    assert [(each["by"], each["rule"], each["alert"]) for each in said[2]] == [
        ("inhibition", "broken pipeline", 1)
    ]
    assert "of 'of operations.freshness'" in said[2][0]["sentence"]
    assert suppressed_by(firing[1:], [held], now=5) == {}


def test_a_series_that_gives_no_answer_is_inhibited_by_the_pipeline():
    blind = alert(2, "performance.recall", kind="blind")
    assert [by.rule.name for by in inhibited_by(blind, [alert(1, "operations.freshness")])] == [
        "broken pipeline"
    ]


def test_an_own_rule_takes_the_place_of_the_default_of_its_name():
    own = read_inhibition(
        "late labels",
        {"cause": "monitor=late", "effect": "family=performance", "equal": "model", "reason": "x"},
    )
    rules = all_rules([own])
    assert [rule for rule in rules if rule.name == "late labels"] == [own]
    assert len(rules) == len(all_rules([]))


@pytest.mark.parametrize(
    ("document", "match"),
    [
        ({"cause": "a=b", "effect": "c=d"}, "equal is missing"),
        ({"cause": "a=b", "equal": "model"}, "effect is missing"),
        ({"cause": "a=b", "affect": "c=d", "equal": "model"}, "no such key 'affect'"),
        ({"cause": "a", "effect": "c=d", "equal": "model"}, "inhibition 'x': 'a' cannot be read"),
        ({"cause": "a=b", "effect": "c=d", "equal": [1]}, "expected names of labels"),
        (
            {"cause": "a=b", "effect": "c=d", "equal": "m", "withins": "2d"},
            "'withins'; did you mean 'within'",
        ),
        (
            {"cause": "a=b", "effect": "c=d", "equal": "m", "within": "a week"},
            "inhibition 'x'.*within.*'a week'.*length of time",
        ),
    ],
)
def test_a_rule_that_cannot_be_read_is_refused(document, match):
    with pytest.raises(MonitorError, match=match):
        read_inhibition("x", document)
