"""Checks suggested from the credit story's reference: unchanged rows pass, each planted change fails by its name."""

from __future__ import annotations

from functools import cache
from typing import Any, get_args

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.checks.results import CheckResults
from barograph.checks.run import run_checks
from barograph.demo.credit.generate import Credit, generate_credit
from barograph.demo.credit.periods import Period, periods_of
from barograph.demo.credit.run import SEGMENTS, credit_schema
from barograph.demo.credit.scenario import FaultColumn, FaultKind, Scenario

#: What the model makes of a column goes wrong with it.
ANSWERS = {"score", "predicted"}
STILL = {"fault_kind": "none", "concept_strength": 0.0}


def profiled(rows: pl.DataFrame, like: bg.Profile | None = None) -> bg.Profile:
    """A week is a window; what checks do not look at is left out."""
    kept: dict[str, Any] = {"every": "1w", "by": SEGMENTS, "sample": False, "cross_tables": False}
    return bg.profile(rows, like=like) if like else bg.profile(rows, credit_schema(rows), **kept)


@cache
def story(**knobs: Any) -> tuple[Credit, bg.Profile, bg.Checks]:
    """The rows of a scenario, its hold-out, and what that suggests."""
    credit = generate_credit(Scenario(**knobs))
    reference = profiled(credit.known_at(credit.scenario.at(0), credit.scenario.holdout))
    return credit, reference, bg.suggest_checks(reference)


def judged(period: str, **knobs: Any) -> CheckResults:
    """The suggested checks on a period of the story, with the labels known then."""
    credit, reference, suggested = story(**knobs)
    at: Period = periods_of(Scenario()).all()[period]
    return run_checks(reference, profiled(credit.known_at(at.known, at.span), reference), [suggested])


def failing_columns(results: CheckResults) -> set[object]:
    return {r.address.get("column") for r in results.failed}


def test_held_out_reference_rows_pass():
    credit = story(**STILL)[0]
    rows = credit.known_at(credit.scenario.at(0), credit.scenario.holdout)
    passed = 0
    for seed in range(20):
        left = pl.Series(np.random.default_rng(seed).random(rows.height) < 0.5)
        reference = profiled(rows.filter(left))
        held_out = profiled(rows.filter(~left), reference)
        passed += run_checks(reference, held_out, [bg.suggest_checks(reference)]).passed
    assert passed >= 19


@pytest.mark.parametrize("period", ["quiet", "quiet_now", "fault_week", "repaired", "risen", "risen_now"])
def test_nothing_fails_where_nothing_happens(period):
    assert judged(period, **STILL).passed


@pytest.mark.parametrize("column", get_args(FaultColumn))
@pytest.mark.parametrize("kind", [kind for kind in get_args(FaultKind) if kind != "none"])
def test_a_data_fault_fails_and_is_named(kind, column):
    results = judged("fault_week", fault_kind=kind, fault_column=column, concept_strength=0.0)
    assert not results.passed
    assert column in failing_columns(results)
    assert failing_columns(results) <= {column} | ANSWERS


@pytest.mark.parametrize("rate", ["variable", "fixed"])
def test_a_change_of_concept_fails_by_its_segment_once_labels_are_there(rate):
    results = judged("risen_now", fault_kind="none", concept_rate=rate)
    named = {str(r.address) for r in results.failed}
    assert {f'performance.brier(segment="rate={rate}")', "performance.calibration_error"} <= named
    assert not any("rate=" in n and f"rate={rate}" not in n for n in named)
    assert failing_columns(results) == {None}


def test_a_drift_of_applicants_fails_by_its_column():
    results = judged("risen", fault_kind="none", concept_strength=0.0, drift_strength=0.5)
    assert "amount" in failing_columns(results) <= {"amount"} | ANSWERS


def test_the_whole_story_passes_and_fails_where_it_should():
    assert judged("quiet").passed
    assert "income" in failing_columns(judged("fault_day"))
    assert "income" in failing_columns(judged("fault_week"))
    assert judged("repaired").passed
    assert judged("risen").passed
    late = {str(r.address) for r in judged("risen_now").failed}
    assert {"performance.calibration_error", 'performance.brier(segment="rate=variable")'} <= late
