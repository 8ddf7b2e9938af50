"""Segments found in the samples of two profiles."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.explain.sampled import sampled_rows
from barograph.explain.slices.causes import found_segments


def rows_of(rng, rows, *, worse_in_north):
    """A regression whose error in the north can be larger; in the south it always is."""
    region = rng.choice(["north", "south", "west"], rows)
    spread = np.where(region == "south", 3.0, np.where(region == "north", worse_in_north, 1.0))
    label = rng.normal(10.0, 3.0, rows)
    prediction = label + spread * rng.normal(size=rows)
    return pl.DataFrame(
        {"region": region, "x": rng.normal(size=rows), "label": label, "prediction": prediction}
    )


@pytest.fixture
def sides(rng):
    frames = [rows_of(rng, 3_000, worse_in_north=w) for w in (1.0, 4.0)]
    schema = bg.Schema.infer(frames[0], label="label", prediction="prediction", task="regression")
    reference = bg.profile(frames[0], schema)
    return reference.grid, tuple(sampled_rows(p) for p in (reference, bg.profile(frames[1], like=reference)))


def errors(sampled):
    return np.abs(sampled.outcome.residual)


def test_says_what_the_metric_was_before(sides, rng):
    grid, rows = sides
    found = {s.segment: s for s in found_segments(rows, tuple(map(errors, rows)), grid, rng=rng)}
    north = next(s for name, s in found.items() if "north" in name)
    assert north.found
    assert north.p_value < 0.05
    assert north.rows[1] == pytest.approx(len(errors(rows[1])) / 3, rel=0.15) or "south" in north.segment


def test_what_was_always_hard_is_no_cause(sides, rng):
    grid, rows = sides
    region = rows[1].frame["region"].to_numpy()
    expected = np.where(region == "south", 3.0, 1.0) * 0.8
    found = found_segments(rows, tuple(map(errors, rows)), grid, rng=rng, expected=expected)
    assert [s.segment for s in found] == ["region = 'north'"]
    assert found[0].current.value > 2.0 * found[0].reference.value
    assert found[0].sentence.startswith("Where region = 'north', the loss is 3.")


def test_a_gain_is_worse_where_it_is_lower(sides, rng):
    grid, rows = sides
    gains = tuple(-errors(r) for r in rows)
    expected = -np.where(rows[1].frame["region"].to_numpy() == "south", 3.0, 1.0) * 0.8
    found = found_segments(rows, gains, grid, rng=rng, expected=expected, worse=-1.0)
    assert [s.segment for s in found] == ["region = 'north'"]
    assert found[0].current.value < -2.0


def test_expectation_too_low_somewhere_makes_no_segment(rng):
    frames = [rows_of(rng, 3_000, worse_in_north=1.0) for _ in range(2)]
    schema = bg.Schema.infer(frames[0], label="label", prediction="prediction", task="regression")
    reference = bg.profile(frames[0], schema)
    rows = tuple(sampled_rows(p) for p in (reference, bg.profile(frames[1], like=reference)))
    expected = np.where(rows[1].frame["region"].to_numpy() == "west", 0.1, 1.5)
    assert found_segments(rows, tuple(map(errors, rows)), reference.grid, rng=rng, expected=expected) == ()
