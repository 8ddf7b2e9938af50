from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

import barograph as bg

from .conftest import ROLES, explained, made


def test_far_row_is_farther_than_every_row_of_the_reference(explain):
    novelty = explain(x=40.0, twin=40.0).novelty
    assert novelty.p_value == 1 / 601
    assert list(novelty.parts)[:2] in (["x", "twin"], ["twin", "x"])
    assert "none of 600 is as far (p = 0.0017)" in novelty.sentence


def test_ordinary_row_is_not_shown_to_be_new(explain):
    novelty = explain().novelty
    assert novelty.p_value > 0.3
    assert novelty.sentence.startswith("The row as a whole is not shown to be new")


def test_new_rows_of_the_reference_s_kind_are_called_new_as_rarely_as_said(rng, reference):
    p = [explained(reference, row).novelty.p_value for row in made(rng, 150).to_dicts()]
    assert np.mean(np.array(p) < 0.05) < 0.13


def test_row_of_the_reference_is_not_its_own_like(rows, reference):
    row = rows.row(0, named=True)
    assert explained(reference, row).novelty.distance > 0.0


def test_parts_are_shares_of_the_distance(explain):
    assert sum(explain().novelty.parts.values()) == pytest.approx(1.0)


@pytest.fixture
def days(rng):
    """Forty days, each with a level of its own that its hours share."""
    level = rng.normal(size=41).repeat(24)
    when = [datetime(2024, 1, 1) + timedelta(hours=i) for i in range(41 * 24)]
    x = level + 0.01 * rng.normal(size=len(level))
    z = rng.normal(size=41).repeat(24) + 0.01 * rng.normal(size=len(level))
    return pl.DataFrame({"when": when, "x": x, "z": z, "p": x, "y": x})


def test_rows_with_time_are_measured_to_those_of_other_windows(days):
    schema = bg.Schema.infer(days, timestamp="when", **ROLES)
    reference = bg.profile(days[: 40 * 24], schema, every="1h")
    novelty = explained(reference, days.row(40 * 24, named=True)).novelty
    assert novelty.windows_apart
    timeless = bg.profile(days[: 40 * 24].drop("when"), bg.Schema.infer(days.drop("when"), **ROLES))
    alike = explained(timeless, days.drop("when").row(40 * 24, named=True)).novelty
    assert alike.p_value < 0.02 < novelty.p_value


def test_row_of_a_window_of_the_reference_is_measured_to_the_others(days):
    schema = bg.Schema.infer(days, timestamp="when", **ROLES)
    reference = bg.profile(days, schema, every="1d")
    row = days.row(100, named=True) | {"y": 99.0}
    assert explained(reference, row).novelty.distance > 0.02
