"""The diagnostics of a report: each where its rows allow it, else a sentence."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.charts.curves import Curves
from barograph.charts.groups import GroupCells
from barograph.report.page import page
from barograph.report.view import ReportView, Section

N = 800


def rows(seed: int, shift: float = 0.0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    x, z = rng.normal(size=N) + shift, rng.normal(size=N)
    score = 1 / (1 + np.exp(-x - z))
    start = datetime(2025, 1, 1) + timedelta(days=40 * (shift > 0))
    return pl.DataFrame({
        "x": x, "z": z, "group": rng.choice(["a", "b"], N), "y": x + z + rng.normal(size=N), "p": x + z,
        "outcome": np.where(rng.random(N) < score, "yes", "no"), "score": score,
        "guess": np.where(score > 0.5, "yes", "no"), "t": [start + timedelta(hours=i) for i in range(N)],
    })  # fmt: skip


REFERENCE, CURRENT = rows(12), rows(13, 0.7)
INPUTS = ("x", "z", "group")
REGRESSION = {"label": "y", "prediction": "p", "task": "regression"}
BINARY = {"label": "outcome", "prediction": "guess", "score": "score", "positive": "yes", "task": "binary"}


def report(columns: tuple[str, ...], roles: dict[str, str], **how: object) -> bg.Report:
    reference = REFERENCE.select(columns)
    profile = bg.profile(reference, bg.Schema.infer(reference, **roles), **how)
    return bg.compare(profile, bg.profile(CURRENT.select(columns), like=profile, **how))


def view(columns: tuple[str, ...], roles: dict[str, str], **how: object) -> ReportView:
    return page(report(columns, roles, **how).comparison)


def by_title(sections: tuple[Section, ...]) -> dict[str, Section]:
    return {s.title: s for s in sections}


@pytest.fixture(scope="module")
def regression() -> ReportView:
    return view((*INPUTS, "y", "p", "t"), {**REGRESSION, "timestamp": "t"})


@pytest.fixture(scope="module")
def binary() -> ReportView:
    return view((*INPUTS, "outcome", "guess", "score", "t"), {**BINARY, "timestamp": "t"})


def test_regression_has_every_classic_picture(regression):
    found = {s.title: [f.title for f in s.figures] for s in regression.performance_sections}
    assert found["Predicted and actual"] == ["Predicted against actual", "Predicted and actual over time"]
    assert found["Errors over time"] == [
        "Error over time", "Absolute error over time", "Absolute percentage error over time",
    ]  # fmt: skip
    assert found["Distribution of errors"] == [
        "Error (predicted − actual)", "Error against a normal distribution (QQ)",
    ]  # fmt: skip
    assert found["The largest errors"] == ["Predicted against actual, by group"]
    assert set(found["Error along each feature"]) == set(INPUTS)


def test_every_section_says_what_it_shows(regression, binary):
    sections = [*regression.performance_sections, *regression.targets, *binary.performance_sections]
    assert [s.title for s in sections if len(s.reading) < 10] == []


def test_bias_table_is_widest_first_and_opens(regression):
    bias = by_title(regression.performance_sections)["The largest errors"].bias
    ranges = [row.current.apart.value for row in bias]
    assert ranges == sorted(ranges, reverse=True)
    assert [len(row.figures) for row in bias if row.kind == "numeric"] == [3, 3]


def test_groups_hold_every_sampled_row(regression):
    figure = by_title(regression.performance_sections)["The largest errors"].figures[0]
    assert isinstance(figure.chart, GroupCells)
    assert figure.chart.rows == (N, N)


def test_targets_are_told_with_verdict_course_and_correlations(regression):
    label = by_title(regression.targets)["y (label)"]
    assert [f.title for f in label.figures] == ["Distribution", "Mean over time", "Correlation with y"]
    assert label.state is not None
    assert "Kolmogorov–Smirnov p" in label.reading


def test_numeric_features_are_drawn_against_both_targets(regression):
    against = by_title(regression.targets)["Features against y and p"]
    assert {p.title for p in against.parts} == {"x", "z"}
    assert [len(p.figures) for p in against.parts] == [2, 2]


def test_binary_has_every_curve(binary):
    found = {s.title: [f.title for f in s.figures] for s in binary.performance_sections}
    assert found["Ranking"] == ["ROC curve", "Precision against recall", "Gain", "Lift"]
    assert found["Scores"] == ["Scores by class", "Calibration"]
    assert len(found["Thresholds"]) == 4
    assert len(found["Decisions"]) == 2
    assert set(found["Quality by feature"]) == set(found["Calibration along each feature"]) == set(INPUTS)


def test_curves_have_both_sides(binary):
    roc = by_title(binary.performance_sections)["Ranking"].figures[0].chart
    assert isinstance(roc, Curves)
    assert [c.side for c in roc.curves] == ["reference", "current"]
    assert roc.curves[1].points[0] == (0.0, 0.0)
    assert roc.curves[1].points[-1] == (1.0, 1.0)


def test_share_of_the_positive_class_is_followed_over_time(binary):
    label = by_title(binary.targets)["outcome (label)"]
    assert "Share of yes over time" in [f.title for f in label.figures]


def test_scores_alone_are_enough():
    roles = {"label": "outcome", "score": "score", "positive": "yes", "task": "binary"}
    found = by_title(view((*INPUTS, "outcome", "score"), roles).performance_sections)
    assert "Ranking" in found
    assert found["Decisions"].reading.startswith("Classes by score ≥ 0.5.")


def test_predictions_alone_have_decisions_and_no_curves():
    roles = {"label": "outcome", "prediction": "guess", "positive": "yes", "task": "binary"}
    found = by_title(view((*INPUTS, "outcome", "guess"), roles).performance_sections)
    assert "Ranking" not in found
    assert {"Decisions", "Quality by feature"} <= set(found)


def test_multiclass_has_curves_of_each_scored_class():
    two = {"no": 1.0 - pl.col("score"), "yes": pl.col("score")}
    sides = [side.select(*INPUTS, "outcome", "guess", **two) for side in (REFERENCE, CURRENT)]
    kinds = dict.fromkeys(two, "numeric")
    columns = [
        bg.Column(name=c, role="score", kind="numeric", class_name=c) if c in two else column
        for c, column in (
            (c.name, c)
            for c in bg.Schema.infer(
                sides[0], label="outcome", prediction="guess", task="multiclass", kinds=kinds
            ).columns
        )
    ]
    schema = bg.Schema(columns=tuple(columns), task="multiclass")
    profile = bg.profile(sides[0], schema)
    titles = by_title(
        page(bg.compare(profile, bg.profile(sides[1], like=profile)).comparison).performance_sections
    )
    assert {"Ranking of no", "Ranking of yes", "Scores of yes", "Decisions"} <= set(titles)


def test_without_labels_there_are_no_diagnostics_and_a_note():
    late = report((*INPUTS, "y", "p"), REGRESSION).comparison
    current = CURRENT.select(*INPUTS, "p").with_columns(y=pl.lit(None, pl.Float64))
    without = page(bg.compare(late.reference, bg.profile(current, like=late.reference)).comparison)
    assert without.performance_sections == ()
    assert without.performance_note == "No labels have come for the current rows yet."


def test_only_predictions_are_told_as_a_target():
    told = view((*INPUTS, "p"), {"prediction": "p", "task": "regression"})
    assert told.performance_sections == ()
    assert [s.title for s in told.targets] == ["p (prediction)", "Features against p"]


def test_only_data_has_neither():
    told = view(INPUTS, {})
    assert (told.performance_sections, told.targets) == ((), ())


def test_without_windows_courses_are_a_sentence():
    found = by_title(view((*INPUTS, "y", "p"), REGRESSION).performance_sections)
    assert found["Errors over time"].is_empty
    assert found["Errors over time"].reading == "Not drawn: the rows have no windows of time."


def test_without_a_sample_groups_are_a_sentence():
    found = by_title(view((*INPUTS, "y", "p"), REGRESSION, sample=False).performance_sections)
    assert found["The largest errors"].bias == ()
    assert "made without its sample" in found["The largest errors"].reading
    assert found["Error along each feature"].figures


def test_verdict_and_share_count_the_same_columns():
    moved = report((*INPUTS, "y", "p"), REGRESSION)
    assert moved.comparison.drift_share == pytest.approx(1 / 3)
    assert "1 of 3 inputs changed (x)" in moved.verdict


def test_columns_judged_by_rows_are_named_among_those_judged_by_windows():
    columns = (*INPUTS, "flat", "t")
    sides = [s.with_columns(flat=pl.lit("a")).select(columns) for s in (REFERENCE, CURRENT)]
    profile = bg.profile(sides[0], bg.Schema.infer(sides[0], timestamp="t", kinds={"flat": "categorical"}))
    told = page(bg.compare(profile, bg.profile(sides[1], like=profile)).comparison)
    by_rows = {n for n, d in bg.compare(profile, bg.profile(sides[1], like=profile)).comparison.drift.items()
               if d.verdict.basis == "rows"}  # fmt: skip
    assert by_rows == {"flat"}
    assert "; flat, whose windows do not suffice for that, against independent draws" in told.changes_note


def test_document_tells_the_bias_table_and_the_curves():
    told = report((*INPUTS, "y", "p"), REGRESSION).to_dict()["diagnostics"]
    assert {b["feature"] for b in told["error_bias"]} == set(INPUTS)
    assert told["error_by_feature"]["measure"] == "bias"
    curves = report((*INPUTS, "outcome", "score", "guess"), BINARY).to_dict()["diagnostics"]["curves"]["yes"]
    assert curves["current"][0]["threshold"] is None
    assert curves["current"][-1]["true_positive_rate"] == 1.0
