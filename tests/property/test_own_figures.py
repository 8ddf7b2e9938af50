"""Own figures of a reference are what `evaluate` says of profiles that were split by hand."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barograph.frames.typed import typed
from barograph.metrics.drift.prepared import prepared_reference
from barograph.metrics.evaluate import evaluate, evaluate_windows
from barograph.metrics.own_figures import own_figures
from barograph.metrics.values import Undefined, Value
from barograph.profile.count import Plan, profile_block
from barograph.profile.learn import learn_grid
from barograph.schema.model import Column, Schema

SCHEMA = Schema(
    columns=(
        Column(name="x"),
        Column(name="c", kind="categorical"),
        Column(name="t", role="timestamp", kind="datetime"),
    )
)
DAY = 86_400_000_000
laws = settings(max_examples=12)
seeds = st.integers(0, 2**32 - 1)


def rows_of(rng, days, a_day):
    n = days * a_day
    day = np.repeat(np.arange(days), a_day)
    # Whole numbers: every bin of the grid holds one value.
    x = np.round(rng.normal(0, 4, n)) + (rng.normal(0, 2, days))[day].round()
    c = rng.choice([*"aaaaabbbccd", "e", "f", "g"], n)
    t = pl.Series(day * DAY + rng.integers(0, DAY, n)).cast(pl.Datetime("us", "UTC"))
    return pl.DataFrame({"x": x, "c": c, "t": t}), day


def profiled(frame, grid, every="1d"):
    return profile_block(typed(frame, SCHEMA), Plan(schema=SCHEMA, grid=replace(grid, every=every)))


def grid_of(frame):
    return learn_grid(typed(frame, SCHEMA), SCHEMA)


@laws
@given(seed=seeds, days=st.integers(2, 7))
@pytest.mark.parametrize(
    "metric", ['quality.beyond_range_share(column="x")', 'quality.unseen_share(column="c")']
)
def test_values_no_other_window_has(metric, seed, days):
    rows, day = rows_of(np.random.default_rng(seed), days, 12)
    found = own_figures(metric, profiled(rows, grid_of(rows)))
    for i, (_, figure) in enumerate(found):
        others = grid_of(rows.filter(pl.Series(day != i)))
        wanted = evaluate(metric, profiled(rows.filter(pl.Series(day == i)), others))
        assert figure == wanted


@laws
@given(seed=seeds, days=st.integers(1, 7))
@pytest.mark.parametrize("metric", ["psi", "total_variation", "ks", "wasserstein", "welch_t", "p_value"])
def test_drift_is_measured_against_the_other_windows(metric, seed, days):
    rows, day = rows_of(np.random.default_rng(seed), days, 30)
    grid = grid_of(rows)
    reference, address = profiled(rows, grid), f'drift.{metric}(column="x")'
    lag = prepared_reference(reference).lag
    for i, (_, figure) in enumerate(own_figures(address, reference)):
        far = pl.Series(np.abs(day - i) > lag)
        if not far.any():
            assert isinstance(figure, Undefined)
            assert figure.reason == "no_reference"
            continue
        parts = (profiled(rows.filter(held), grid) for held in (pl.Series(day == i), far))
        assert figure == evaluate(address, *parts)


@pytest.mark.parametrize(
    "metric", ["drift.share", "drift.inputs_p_value", 'drift.windows_p_value(column="x")']
)
def test_metrics_of_windows_leave_out_a_twelfth_of_them(metric):
    rows, day = rows_of(np.random.default_rng(3), 24, 80)
    grid = grid_of(rows)
    reference = profiled(rows, grid)
    lag = prepared_reference(reference).lag
    for i, (at, figure) in enumerate(own_figures(metric, reference)):
        block = np.arange(i // 2 * 2, i // 2 * 2 + 2)
        far = np.abs(day[:, None] - block).min(axis=1) > lag
        parts = (profiled(rows.filter(pl.Series(held)), grid) for held in (np.isin(day, block), far))
        assert figure == dict(evaluate_windows(metric, *parts))[at]


def test_other_metrics_are_those_of_the_windows():
    rows, _ = rows_of(np.random.default_rng(1), 5, 12)
    reference = profiled(rows, grid_of(rows))
    address = 'quality.mean(column="x")'
    assert own_figures(address, reference) == tuple(evaluate_windows(address, reference))


def test_a_reference_without_windows_has_none():
    rows, _ = rows_of(np.random.default_rng(1), 5, 12)
    grid = grid_of(rows)
    assert own_figures('drift.psi(column="x")', profiled(rows, grid, every=None)) == ()


def test_rows_beyond_the_others_lie_evenly_in_a_bin():
    rng = np.random.default_rng(0)
    rows, day = rows_of(rng, 4, 2_000)
    rows = rows.with_columns(x=pl.Series(rng.normal(size=8_000) + 3.0 * (day == 3)))
    figures = own_figures('quality.beyond_range_share(column="x")', profiled(rows, grid_of(rows)))
    last, others = rows.filter(pl.Series(day == 3))["x"], rows.filter(pl.Series(day < 3))["x"]
    assert isinstance(figures[3][1], Value)
    assert figures[3][1].value == pytest.approx((last > others.max()).mean(), abs=0.01)
