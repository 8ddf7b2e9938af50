"""Forecasts: errors by horizon, and in units of a baseline."""

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.errors import SchemaError
from barograph.metrics.evaluate import evaluate
from barograph.metrics.performance.arrays import outcome_of
from barograph.metrics.performance.mase import mase
from barograph.metrics.values import Undefined
from barograph.profile.codec import content
from barograph.schema.model import Column, Schema

N = 600


def forecasts(seed=0):
    rng = np.random.default_rng(seed)
    y = 10 + 3 * np.sin(np.arange(N) / 7 * 2 * np.pi) + rng.normal(0, 1, N)
    ahead = np.arange(N) % 3 + 1
    return pl.DataFrame({"y": y, "p": y + rng.normal(0, 1, N) * ahead, "h": ahead, "naive": np.roll(y, 7)})


def schema():
    roles = {"h": "horizon", "naive": "baseline"}
    return Schema.infer(forecasts(), label="y", prediction="p", task="forecast", roles=roles)


def test_horizons_are_segments_unless_told_otherwise():
    profile = bg.profile(forecasts(), schema())
    assert profile.segments == ("h=1", "h=2", "h=3")
    assert bg.profile(forecasts(), schema(), by=[]).segments == ()


def test_the_error_of_a_horizon_is_that_of_its_rows():
    rows = forecasts()
    profile = bg.profile(rows, schema())
    held = rows.filter(pl.col("h") == 3)
    expected = (held["p"] - held["y"]).abs().mean()
    assert evaluate('performance.mae(segment="h=3")', profile).value == pytest.approx(expected)
    scaled = evaluate('performance.mase(segment="h=3")', profile).value
    assert scaled == pytest.approx(expected / (held["naive"] - held["y"]).abs().mean())


def test_parts_add_up_to_the_whole():
    rows = forecasts().with_columns(naive=pl.when(pl.int_range(N) % 4 > 0).then(pl.col("naive")))
    reference = bg.profile(rows, schema())
    whole = bg.profile(rows, like=reference)
    parts = bg.profile(rows[:91], like=reference) + bg.profile(rows[91:], like=reference)
    assert content(parts) == content(whole)


def test_rows_without_a_baseline_are_left_out_on_both_sides():
    found = mase(outcome_of("forecast", [1.0, 2.0, 9.0], [2.0, 2.0, 0.0], baseline=[3.0, 4.0, None]))
    assert found.value == 0.25
    assert found.n == 2


@pytest.mark.parametrize(
    ("baseline", "reason"),
    [(None, "column_missing"), ([1.0, 2.0], "constant"), ([None, None], "too_few_rows")],
)
def test_no_scale_is_said(baseline, reason):
    found = mase(outcome_of("forecast", [1.0, 2.0], [1.0, 1.0], baseline=baseline))
    assert isinstance(found, Undefined)
    assert found.reason == reason


def test_its_interval_covers():
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(300):
        e, b = rng.normal(0, 1, 80), rng.normal(0, 2, 80)
        low, high = mase(outcome_of("forecast", np.zeros(80), e, baseline=b)).interval
        held += low <= 0.5 <= high
    assert 0.91 <= held / 300 <= 0.985


def test_a_baseline_beside_a_regression_changes_no_other_figure():
    y, p = [1.0, 2.0, 4.0], [1.5, 2.0, 3.0]
    with_one, without = (
        outcome_of("regression", y, p, baseline=[0.0, 1.0, 2.0]),
        outcome_of("regression", y, p),
    )
    assert without.measures().items() <= with_one.measures().items()


def test_one_column_of_horizons():
    columns = (Column(name="a", role="horizon"), Column(name="b", role="horizon"))
    with pytest.raises(SchemaError, match="a forecast task has at most one horizon column"):
        Schema(columns=columns, task="forecast")


def test_the_report_has_each_horizon():
    reference = bg.profile(forecasts(), schema())
    told = bg.compare(reference, bg.profile(forecasts(1), like=reference)).to_dict()
    assert list(told["segments"]) == ["h=1", "h=2", "h=3"]
    assert told["performance"]["mase"]["current"]["n"] == N
