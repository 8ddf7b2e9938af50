"""`monitors.yml`: what is understood, and what is said of what is not."""

from __future__ import annotations

import pytest

from barograph.errors import MonitorError
from barograph.monitors.condition import Anytime, Burn, Calibrated, Change, Composite, Limit
from barograph.monitors.document import read_monitor
from barograph.monitors.file import read_file_document
from barograph.monitors.monitor import Monitor
from barograph.monitors.yaml import format_monitors, parse_monitors, read_monitors

WHOLE = """\
defaults: {window: 1h, severity: critical}
monitors:
  - name: income moved
    metric: drift.total_variation(column=*)
    window: 1d
    against: reference
    when: {calibrated: {budget: 1 per model per quarter}}
    for: 2
    needs: {rows: 500, label_age: 3d, coverage: 80%}
    severity: from impact
    notify: on-call
    calendars: holidays
    lateness: 10m
  - {name: errors, metric: operations.error_rate, when: {burn: {objective: 99.9%}}, no_data: alert}
routes:
  on-call: {channels: [ops], wait: 30s}
calendars:
  holidays: {days: [2026-12-25]}
"""


def one(**keys: object) -> Monitor:
    given = {"name": "m", "metric": "drift.share", "when": {"above": 0.2}} | keys
    return read_monitor(given, where="request")


def refused(text: str) -> str:
    with pytest.raises(MonitorError) as error:
        parse_monitors(text)
    return str(error.value)


def test_a_whole_file() -> None:
    file = parse_monitors(WHOLE)
    moved, errors = file.monitors
    assert (moved.window, moved.for_windows, moved.lateness_seconds) == ("1d", 2, 600)
    assert (moved.needs.label_age_seconds, moved.needs.coverage) == (259_200, 0.8)
    assert (moved.severity, moved.notify, moved.when) == ("from impact", ("on-call",), Calibrated())
    assert (errors.window, errors.severity, errors.no_data) == ("1h", "critical", "alert")
    assert errors.when == Burn(objective=0.999)
    assert file.routes["on-call"] == {"channels": ["ops"], "wait": "30s"}


def test_what_several_say_is_written_once() -> None:
    file = parse_monitors(WHOLE)
    assert "defaults" not in format_monitors(file)
    three = "monitors:\n" + "".join(
        f"  - {{name: m{i}, metric: drift.share, when: {{above: 0.{i}}}, window: 1h}}\n" for i in (1, 2, 3)
    )
    assert format_monitors(parse_monitors(three)).startswith("defaults:\n  window: 1h\nmonitors:\n")


def test_nothing_is_guessed_of_a_scalar() -> None:
    text = "monitors: [{name: no, metric: drift.share, when: {above: 1}, version: 007, owner: yes}]"
    assert [(m.name, m.version, m.owner) for m in parse_monitors(text).monitors] == [("no", "007", "yes")]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({"above": "5%"}, Limit(above=0.05)),
        ({"outside": [0.1, 0.3], "clear": 0.05}, Limit(below=0.1, above=0.3, clear=0.05)),
        ({"change": "-5%"}, Change(below=-0.05)),
        ({"change": "±5%"}, Change(above=0.05, below=-0.05)),
        ({"change": "+0.02"}, Change(above=0.02, relative=False)),
        (
            {"change": {"above": 3, "relative": False, "sure": True}},
            Change(above=3.0, relative=False, sure=True),
        ),
        ({"calibrated": True}, Calibrated()),
    ],
)
def test_conditions(when: dict[str, object], expected: object) -> None:
    assert one(when=when).when == expected


@pytest.mark.parametrize(
    ("metric", "when"),
    [
        ("drift.share", {"outside": [0, 1]}),
        ("drift.share", {"change": {"above": 5}}),
        ("drift.share", {"change": {"below": -2, "relative": False}}),
        ("performance.r2", {"below": -3}),
        ("performance.mae", {"above": 5_000}),
        ("performance.me", {"below": -5_000}),
        ("custom.cost", {"above": -5_000}),
    ],
)
def test_a_limit_within_what_its_metric_can_be(metric: str, when: dict[str, object]) -> None:
    assert one(metric=metric, when=when).metric.metric == metric


def test_what_was_taken_before_it_would_be_refused_can_be_read() -> None:
    document = {"monitors": [{"name": "m", "metric": "drift.share", "when": {"above": 5}}]}
    assert read_file_document(document, is_kept=True).monitors[0].when == Limit(above=5.0)
    with pytest.raises(MonitorError, match="never reached"):
        read_file_document(document)


def test_several_conditions() -> None:
    parts = [{"above": 0.2}, {"metric": "operations.volume", "against": "previous(7)", "change": "-30%"}]
    when = one(when={"all": parts}).when
    assert isinstance(when, Composite)
    assert [str(p.metric) for p in when.parts] == ["None", "operations.volume"]
    assert when.parts[1].against is not None
    assert when.parts[1].against.windows == 7


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"metric": "drift.total_varation(column=*)"}, "did you mean 'drift.total_variation'"),
        ({"metric": "drift.psi(colum=*)"}, "no argument 'colum'; did you mean 'column'"),
        ({"when": {"abve": 1}}, "when.abve: no such key; did you mean 'above'"),
        (
            {"when": {"above": 0.1, "change": "5%"}},
            "expected one condition; several stand in a list under all or any",
        ),
        ({"when": {"above": 0.1, "below": 0.2}}, "every figure breaches it"),
        ({"when": {"above": 0.1, "clear": 0.2}}, "at most 0.1, the limit"),
        (
            {"when": {"above": 5}},
            "when: drift.share lies between 0 and 1; above: 5 is never reached; expected at most 1, such as 5%.",
        ),
        ({"when": {"below": 80}, "metric": "performance.r2"}, "at most 1; below: 80 is always breached"),
        ({"when": {"above": -1}, "metric": "performance.mae"}, "at least 0; above: -1 is always breached"),
        ({"when": {"below": -1}, "metric": "performance.mae"}, "-1 is never reached; expected at least 0"),
        ({"when": {"outside": [0.1, 30]}}, "outside: 30 is never reached"),
        ({"when": {"above": 0.1, "clear": -1}}, "clear: -1 is never reached"),
        ({"when": {"any": [{"change": 3}, {"all": [{"above": 2}]}]}}, "above: 2 is never reached"),
        ({"when": {"change": "0%"}}, "a change such as -5%"),
        ({"when": {"change": "5%"}, "against": "none"}, "something to compare with"),
        (
            {"when": {"change": "5%"}, "against": "season(1d)", "window": "1w"},
            "whole windows, which are 1w",
        ),
        ({"when": {"change": "5%"}, "against": "season(90m)", "window": "1h"}, "one or more whole windows"),
        ({"when": {"change": "5%"}, "against": "season(3652d)", "window": "1m"}, "at most 100,000 windows"),
        ({"when": {"change": "5%"}, "against": "previous(10000)", "window": "100w"}, "a century together"),
        ({"when": {"any": [{"change": "5%", "against": "season"}]}, "window": "1mo"}, "which are 1mo long"),
        ({"when": {"calibrated": {"budget": "one per model"}}}, "1 per model per quarter"),
        ({"when": {"burn": {"objective": "100%"}}, "metric": "operations.error_rate"}, "less than 100%"),
        ({"when": {"burn": {"objective": "99%"}}}, None),
        (
            {"when": {"burn": {"objective": "99%"}}, "metric": "performance.mae"},
            "a share of good or bad events",
        ),
        (
            {"when": {"anytime": True}, "metric": "performance.mae"},
            "one way is better; performance.mae is not, performance.bounded_loss is",
        ),
        ({"when": {"any": [{"anytime": True}]}}, "drift.share is not, performance.bounded_loss is"),
        ({"when": {"anytime": True}, "metric": "custom.cost"}, "custom.cost is not"),
        ({"when": {"any": [{"metric": "drift.psi(column=*)", "above": 1}]}}, "column=\\* says nothing"),
        ({"against": "reverence"}, "against 'reverence' is not known; did you mean 'reference'"),
        ({"against": "season(5x)"}, r"season\(5x\)"),
        ({"window": "7m"}, "does not divide the day"),
        ({"severity": "fatal"}, "info, warning, critical, emergency, from impact"),
        ({"for": 0}, "a whole number from 1 on"),
        ({"needs": {"row": 1}}, "did you mean 'rows'"),
        ({"lateness": "soon"}, "a length of time such as 30s"),
        ({"lateness": "1e300"}, "of a century at most"),
        ({"lateness": "999999999w"}, "of a century at most"),
        ({"when": {"above": "1e999999999%"}}, "holds '1e999999999%'; expected a number"),
        ({"when": {"above": 10**400}}, "expected a number"),
        ({"against": r'reference("\ud83d")'}, "is not known"),
        ({"against": f"previous({'9' * 5_000})"}, r"against 'previous\(9+\)' is not known"),
        ({"no_data": "page"}, "one of alert, keep, ok"),
        ({"name": " "}, "printable characters"),
        ({"name": "a/b"}, "without /"),
        ({"enabled": "off"}, "true or false"),
        ({"models": []}, r"\* for all"),
    ],
)
def test_what_is_refused(keys: dict[str, object], message: str | None) -> None:
    if message is None:
        assert one(**keys).when == Burn(objective=0.99)
        return
    with pytest.raises(MonitorError, match=message):
        one(**keys)


@pytest.mark.parametrize("metric", ["performance.bounded_loss", 'performance.recall(class="yes")'])
def test_a_share_is_tested_for_ever(metric: str) -> None:
    assert one(when={"anytime": True}, metric=metric).when == Anytime()


def test_what_no_answer_could_be_written_with_is_not_taken() -> None:
    monitor = {"name": "m", "metric": "drift.share", "when": {"above": 0.2}, "runbook": "\ud83d"}
    with pytest.raises(MonitorError, match="body: a text holds half a character"):
        read_file_document({"monitors": [monitor]}, where="body")


def test_errors_name_the_line() -> None:
    text = "monitors:\n  - name: a\n    metric: drift.share\n    when:\n      abve: 1\n"
    assert refused(text).startswith(
        "monitors.yml, line 5: monitors.1.when.abve: no such key; did you mean 'above'"
    )
    text = "monitors:\n  - name: a\n    metric: drift.shar\n    when: {above: 1}\n"
    assert refused(text).startswith("monitors.yml, line 3: monitors.1.metric: no metric 'drift.shar'")


def test_two_monitors_of_one_name() -> None:
    entry = "  - {name: a, metric: drift.share, when: {above: 1}}\n"
    told = refused(f"monitors:\n{entry}{entry}")
    assert told.startswith(
        "monitors.yml, line 3: monitors.2: the name 'a' is there twice, first as number 1."
    )


def test_a_calendar_that_is_not_there() -> None:
    text = "monitors: [{name: a, metric: drift.share, when: {above: 1}, calendars: holiday}]\ncalendars: {holidays: {}}"
    assert "no calendar 'holiday'; did you mean 'holidays'" in refused(text)


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(MonitorError, match="barograph suggest monitors REFERENCE"):
        read_monitors("nowhere.yml")


def test_no_yaml() -> None:
    assert "expected a mapping with the key monitors" in refused("- a")
    assert "this is no YAML" in refused("monitors: [")


def test_a_key_monitors_with_nothing_after_it_is_not_a_file_of_none():
    assert "expected a list of monitors, [] for none" in refused("monitors:\nroutes: {}")
    assert parse_monitors("monitors: []").monitors == ()
