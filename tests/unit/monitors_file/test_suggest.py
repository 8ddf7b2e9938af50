"""Suggested monitors: few that may wake somebody, others that name the cause, and none without a reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.errors import DataError, MonitorError
from barograph.metrics.address import Wildcard
from barograph.metrics.registry import metric
from barograph.monitors.condition import Anytime
from barograph.monitors.expand import Watched, series_of
from barograph.monitors.file import MonitorFile
from barograph.monitors.suggest import suggest_monitors
from barograph.monitors.suggest.use_cases import USE_CASES, fitting_use_cases, use_case_of
from barograph.monitors.yaml import format_monitors, parse_monitors
from barograph.profile.value import Profile


def rows(days: int = 20) -> pl.DataFrame:
    rng, n = np.random.default_rng(7), days * 100
    began = datetime(2026, 1, 5, tzinfo=UTC)
    score = rng.uniform(size=n)
    return pl.DataFrame(
        {
            "at": [began + timedelta(minutes=14.4 * i) for i in range(n)],
            "income": rng.normal(50.0, 9.0, n),
            "country": rng.choice(["AT", "DE"], n),
            "score": score,
            "paid": np.where(rng.uniform(size=n) < score, "yes", "no"),
        }
    )


def reference(held: pl.DataFrame, **counting: Any) -> Profile:
    timestamp = "at" if "at" in held.columns else None
    schema = bg.Schema.infer(
        held, score="score", label="paid", timestamp=timestamp, task="binary", positive="yes"
    )
    return bg.profile(held, schema, **counting)


def names(file: MonitorFile, *severities: str) -> list[str]:
    return [m.name for m in file.monitors if m.severity in severities]


DAYS = reference(rows(), every="1d", by=["country"])


def test_probabilities_are_watched_beside_their_order() -> None:
    found = {str(m.metric): m.severity for m in suggest_monitors(DAYS).monitors}
    assert found["performance.log_loss"] == "info"
    assert found["performance.roc_auc"] != "info"


def test_pages_are_of_the_model_as_a_whole() -> None:
    for monitor in suggest_monitors(DAYS, readings=("latency", "requests")).monitors:
        stars = {name for name, value in monitor.metric.arguments if isinstance(value, Wildcard)}
        assert not stars & {"column", "segment", "rule", "class"} or monitor.severity == "info", monitor.name


def test_few_may_wake_somebody_and_each_says_why() -> None:
    file = suggest_monitors(DAYS)
    assert names(file, "from impact") == [
        "ROC AUC worse", "inputs moved", "inputs moved for a week", "answers moved", "new territory", "column stuck",
    ]  # fmt: skip
    assert len(names(file, "from impact", "warning", "critical")) <= 12
    assert all(len(m.reason) > 10 for m in file.monitors)
    assert len({m.name for m in file.monitors}) == len(file.monitors)


def test_without_time_what_needs_the_references_windows_is_asked_otherwise() -> None:
    file = suggest_monitors(reference(rows().drop("at")))
    moved = {m.name: str(m.metric) for m in file.monitors}
    assert moved["inputs moved"] == "drift.share"
    assert moved["answers moved"] == 'drift.effect(column="score")'
    assert "new territory" not in moved
    assert "no rows" not in moved


def test_every_one_of_them_watches_something_of_its_model() -> None:
    model = Watched(
        name="loans", schema=DAYS.schema, columns=tuple(DAYS.columns), segments=DAYS.segments, hosts=("a",)
    )
    file = suggest_monitors(DAYS, readings=("latency", "requests", "process_memory"), model="loans")
    assert [m.name for m in file.monitors if not series_of(m, model)] == []
    assert {m.models for m in file.monitors} == {("loans",)}


@pytest.mark.parametrize("use_case", [None, *fitting_use_cases("binary")])
def test_they_are_read_back_as_they_were_suggested(use_case: str | None) -> None:
    file = suggest_monitors(DAYS, use_case=use_case, readings=("latency",))
    assert parse_monitors(format_monitors(file)) == file


def test_a_use_case_chooses_metrics_windows_and_label_ages() -> None:
    fraud = {m.name: m for m in suggest_monitors(DAYS, use_case="fraud").monitors}
    credit = {m.name: m for m in suggest_monitors(DAYS, use_case="credit").monitors}
    assert str(fraud["PR AUC worse"].metric) == "performance.pr_auc"
    assert fraud["recall off"].severity == "info"
    assert fraud["labels missing"].needs.label_age_seconds == 30 * 86_400
    assert credit["ROC AUC worse"].window == "1w"
    assert credit["labels missing"].needs.label_age_seconds == 90 * 86_400


def test_a_use_that_judges_by_nothing_the_task_has_is_refused_with_those_that_fit() -> None:
    with pytest.raises(
        MonitorError, match=r"a metric of the task binary\. .*fit: fraud, churn, credit, ranking;"
    ):
        suggest_monitors(DAYS, use_case="forecast")
    assert fitting_use_cases(None) == tuple(USE_CASES)


@pytest.mark.parametrize("use_case", [*USE_CASES, None])
@pytest.mark.parametrize("task", ["binary", "multiclass", "regression", "forecast", "ranking"])
def test_a_use_that_fits_has_a_headline_and_another_is_refused(use_case: str | None, task: str) -> None:
    if use_case is None or use_case in fitting_use_cases(task):
        held = [metric(name.partition("(")[0]) for name in use_case_of(use_case, task).headline]
        assert any(task in each.applies_to for each in held)
    else:
        with pytest.raises(MonitorError, match=f"use case '{use_case}' judges by"):
            use_case_of(use_case, task)


def test_a_file_without_a_figure_of_answers_says_so() -> None:
    unlabelled = rows().drop("paid")
    schema = bg.Schema.infer(unlabelled, score="score", timestamp="at", task="binary", positive="yes")
    found = suggest_monitors(bg.profile(unlabelled, schema, every="1d"))
    assert "the reference has no labels" in found.comment
    assert "Nothing here says" not in suggest_monitors(DAYS).comment
    few = rows().with_columns(paid=pl.when(pl.int_range(pl.len()) < 40).then("paid"))
    assert "labelled rows of the reference or more" in suggest_monitors(reference(few)).comment


def regression(days: int, **columns: Any) -> Profile:
    held = rows(days).select("at", "income", paid=pl.col("score") * 9.0, answer=pl.col("score") * 8.0)
    schema = bg.Schema.infer(
        held, prediction="answer", label="paid", timestamp="at", task="regression", **columns
    )
    return bg.profile(held, schema, every="1d")


def test_errors_are_watched_for_ever_where_the_task_has_a_loss_and_windows_say_what_it_may_be() -> None:
    found = {m.name: m for m in suggest_monitors(regression(20)).monitors}
    monitor = found["errors larger for long"]
    assert (str(monitor.metric), monitor.severity) == ("performance.bounded_loss", "from impact")
    assert isinstance(monitor.when, Anytime)
    assert monitor.needs == found["mean absolute error worse"].needs
    assert "errors larger for long" not in names(suggest_monitors(regression(4)), "from impact")
    assert "errors larger for long" not in names(suggest_monitors(DAYS), "from impact")


@pytest.mark.parametrize(("days", "watched"), [(13, False), (14, True)])
def test_weeks_are_watched_where_days_can_tell_what_they_differ_by(days: int, watched: bool) -> None:
    found = {m.name: m for m in suggest_monitors(regression(days)).monitors}
    assert ("inputs moved for a week" in found) == watched
    if watched:
        monitor = found["inputs moved for a week"]
        assert (monitor.window, monitor.for_windows) == ("1w", 1)


def test_labels_that_come_later_are_no_missing_columns() -> None:
    assert "column gone" not in [m.name for m in suggest_monitors(DAYS).monitors]
    unlabelled = rows().select("at", "income")
    found = suggest_monitors(bg.profile(unlabelled, bg.Schema.infer(unlabelled, timestamp="at"), every="1d"))
    assert "column gone" in [m.name for m in found.monitors]


def test_rows_alone() -> None:
    held = rows().select("at", "income")
    profile = bg.profile(held, bg.Schema.infer(held, timestamp="at"), every="1d")
    found = [m.metric.family for m in suggest_monitors(profile, operations=False).monitors]
    assert set(found) == {"drift", "quality"}


def test_what_cannot_be_suggested_from() -> None:
    with pytest.raises(MonitorError, match="did you mean 'churn'"):
        suggest_monitors(DAYS, use_case="churns")
    with pytest.raises(DataError, match="no rows"):
        suggest_monitors(DAYS.at())


def test_labels_are_waited_for_as_long_as_they_were_seen_to_take() -> None:
    held = rows()
    late = reference(
        held.with_columns(paid=pl.when(pl.int_range(len(held)) < 1_700).then("paid")), every="1d"
    )
    found = {m.name: m for m in suggest_monitors(late).monitors}
    assert found["labels missing"].needs.label_age_seconds == 4 * 86_400
    assert found["ROC AUC worse"].needs.label_age_seconds == 4 * 86_400
    assert "4 days after a window" in found["labels missing"].reason


def test_the_last_rows_say_how_long_labels_take_where_they_are_there() -> None:
    held = rows()
    last = held.with_columns(paid=pl.when(pl.int_range(len(held)) < 1_500).then("paid"))
    history = bg.profile(last, like=DAYS)
    for given, days in ((None, 1), (history, 6)):
        found = {m.name: m for m in suggest_monitors(DAYS, history=given).monitors}
        assert found["labels missing"].needs.label_age_seconds == days * 86_400


def test_labels_of_which_none_came_say_nothing_of_how_long_they_take() -> None:
    none = bg.profile(rows().with_columns(paid=pl.lit(None, pl.String)), like=DAYS)
    found = {m.name: m for m in suggest_monitors(DAYS, history=none).monitors}
    assert found["labels missing"].needs.label_age_seconds == 86_400


def test_days_say_how_long_no_silence_was_and_hours_how_long_one_was() -> None:
    by_day = {m.name: m for m in suggest_monitors(DAYS).monitors}["no rows"]
    assert by_day.reason == "the reference was never without rows for as long as 48 hours"
    by_hour = {m.name: m for m in suggest_monitors(reference(rows(4), every="1h")).monitors}["no rows"]
    assert by_hour.reason.startswith("the longest silence of the reference lasted")
