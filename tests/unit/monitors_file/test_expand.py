"""A monitor is written out to what there is in a model."""

from __future__ import annotations

from dataclasses import replace

import pytest

from barograph.errors import MonitorError
from barograph.monitors.document import read_monitor
from barograph.monitors.expand import Watched, require_watching, series_of, watches
from barograph.monitors.monitor import Monitor
from barograph.schema.model import Column, Schema

SCHEMA = Schema(
    task="binary",
    positive="yes",
    columns=(
        Column(name="id", role="id", kind="categorical"),
        Column(name="age"),
        Column(name="zip", kind="categorical"),
        Column(name="pred", role="prediction", kind="categorical"),
        Column(name="y", role="label", kind="categorical"),
    ),
)
MODEL = Watched(
    name="credit",
    schema=SCHEMA,
    columns=("age", "zip", "pred", "y"),
    classes=("no", "yes"),
    segments=("land=AT", "land=DE"),
    hosts=("a", "b"),
    feedback=("override",),
)


def monitor(metric: str, **keys: object) -> Monitor:
    return read_monitor({"name": "m", "metric": metric, "when": {"above": 0.2}} | keys, where="")


def written(metric: str, **keys: object) -> list[str]:
    return [str(address) for address in series_of(monitor(metric, **keys), MODEL)]


def test_columns_in_the_order_of_the_schema_without_ids_and_labels() -> None:
    told = written("quality.null_share(column=*)")
    assert told == [f'quality.null_share(column="{c}")' for c in ("age", "zip", "pred")]


def test_labels_where_the_monitor_waits_for_them() -> None:
    told = written("drift.total_variation(column=*)", needs={"label_age": "1d"})
    assert told[-1] == 'drift.total_variation(column="y")'


def test_columns_against_the_references_windows() -> None:
    told = written("drift.windows_p_value(column=*)")
    assert told == [f'drift.windows_p_value(column="{c}")' for c in ("age", "zip", "pred")]


def test_classes_by_segments() -> None:
    told = written("performance.recall(class=*, segment=*)")
    assert told[:2] == [f'performance.recall(class="no", segment="land={c}")' for c in ("AT", "DE")]
    assert len(told) == 4


def test_hosts_of_readings() -> None:
    assert written("operations.cpu(host=*)") == ['operations.cpu(host="a")', 'operations.cpu(host="b")']


def test_kinds_of_events_and_of_feedback_are_different_lists() -> None:
    assert 'operations.event_count(kind="schema_change")' in written("operations.event_count(kind=*)")
    assert written("operations.feedback_rate(kind=*)") == ['operations.feedback_rate(kind="override")']


def test_a_metric_of_another_task() -> None:
    assert written("performance.mae") == []
    with pytest.raises(MonitorError, match=r"mae is of regression and forecast; the model's task is binary"):
        written("performance.mae", models=["credit"])


@pytest.mark.parametrize(
    ("metric", "message"),
    [
        ('quality.mean(column="aeg")', "no column 'aeg' in the schema; did you mean 'age'"),
        ('quality.mean(column="zip")', "is of numeric and text columns; 'zip' is categorical"),
        ('performance.recall(class="yess")', "no class 'yess'; did you mean 'yes'"),
        ("custom.profit", "profit"),
    ],
)
def test_what_the_model_named_does_not_have(metric: str, message: str) -> None:
    with pytest.raises(MonitorError, match=message):
        written(metric, models=["credit"])
    assert written(metric) == []


def test_a_monitor_that_watches_nothing_at_all() -> None:
    with pytest.raises(MonitorError, match="did you mean 'age'"):
        require_watching(monitor('quality.mean(column="aeg")'), [MODEL])
    with pytest.raises(MonitorError, match="stands for nothing in 'credit'"):
        require_watching(monitor("quality.violation_share(rule=*)"), [MODEL])
    require_watching(monitor("operations.value(name=*)"), [MODEL])
    require_watching(monitor("drift.share"), [MODEL])
    require_watching(monitor("performance.mae", models=["rent"]), [MODEL])


@pytest.mark.parametrize(
    ("metric", "keys", "every", "message"),
    [
        (
            "drift.share",
            {"window": "1h"},
            "1d",
            "rows are counted in windows of 1d, .* take 1d, or a multiple of it",
        ),
        ("drift.share", {"window": "15m"}, "1h", "which do not add up to windows of 15m"),
        ("drift.share(segment=*)", {"window": "1h"}, "1h", "segments are counted in windows of 1d"),
        ("drift.share", {"window": "1h", "against": "segment(DE)"}, "1h", "segments are counted"),
        (
            "operations.cpu",
            {"window": "1h", "when": {"all": [{"above": 0.9}, {"metric": "drift.share", "above": 0.2}]}},
            "1d",
            "rows are counted",
        ),
    ],
)
@pytest.mark.parametrize("models", ["credit", "*"])
def test_windows_that_those_of_the_rows_do_not_add_up_to(metric, keys, every, message, models) -> None:
    with pytest.raises(MonitorError, match=message):
        require_watching(monitor(metric, models=models, **keys), [replace(MODEL, every=every)])


def test_windows_that_those_of_the_rows_add_up_to() -> None:
    for metric, window in (("drift.share", "1h"), ("drift.share", "1mo"), ("drift.share(segment=*)", "1w")):
        require_watching(monitor(metric, window=window), [replace(MODEL, every="1h")])
    require_watching(monitor("operations.cpu", window="1h"), [replace(MODEL, every="1d")])


def test_of_the_models_of_a_pattern_one_with_such_windows_is_enough() -> None:
    daily, hourly = replace(MODEL, every="1d"), replace(MODEL, name="rent", every="1h")
    require_watching(monitor("drift.share", window="1h"), [daily, hourly])
    with pytest.raises(MonitorError, match="model 'credit': rows are counted in windows of 1d"):
        require_watching(monitor("drift.share", window="1h", models=["rent", "credit"]), [daily, hourly])


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("*", "", True),
        ("a*b*c", "a-b-c", True),
        ("a*b*c", "acb", False),
        ("ab*ba", "aba", False),
        ("a**b", "ab", True),
        ("a", "ab", False),
        ("*a*a*b", "a" * 5_000, False),
    ],
)
def test_patterns_of_models(pattern: str, name: str, fits: bool) -> None:
    assert watches(monitor("drift.share", models=[pattern]), name) is fits
