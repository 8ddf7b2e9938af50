"""Mix and within along a profile's own segments."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import barograph as bg
from barograph.explain.explanation import is_shown
from barograph.explain.mix_within import SegmentMeans, mix_and_within
from barograph.explain.segments import declared_segments
from barograph.metrics.evaluate import evaluate
from barograph.metrics.values import Undefined

BY = ["region", ("region", "shop"), "age < 30"]
METRICS = {
    "performance.mae": {"absolute_error": 1.0},
    "performance.mse": {"squared_error": 1.0},
    "performance.me": {"prediction": 1.0, "label": -1.0},
}


def rows_of(rng, rows, *, north, spread):
    region = rng.choice(["north", "south, east"], rows, p=[north, 1.0 - north])
    label = rng.normal(10.0, 3.0, rows)
    error = np.where(region == "north", spread, 1.0) * rng.normal(size=rows)
    return pl.DataFrame({
        "region": region, "shop": rng.choice(["a", "b"], rows), "age": rng.integers(18, 60, rows),
        "label": label, "prediction": label + error,
    })  # fmt: skip


def two_profiles(rng, *, first=(0.3, 2.0), second=(0.6, 3.0), by=BY):
    frames = [rows_of(rng, 2_000, north=n, spread=s) for n, s in (first, second)]
    schema = bg.Schema.infer(frames[0], label="label", prediction="prediction", task="regression")
    reference = bg.profile(frames[0], schema, by=by)
    return reference, bg.profile(frames[1], like=reference)


@pytest.mark.parametrize("metric", METRICS)
def test_mix_and_within_add_up_to_the_change(metric, rng):
    reference, current = two_profiles(rng)
    change = evaluate(metric, current).value - evaluate(metric, reference).value
    readings = declared_segments(reference, current, METRICS[metric])
    assert [r.by for r in readings] == ["region", "region,shop", "age < 30"]
    assert [r.mix.value + r.within.value for r in readings] == pytest.approx([change] * 3)
    for r in readings:
        parts = sum(s.mix.value + s.within.value for s in r.segments)
        assert parts == pytest.approx(change)


def test_each_segment_is_in_one_division(rng):
    reference, current = two_profiles(rng)
    readings = declared_segments(reference, current, METRICS["performance.mae"])
    assert [len(r.segments) for r in readings] == [2, 4, 2]
    assert [s.segment for s in readings[0].segments] == ["region=north", "region=south, east"]


def test_a_segments_figures_are_the_metrics(rng):
    reference, current = two_profiles(rng)
    north = declared_segments(reference, current, METRICS["performance.mae"])[0].segments[0]
    expected = evaluate('performance.mae(segment="region=north")', current)
    assert (north.current.value, north.current.n) == (pytest.approx(expected.value), expected.n)
    assert north.current.interval == pytest.approx(expected.interval, rel=0.01)


def test_only_moved_shares_are_mix(rng):
    readings = declared_segments(*two_profiles(rng, second=(0.6, 2.0)), METRICS["performance.mae"])
    assert readings[0].mix.interval[0] > 0.15
    assert readings[0].within.interval[0] < 0.0 < readings[0].within.interval[1]


def test_a_segment_that_is_gone_is_all_mix(rng):
    readings = declared_segments(*two_profiles(rng, second=(0.0, 2.0)), METRICS["performance.mae"])
    gone = readings[0].segments[-1]
    assert gone.segment == "region=north"
    assert gone.within.value == 0.0
    assert gone.current.reason == "too_few_rows"
    assert gone.sentence.startswith("region=north has no judged row any more, of ")


def test_without_squares_there_is_no_interval(rng):
    reading = declared_segments(*two_profiles(rng), {"prediction": 1.0, "label": 0.5})[0]
    assert reading.mix.interval is None


def test_a_measure_rows_do_not_have_is_undefined(rng):
    found = declared_segments(*two_profiles(rng), {"log_loss": 1.0})
    assert isinstance(found, Undefined)
    assert found.detail == "rows have no measure 'log_loss'"


def side(rng, segments):
    rows = rng.integers(0, 50, segments).astype(float)
    rows[0] += 1.0
    return SegmentMeans(
        weight=rows, rows=rows, effective_rows=rows, mean=np.where(rows > 0, rng.normal(size=segments), 0.0),
        variance=np.where(rows > 1, 0.1, np.nan),
    )  # fmt: skip


@given(st.integers(0, 2**32), st.integers(1, 6))
def test_amounts_add_up_whatever_is_new_or_gone(seed, segments):
    rng = np.random.default_rng(seed)
    before, after = side(rng, segments), side(rng, segments)
    amounts = mix_and_within(before, after)
    change = after.share @ after.mean - before.share @ before.mean
    assert amounts.mix[-1] + amounts.within[-1] == pytest.approx(change, abs=1e-12)
    assert amounts.mix[:-1].sum() == pytest.approx(amounts.mix[-1])


def test_intervals_cover_the_truth(rng):
    """Of 300 draws of two sides about 95 % hold the true within part, 0.4 · 1."""
    hits = 0
    for _ in range(300):
        drawn = []
        for share, means in ((0.4, (0.0, 2.0)), (0.4, (1.0, 2.0))):
            rows = rng.multinomial(400, [share, 1.0 - share]).astype(float)
            mean = np.array(means) + rng.normal(size=2) / np.sqrt(rows)
            drawn.append(
                SegmentMeans(weight=rows, rows=rows, effective_rows=rows, mean=mean, variance=1.0 / rows)
            )
        amounts = mix_and_within(*drawn)
        hits += abs(amounts.within[-1] - 0.4) <= 1.96 * np.sqrt(amounts.within_variance[-1])
    assert 0.91 <= hits / 300 <= 0.99


RATIO_AND_RANK = ["performance.f1", "performance.recall", "performance.roc_auc"]


@pytest.fixture
def loans(rng):
    def rows(north, flipped):
        region = rng.choice(["north", "south"], 3_000, p=[north, 1.0 - north])
        x = rng.normal(size=3_000)
        label = (rng.random(3_000) < 1.0 / (1.0 + np.exp(1.0 - 2.0 * x))) ^ (
            (region == "north") & (rng.random(3_000) < flipped)
        )
        score = 1.0 / (1.0 + np.exp(1.0 - 2.0 * x))
        return pl.DataFrame({"region": region, "x": x, "score": score, "y": label.astype(int)})

    before, after = rows(0.4, 0.0), rows(0.5, 0.4)
    schema = bg.Schema.infer(before, label="y", score="score", task="binary", positive="1")
    reference = bg.profile(before, schema, by=["region"])
    return reference, bg.profile(after, like=reference)


@pytest.mark.parametrize("metric", RATIO_AND_RANK)
def test_a_ratio_or_a_rank_is_told_along_segments_too(metric, loans):
    found = bg.explain(*loans, metric)
    segments = [s for s in found.segments if not s.found]
    curvature = sum(p.amount.value for p in found.parts if p.cause == "curvature")
    assert sum(s.mix.value + s.within.value for s in segments) == pytest.approx(
        found.change.value - curvature
    )
    assert (segments[0].segment, segments[0].says) == ("region=north", True)


@pytest.mark.parametrize("metric", RATIO_AND_RANK)
def test_a_segment_shows_the_metric_in_it(metric, loans):
    north = next(s for s in bg.explain(*loans, metric).segments if s.segment == "region=north")
    assert north.current == evaluate(f'{metric}(segment="region=north")', loans[1])


def test_what_is_not_shown_of_a_segment_is_not_claimed(loans):
    south = next(s for s in bg.explain(*loans, "performance.f1").segments if s.segment == "region=south")
    assert south.sentence.startswith("region=south: F1 went from 0.")
    assert not is_shown(south.within)
    assert "its own" not in south.sentence
