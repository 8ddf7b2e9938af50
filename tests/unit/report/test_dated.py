"""The report says since when columns changed, whether or not performance did."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.report.dated import dated_of
from barograph.report.findings import certain_changes
from barograph.report.sentences import state_of, verdict_points

DAYS, A_DAY = 40, 150
START = datetime(2026, 9, 30)


def customers(rng: np.random.Generator, *, days: int = DAYS) -> pl.DataFrame:
    n = days * A_DAY
    odds = rng.normal(size=n)
    return pl.DataFrame(
        {
            "at": [START + timedelta(days=i // A_DAY, minutes=9 * (i % A_DAY)) for i in range(n)],
            "usage": np.exp(3.0 + 0.5 * rng.normal(size=n)),
            "calls": rng.poisson(2, n),
            "score": 1.0 / (1.0 + np.exp(-odds)),
            "churned": (rng.random(n) < 1.0 / (1.0 + np.exp(-odds))).astype(int),
        }
    )


def compared(rows: pl.DataFrame, *, every: str = "1d") -> bg.Report:
    schema = bg.Schema.infer(rows, timestamp="at", score="score", label="churned")
    cut = bg.split(rows, schema, since=str((START + timedelta(days=20)).date()))
    before = bg.profile(cut.before, schema, every=every)
    return bg.compare(before, bg.profile(cut.since, like=before))


def late(since: int, *, until: int = DAYS) -> pl.Expr:
    return pl.col("at").is_between(START + timedelta(days=since), START + timedelta(days=until), "left")


def test_a_fault_is_named_with_its_first_day_though_performance_is_as_it_was(rng):
    rows = customers(rng).with_columns(
        usage=pl.when(late(30)).then(pl.col("usage") / 1000).otherwise("usage")
    )
    report = compared(rows)
    points = verdict_points(report.comparison, dated_of(report.comparison))
    assert points[0].startswith("No change of performance is shown")
    assert points[1] == "Since 2026-10-30: usage divided by 1,000."
    assert "; since 2026-10-30: usage divided by 1,000; " in report.verdict
    assert report.to_dict()["since"] == [
        {
            "column": "usage", "name": "usage divided by 1,000", "start": "2026-10-30T00:00:00+00:00", "end": None,
            "interval": None, "from_first": False, "fault": "unit",
        }
    ]  # fmt: skip
    assert "Since 2026-10-30: usage divided by 1,000." in report.to_html()


def test_a_column_without_a_fault_moved_and_what_moved_with_it_stands_beside_it(rng):
    rows = customers(rng).with_columns(
        calls=pl.col("calls") + 3 * late(32).cast(pl.Int64),
        score=pl.when(late(32)).then(pl.col("score") ** 2).otherwise("score"),
    )
    found = {change.column: change for change in dated_of(compared(rows).comparison)}
    assert {c: (f.name, f.start.day, f.end) for c, f in found.items()} == {
        "calls": ("calls moved", 1, None), "score": ("score moved", 1, None)
    }  # fmt: skip
    assert re.search(r"since 2026-11-01: (calls|score) moved, (calls|score) moved", compared(rows).verdict)


def test_a_fault_that_ended_is_told_with_both_ends(rng):
    rows = customers(rng).with_columns(
        usage=pl.when(late(25, until=33)).then(pl.col("usage") * 100).otherwise("usage")
    )
    assert "from 2026-10-25 to 2026-11-02: usage multiplied by 100" in compared(rows).verdict


def test_what_is_there_from_the_first_window_on_may_have_begun_before(rng):
    rows = customers(rng)
    broken = rows.with_columns(
        usage=pl.when(late(20)).then(pl.col("usage") / 1000).otherwise("usage"),
        calls=pl.col("calls") + 3 * late(20).cast(pl.Int64),
    )
    assert "; in every window: usage divided by 1,000; " in compared(broken).verdict
    moved = rows.with_columns(calls=pl.col("calls") + 3 * late(20).cast(pl.Int64)).drop("usage")
    assert "calls moved" not in compared(moved).verdict
    assert "1 of 1 inputs changed (calls)" in compared(moved).verdict


def test_times_are_those_of_the_windows_zone(rng):
    rows = customers(rng).with_columns(
        usage=pl.when(late(30)).then(pl.col("usage") / 1000).otherwise("usage"),
        at=pl.col("at").dt.replace_time_zone("Asia/Kolkata"),
    )
    schema = bg.Schema.infer(rows, timestamp="at", score="score", label="churned", timezone="Asia/Kolkata")
    cut = bg.split(rows, schema, since="2026-10-20")
    before = bg.profile(cut.before, schema, every="1d")
    report = bg.compare(before, bg.profile(cut.since, like=before))
    assert "since 2026-10-30: usage divided by 1,000" in report.verdict


def test_where_nothing_changed_nothing_is_dated(rng):
    assert dated_of(compared(customers(rng)).comparison) == ()


def test_without_windows_a_fault_is_named_and_not_dated(rng):
    rows = customers(rng).drop("at")
    before = bg.profile(rows, bg.Schema.infer(rows, score="score", label="churned"))
    after = bg.profile(rows.with_columns(pl.col("usage") / 1000), like=before)
    said = bg.compare(before, after).verdict
    assert "; usage divided by 1,000; " in said
    assert "since" not in said


def test_metrics_beside_the_headline_are_named_with_what_became_of_them(rng):
    rows = customers(rng).with_columns(
        score=pl.when(late(20)).then(pl.col("score") * 0.5 + 0.5).otherwise("score")
    )
    report = compared(rows)
    first = verdict_points(report.comparison)[0]
    assert re.fullmatch(r"(The model is worse: log-loss .*|ROC AUC .*: no change shown; worse: .*)\.", first)
    assert {p.spec.title for p in certain_changes(report.comparison)["worse"]} >= {"Precision"}


def test_one_headline_that_stands_is_not_all_there_is_to_say(rng):
    def judged(label: pl.DataFrame) -> bg.Report:
        schema = bg.Schema.infer(label, score="score", label="churned", prediction="said")
        before = bg.profile(label, schema)
        stricter = label.with_columns(said=(pl.col("score") > 0.8).cast(pl.Int64))
        return bg.compare(before, bg.profile(stricter, like=before))

    rows = customers(rng).drop("at").with_columns(said=(pl.col("score") > 0.5).cast(pl.Int64))
    report = judged(rows)
    first = verdict_points(report.comparison)[0]
    assert re.fullmatch(r"ROC AUC \S+ → \S+: no change shown; .*worse: accuracy, .*", first)
    assert "better: " in first
    assert state_of(report.comparison) == "changed"


@pytest.mark.parametrize("seed", range(3))
def test_metrics_that_did_not_change_are_not_named(seed):
    report = compared(customers(np.random.default_rng(seed)))
    assert certain_changes(report.comparison) == {}
    assert report.verdict.startswith("No change of performance is shown (ROC AUC")
