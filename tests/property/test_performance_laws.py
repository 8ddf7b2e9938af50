"""Laws every performance metric keeps."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barograph.metrics.intervals import change
from barograph.metrics.performance import METRICS, performance_metrics, shown_parameters
from barograph.metrics.performance.arrays import outcome_of
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined, Value
from barograph.metrics.views import OutcomeView
from barograph.schema.model import TASKS


def rows_of(task: str, rng: np.random.Generator, n: int) -> dict[str, object]:
    if task in ("regression", "forecast"):
        label = np.round(rng.normal(3, 2, n), int(rng.integers(0, 4)))
        return {"label": label, "prediction": label + rng.normal(0, 1, n) * rng.integers(0, 2)}
    classes = 2 if task == "binary" else 3
    label = rng.integers(0, rng.integers(1, classes + 1), n)
    scores = rng.dirichlet(np.ones(classes), n)
    prediction = rng.integers(0, classes, n)
    if task == "binary":
        return {"label": label, "prediction": prediction, "scores": scores[:, 1], "positive": "1"}
    return {"label": label, "prediction": prediction, "scores": {str(k): scores[:, k] for k in range(3)}}


def every_figure(task: str, view: OutcomeView) -> list[tuple[MetricSpec, Result]]:
    out = []
    for spec in performance_metrics(task):
        for given_ in shown_parameters(spec, task, view.grid.classes):
            named = {("class_name" if k == "class" else k): v for k, v in given_.items()}
            out.append((spec, spec.compute(view, **named)))
    return out


tasks = st.sampled_from(("regression", "forecast", "binary", "multiclass"))
seeds = st.integers(0, 2**32 - 1)


@settings(max_examples=150)
@given(tasks, seeds, st.integers(1, 80))
def test_inside_its_range_and_its_interval(task, seed, n):
    for spec, result in every_figure(task, outcome_of(task, **rows_of(task, np.random.default_rng(seed), n))):
        if isinstance(result, Undefined):
            assert result.detail
            continue
        low, high = (-math.inf if spec.range[0] is None else spec.range[0], spec.range[1] or math.inf)
        assert low - 1e-12 <= result.value <= high + 1e-12, spec.name
        if result.interval is not None:
            assert result.interval[0] - 1e-9 <= result.value <= result.interval[1] + 1e-9, (spec.name, result)


@settings(max_examples=60)
@given(tasks, seeds, st.integers(2, 60))
def test_order_of_rows_does_not_matter(task, seed, n):
    rows = rows_of(task, np.random.default_rng(seed), n)
    order = np.random.default_rng(seed + 1).permutation(n)

    def moved(v):
        return (
            {k: x[order] for k, x in v.items()}
            if isinstance(v, dict)
            else v
            if isinstance(v, str)
            else v[order]
        )

    first = outcome_of(task, **rows)
    second = outcome_of(task, **{k: moved(v) for k, v in rows.items()}, like=first)
    assert every_figure(task, first) == every_figure(task, second)


@settings(max_examples=60)
@given(tasks, seeds, st.integers(4, 60))
def test_equal_weights_change_nothing(task, seed, n):
    rows = rows_of(task, np.random.default_rng(seed), n)
    plain = outcome_of(task, **rows)
    weighted = outcome_of(task, **rows, weight=np.full(n, 4.0), like=plain)
    for (spec, a), (_, b) in zip(every_figure(task, plain), every_figure(task, weighted), strict=True):
        if isinstance(b, Undefined):
            assert isinstance(a, Undefined) or "weights" in b.detail
            continue
        assert isinstance(a, Value)
        assert b.n == a.n
        # Squared relative errors are summed in steps of 2⁻²⁰.
        near = 1e-5 if spec.name == "performance.mape_sd" else 1e-9
        assert b.value == pytest.approx(a.value, rel=near, abs=near), spec.name
        if a.interval is not None and b.interval is not None:
            assert b.interval == pytest.approx(a.interval, rel=1e-4, abs=1e-4), spec.name


@settings(max_examples=40)
@given(tasks, seeds, st.integers(2, 60))
def test_a_side_compared_with_itself_shows_no_change(task, seed, n):
    for spec, result in every_figure(task, outcome_of(task, **rows_of(task, np.random.default_rng(seed), n))):
        if isinstance(result, Value):
            assert change(result, result, spec.direction).verdict == "no change shown"


@pytest.mark.parametrize("spec", METRICS, ids=lambda s: s.name)
def test_is_declared_in_full(spec):
    assert spec.name == f"performance.{spec.compute.__name__}"
    assert spec.scope == "outcome"
    assert set(spec.applies_to) <= set(TASKS)
    assert len(spec.definition) > 20
    assert spec.misleads
    assert spec.source
    assert "Interval" in spec.definition or "interval" in spec.definition


def test_names_are_unique():
    assert len({m.name for m in METRICS}) == len(METRICS)
