"""The verdict says first what matters most, and never more than the figures do."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.report.column_sentences import column_sentence
from barograph.report.sentences import headline, state_of, verdict_points, verdict_sentence
from barograph.schema.model import Schema

N = 2000
RNG = np.random.default_rng(6)
ROWS = pl.DataFrame({"x": RNG.normal(size=N), "z": RNG.normal(size=N), "group": RNG.choice(["a", "b"], N)})
JUDGED = ROWS.with_columns(y=pl.col("x") + pl.Series(RNG.normal(size=N)), p=pl.col("x"))


def report(reference: pl.DataFrame, current: pl.DataFrame, **roles: str) -> bg.Report:
    profile = bg.profile(reference, bg.Schema.infer(reference, **roles))
    return bg.compare(profile, bg.profile(current, like=profile))


def judged(current: pl.DataFrame) -> bg.Report:
    return report(JUDGED, current, label="y", prediction="p", task="regression")


def sentence(of: bg.Report, name: str) -> str:
    return column_sentence(of.comparison.drift[name], of.comparison.quality[name])


def test_no_change():
    same = report(ROWS, ROWS)
    assert same.verdict == "None of 3 inputs changed."
    assert state_of(same.comparison) == "ok"
    assert sentence(same, "x") == "No change shown."


def test_a_changed_column_is_named():
    moved = report(ROWS, ROWS.with_columns(pl.col("x") + 0.5))
    assert "1 of 3 inputs changed (x)" in moved.verdict
    assert state_of(moved.comparison) == "changed"
    assert "median" in sentence(moved, "x").lower()


def test_a_label_that_is_not_known_yet_and_a_time_are_not_ticked_as_unchanged():
    hours = pl.Series([datetime(2026, 10, 1) + timedelta(hours=i) for i in range(N)])
    rows = ROWS.with_columns(y=(pl.col("x") > 0).cast(pl.Int64), t=hours)
    late = rows.with_columns(y=pl.when(pl.int_range(pl.len()) < N // 2).then("y"))
    page = report(rows, late, label="y", timestamp="t").to_html()
    told = re.findall(r'<details class="brg-column" data-name="(.)"><summary>(.*?)</summary>', page)
    columns = {name: re.sub("<[^>]+>", " ", text) for name, text in told}
    assert "no change" not in columns["t"]
    assert "Not compared." in columns["t"]
    assert "values: no change" in columns["y"]
    assert "No change of its values shown; 0 → 50 % nulls." in columns["y"]


def test_an_answer_that_is_named_like_its_role_is_named_once():
    scored = ROWS.with_columns(score=1 / (1 + (-pl.col("x")).exp()), y=(pl.col("x") > 0).cast(pl.Int64))
    for name in ("score", "p"):
        rows = scored.rename({"score": name})
        moved = report(rows, rows.with_columns(pl.col(name) ** 3), score=name, label="y")
        said = "score" if name == "score" else "score p"
        assert f"none of 3 inputs changed, but {said} did" in moved.verdict


def test_the_largest_change_comes_first_and_three_are_named(rng):
    many = pl.DataFrame({f"x{i}": rng.normal(size=N) for i in range(5)})
    moved = report(many, many.with_columns(pl.col(f"x{i}") + 0.2 * (i + 1) for i in range(5)))
    assert "5 of 5 inputs changed (x4, x3, x2 and 2 more)" in moved.verdict


def test_performance_comes_first():
    worse = judged(JUDGED.with_columns(y=pl.col("y") * 3))
    assert worse.verdict.startswith("The model is worse: mean absolute error")
    assert state_of(worse.comparison) == "worse"
    better = judged(JUDGED.with_columns(y=pl.col("p")))
    assert better.verdict.startswith("The model is better: mean absolute error")
    assert state_of(better.comparison) == "better"


def test_no_change_of_performance():
    assert judged(JUDGED).verdict.startswith("No change of performance is shown (mean absolute error")


def test_probabilities_that_went_wrong_are_worse_though_they_still_rank():
    score, likelier = (1.0 / (1.0 + np.exp(-odds - ROWS["x"].to_numpy())) for odds in (0.0, 1.0))
    drawn = np.random.default_rng(1).uniform(size=N)
    calm = ROWS.with_columns(s=score, y=(drawn < score).astype(int))
    risen = ROWS.with_columns(s=score, y=(drawn < likelier).astype(int))
    told = report(calm, risen, label="y", score="s", task="binary", positive="1")
    assert re.match(r"The model is worse: log-loss .*; ROC AUC \S+ → \S+: no change shown; ", told.verdict)
    assert state_of(told.comparison) == "worse"


def test_labels_that_have_not_come():
    without = judged(JUDGED.with_columns(pl.lit(None, pl.Float64).alias("y")))
    assert without.verdict.startswith("Performance is unknown, for there are no labels")
    assert headline(without.comparison).address == "performance.mae"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows.drop("z"), "Missing from the current rows: z"),
        (
            lambda rows: rows.with_columns(z=pl.when(pl.int_range(N) % 4 == 0).then(pl.col("z"))),
            "Null: z in 75",
        ),
        (
            lambda rows: rows.with_columns(z=pl.when(pl.int_range(N) % 2 == 0).then(pl.lit("no"))),
            "Not of the expected type: z in 50",
        ),
        (
            lambda rows: rows.with_columns(
                z=pl.when(pl.int_range(N) % 2 == 0).then(float("nan")).otherwise("z")
            ),
            "NaN: z in 50",
        ),
    ],
)
def test_faults_come_before_drift(change, said):
    broken = report(ROWS, change(ROWS))
    assert broken.verdict.startswith(said)
    assert state_of(broken.comparison) == "changed"


def test_values_the_reference_never_had():
    new = report(ROWS, ROWS.with_columns(group=pl.lit("c"), x=pl.col("x") + 50))
    assert "values the reference never had: " in new.verdict.lower()
    assert "x in 100" in new.verdict
    assert "group in 100" in new.verdict


def test_unseen_values_that_went_away_are_not_news(rng):
    big = pl.DataFrame({"x": np.concatenate((rng.normal(size=66_000), np.full(6_000, 99.0)))})
    learned = bg.profile(big[:66_000], bg.Schema.infer(big[:66_000]))
    reference = bg.profile(big, like=learned)
    current = bg.profile(big[:66_000], like=learned)
    assert "never had" not in verdict_sentence(bg.compare(reference, current).comparison)


def test_no_rows():
    empty = report(ROWS, ROWS.clear())
    assert empty.verdict == "The current rows are empty: nothing can be said."


def test_points_are_the_sentence_in_parts():
    worse = judged(JUDGED.with_columns(y=pl.col("y") * 3, z=pl.col("z") + 1))
    points = verdict_points(worse.comparison)
    assert len(points) >= 2
    assert [p[0].lower() + p[1:-1] for p in points[1:]] == worse.verdict[:-1].split("; ")[1:]


def test_a_move_is_measured_against_the_references_windows():
    times = pl.datetime_range(pl.datetime(2024, 1, 1), pl.datetime(2024, 3, 1), "20m", eager=True)[:N]
    level = np.repeat(np.resize([1.0, -1.0, 0.3, -0.5, 0.0], N // 72 + 1), 72)[:N]
    timed = ROWS.with_columns(t=times, x=pl.col("x") + level)
    same = report(timed, timed[:72], timestamp="t")
    assert not same.comparison.drift["x"].verdict.detected
    assert "times what reference windows differ from each other" in sentence(same, "x")
    assert "not beyond doubt" in sentence(same, "x")


def test_labels_without_an_answer_are_not_said_to_be_missing(rng):
    rows = pl.DataFrame({"x": rng.normal(size=60), "y": rng.integers(0, 2, 60)})
    reference = bg.profile(rows, Schema.infer(rows, label="y"))
    verdict = bg.compare(reference, bg.profile(rows, like=reference)).verdict
    assert verdict.startswith("Performance is unknown, for no column is named as the prediction or a score")
