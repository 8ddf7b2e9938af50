"""The change in parts: they add up, and the planted one is found in its amount."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import barograph as bg
from barograph.explain.explanation import Explanation

from .rows import BINARY, binary_rows, profiles, regression_rows

N = 6000


def amounts(explanation: Explanation) -> dict[str, bg.Value]:
    return {part.cause: part.amount for part in explanation.parts}


def holds(value: bg.Value, truth: float) -> bool:
    return value.interval[0] <= truth <= value.interval[1]


def explained(rng: np.random.Generator, **planted: float) -> Explanation:
    return bg.explain(*profiles(regression_rows(rng, N), regression_rows(rng, N, **planted)))


def mean_error(**planted: float) -> float:
    """The mean absolute error of very many such rows."""
    rows = regression_rows(np.random.default_rng(1), 400_000, **planted)
    return float((rows["y"] - rows["p"]).abs().mean())


@pytest.mark.parametrize(
    ("cause", "planted"),
    [("mix", {"harder": 0.6}), ("new_territory", {"new": 0.06}), ("concept", {"concept": 2.0})],
)
def test_the_planted_cause_comes_first_and_in_its_amount(rng, cause, planted):
    found = explained(rng, **planted)
    assert found.parts[0].cause == cause
    assert holds(amounts(found)[cause], mean_error(**planted) - mean_error())
    others = [part for part in found.parts if part.cause != cause]
    assert all(abs(part.amount.value) < 0.35 * found.change.value for part in others)


def test_two_causes_at_once_are_told_apart(rng):
    found = amounts(explained(rng, harder=0.6, concept=2.0))
    harder = mean_error(harder=0.6)
    assert holds(found["mix"], harder - mean_error())
    assert holds(found["concept"], mean_error(harder=0.6, concept=2.0) - harder)


def test_without_a_change_none_is_claimed_and_what_would_be_seen_is_said(rng):
    found = explained(rng)
    assert not found.shown
    assert found.verdict.startswith("No change of mean absolute error is shown")
    assert 0.0 < found.detectable < 0.2
    assert f"{found.detectable:.2g}" in found.verdict


METRICS = st.sampled_from(
    [("regression", m) for m in ("mae", "mse", "me", "rmse", "mape", "r2")]
    + [("binary", m) for m in ("log_loss", "accuracy", "brier", "f1", "precision", "recall", "roc_auc")]
)


@settings(max_examples=20)
@given(METRICS, st.integers(0, 2**32 - 1), st.integers(60, 400), st.floats(0.0, 1.0))
def test_parts_add_up_to_the_change(metric, seed, n, strength):
    rng = np.random.default_rng(seed)
    task, name = metric
    if task == "regression":
        sides = profiles(
            regression_rows(rng, n),
            regression_rows(rng, n, harder=strength, new=0.2 * strength, concept=strength),
        )
    else:
        sides = profiles(binary_rows(rng, n), binary_rows(rng, n, concept=2.0 * strength), BINARY)
    found = bg.explain(*sides, f"performance.{name}")
    change = found.after.value - found.before.value
    assert sum(part.amount.value for part in found.parts) == pytest.approx(change, abs=1e-9)
    assert found.to_dict()["change"]["value"] == pytest.approx(change, abs=1e-12)


def test_an_in_sample_reference_is_a_part_of_its_own(rng):
    held_out = regression_rows(rng, N)
    flattering = held_out.with_columns(y=(held_out["y"] + 2.0 * held_out["p"]) / 3.0)
    reference, unseen = profiles(held_out, held_out)
    training = bg.profile(flattering, like=reference, origin="training")
    found = bg.explain(training, bg.profile(regression_rows(rng, N), like=reference), held_out=unseen)
    optimism = amounts(found)["optimism"].value
    assert optimism == pytest.approx(found.change.value, rel=0.1)
    assert found.parts[0].cause == "optimism"
    assert "learned from" in found.parts[0].sentence


def test_an_in_sample_reference_without_another_is_noted(rng):
    rows = regression_rows(rng, 200)
    reference = bg.profile(
        rows, bg.Schema.infer(rows, label="y", prediction="p", task="regression"), origin="training"
    )
    found = bg.explain(reference, bg.profile(regression_rows(rng, 200), like=reference))
    assert any("held_out=" in note for note in found.notes)


def test_an_explanation_is_the_same_from_saved_profiles(rng, tmp_path):
    sides = profiles(regression_rows(rng, 500), regression_rows(rng, 500, harder=0.5))
    saved = [bg.load_profile(bg.save_profile(s, tmp_path / f"{i}.bgp")) for i, s in enumerate(sides)]
    assert bg.explain(*saved).to_dict() == bg.explain(*sides).to_dict()


def test_errors_beyond_what_cross_tables_hold_are_told_from_the_sample(rng):
    reference, current = regression_rows(rng, 2000), regression_rows(rng, 2000)
    current = current.with_columns(p=current["p"] + 5000.0)
    found = bg.explain(*profiles(reference, current))
    assert found.parts[0].cause == "concept"
    assert amounts(found)["concept"].value == pytest.approx(found.change.value, rel=0.01)
    assert not any(column.heterogeneity > 20.0 for column in found.columns)


def test_what_rounding_leaves_is_no_cause(rng):
    rows = regression_rows(rng, 2000)
    hit = rng.random(2000) < 0.3
    faulty = rows.with_columns(
        z=pl.Series(np.where(hit, -999.0, rows["z"])), p=rows["p"] - rows["z"] * pl.Series(hit)
    )
    found = bg.explain(*profiles(regression_rows(rng, 2000), faulty))
    assert found.parts[0].cause == "fault"
    claimed = [p for p in found.parts if p.amount.interval[0] > 0.0 or p.amount.interval[1] < 0.0]
    assert all(abs(p.amount.value) > 1e-3 for p in claimed)


def test_a_column_of_one_value_that_changes_is_no_fault(rng):
    reference, current = (regression_rows(rng, 2000).with_columns(year=pl.lit(y)) for y in (2024, 2025))
    found = bg.explain(*profiles(reference, current.with_columns(p=current["p"] + 1.0)))
    assert not any(part.cause == "fault" for part in found.parts)


def test_where_no_part_is_shown_alone_the_summary_says_so(rng):
    told = bg.explain(*profiles(regression_rows(rng, 2_000), regression_rows(rng, 2_000, concept=2.0)))
    quiet = [replace(p, amount=replace(p.amount, interval=(-9.0, 9.0))) for p in told.parts]
    said = replace(told, parts=tuple(quiet)).summary[1]
    assert said.startswith("None of its parts is shown by itself; the largest: ")


def test_a_fault_whose_rows_the_model_scores_is_not_guessed(rng):
    answer = pl.col("x") + pl.col("z")
    later = regression_rows(rng, 1_000).with_columns(pl.col("x") * 1_000.0).with_columns(answer.alias("p"))
    sides = profiles(regression_rows(rng, 1_000), later)
    assert "pass predict=" in bg.explain(*sides).parts[0].sentence
    said = bg.explain(*sides, predict=lambda rows: rows.select(answer).to_series().to_numpy())
    assert (said.parts[0].cause, said.actions[0].action) == ("fault", "repair")
    assert "Hardly a row" not in said.parts[0].sentence


def test_faulty_rows_do_not_say_which_way_the_others_err(rng):
    after = regression_rows(rng, N, concept=4.0)
    x = pl.when(pl.int_range(N) % 4 == 0).then(pl.col("x") * 1000.0).otherwise(pl.col("x"))
    found = bg.explain(
        *profiles(
            regression_rows(rng, N).drop("like_x"), after.with_columns(x=x, p=x + pl.col("z")).drop("like_x")
        )
    )
    assert found.parts[0].cause == "fault"
    sentence = next(part.sentence for part in found.parts if part.cause == "concept")
    assert "under-estimates those without a fault by 1." in sentence


def test_the_rounding_of_a_ratio_is_no_part(rng):
    before, after = binary_rows(rng, N), binary_rows(rng, N, concept=1.0)
    found = bg.explain(*profiles(before, after, BINARY), "performance.f1")
    assert all(abs(part.amount.value) > 1e-9 for part in found.parts if part.cause == "curvature")
