"""Labels that no alert can have are refused where somebody writes them."""

from __future__ import annotations

import pytest

from barograph.alerts.known_labels import check_inhibition, check_matchers, known_labels, unseen
from barograph.alerts.labels import labels_of
from barograph.alerts.matchers import parse_matchers
from barograph.alerts.rules.read import parse_rules
from barograph.errors import MonitorError
from barograph.metrics.address import Address
from barograph.metrics.registry import metrics
from barograph.monitors.condition import Limit
from barograph.monitors.monitor import Monitor
from barograph.operations.registry import METRICS, operational_arguments


@pytest.mark.parametrize(
    ("conditions", "near"),
    [
        ('modle="credit"', "'modle' is not known; did you mean 'model'"),
        ('model="a", abut=~"drift"', "'abut' is not known; did you mean 'about'"),
        ('about="drfit"', "about 'drfit' is not known; did you mean 'drift'"),
        ('about=~"volume|drfit"', "'drfit' is not known"),
        ('severity!="warn"', "'warn' is not known; did you mean 'warning'"),
        ('kind="broken"', "Expected one of: breach, blind"),
        ('teem="risk"', "did you mean 'team'"),
    ],
)
def test_what_no_alert_has_is_refused_with_the_nearest(conditions, near):
    with pytest.raises(MonitorError, match=near):
        check_matchers(parse_matchers(conditions), known_labels([{"team": "risk"}]), where="a silence")


@pytest.mark.parametrize(
    "conditions",
    [
        'model="new one"',
        'about=~"dr*"',
        'team="risk", about="load"',
        'host=~"a*", q="0.95"',
        'column=""',
        'about=""',
    ],
)
def test_what_an_alert_may_have_is_taken(conditions):
    own = [{"team": "risk", "about": "load"}]
    assert check_matchers(parse_matchers(conditions), known_labels(own), where="a silence") is None


def test_every_label_of_every_metric_is_known():
    names = set(known_labels().names)
    for spec in (*metrics().values(), *METRICS):
        of_rows = (*spec.parameters, "column", "segment")
        arguments = operational_arguments(spec) if spec.family == "operations" else of_rows
        address = Address(spec.name, tuple((name, "x") for name in sorted({*arguments})))
        monitor = Monitor(name="m", metric=address, when=Limit(above=1), owner="me")
        found = labels_of(monitor, project="p", model="m", version="all", address=address)
        assert found.keys() <= names, spec.name
        check_matchers(parse_matchers(f'about="{found["about"]}"'), known_labels(), where="a silence")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"cause": 'montor="load"'}, "'nightly', cause: label 'montor' is not known; did you mean 'monitor'"),
        ({"effect": 'abut=~"drift"'}, "'nightly', effect: label 'abut'"),
        ({"equal": ["proj"]}, "label in equal 'proj' is not known; did you mean 'project'"),
    ],
)
def test_an_inhibition_that_never_holds_is_refused(changed, said):
    document = {"cause": 'monitor="load"', "effect": 'about=~"drift"', "equal": ["project"]} | changed
    with pytest.raises(MonitorError, match=said):
        check_inhibition("nightly", document, known_labels())


@pytest.mark.parametrize(
    "more",
    [
        {"silences": "[{match: 'modle=credit', from: 0s, to: 4h}]"},
        {"inhibitions": "{a: {cause: 'modle=\"a\"', effect: 'about=\"drift\"', equal: [model]}}"},
    ],
)
def test_rule_tests_refuse_them_too(more):
    monitors = "[{name: moved, metric: drift.share, when: {above: 20%}}]"
    inhibitions = f"inhibitions: {more['inhibitions']}\n" if "inhibitions" in more else ""
    silences = f", silences: {more['silences']}" if "silences" in more else ""
    text = f"monitors: {monitors}\n{inhibitions}tests: [{{monitor: moved, series: {{drift.share: [0.1]}}{silences}}}]"
    with pytest.raises(MonitorError, match="did you mean 'model'"):
        parse_rules(text)


def test_what_is_not_there_now_is_said_and_taken():
    known = known_labels(seen={"model": ["credit"], "monitor": []})
    said = unseen(parse_matchers('model=~"crdit|credit|c*", monitor="x", column="y"'), known)
    assert said == ["There is no model 'crdit' now; did you mean 'credit'?", "There is no monitor 'x' now."]
