"""Labels of an alert, and what makes it the same one."""

from __future__ import annotations

import pytest

from barograph.alerts.labels import Kind, about, fingerprint, labels_of, with_severity
from barograph.metrics.address import parse_address
from barograph.monitors.condition import Limit
from barograph.monitors.monitor import Monitor


def labels(
    metric: str = 'drift.psi(column="income")', *, version: str = "all", kind: Kind = "breach", **monitor
):
    address = parse_address(metric)
    made = Monitor(**({"name": "moved", "metric": address, "when": Limit(above=0.1)} | monitor))
    return labels_of(made, project="p", model="credit", version=version, address=address, kind=kind)


def test_arguments_of_the_address_are_labels():
    found = labels('performance.recall(class="yes", segment="country=DE")')
    assert (found["class"], found["segment"], found["metric"]) == ("yes", "country=DE", "performance.recall")


def test_a_monitor_cannot_take_the_place_of_what_an_alert_is():
    found = labels(labels={"model": "other", "team": "risk", "column": "age"})
    assert (found["model"], found["team"], found["column"]) == ("credit", "risk", "income")
    assert labels(labels={"about": "pipeline"})["about"] == "pipeline"


@pytest.mark.parametrize(
    ("metric", "word"),
    [
        ("operations.freshness", "pipeline"),
        ("operations.availability", "availability"),
        ("operations.labels_received", "labels"),
        ('operations.event_count(kind="schema_change")', "schema"),
        ('operations.event_count(kind="note")', "operations"),
        ('drift.beyond_range(column="temp")', "territory"),
        ('quality.null_share(column="income")', "quality"),
        ("performance.mae", "performance"),
    ],
)
def test_what_a_metric_is_about(metric, word):
    assert about(parse_address(metric)) == word


def test_a_series_without_an_answer_is_about_that():
    assert labels(kind="blind")["about"] == "blind"


def test_owner_labels_and_severity_make_no_other_alert():
    same = fingerprint(labels())
    assert fingerprint(labels(owner="ada", labels={"team": "risk"})) == same
    assert fingerprint(with_severity(labels(), "critical")) == same


@pytest.mark.parametrize(
    "changed",
    [
        {"metric": 'drift.psi(column="age")'}, {"version": "3"}, {"kind": "blind"}, {"name": "another"},
        {"metric": 'drift.psi(column="income", segment="country=DE")'},
    ],
)  # fmt: skip
def test_another_series_version_kind_or_monitor_is_another_alert(changed):
    metric = changed.pop("metric", 'drift.psi(column="income")')
    assert fingerprint(labels(metric, **changed)) != fingerprint(labels())
