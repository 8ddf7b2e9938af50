"""Figures that rise and fall together."""

import numpy as np
import polars as pl
import pytest
from scipy.stats import spearmanr

import barograph as bg
from barograph.metrics.figures_together import spearman_of_windows
from barograph.metrics.values import Undefined
from barograph.schema.model import Column, Schema
from barograph.store.catalog import add_reference, create_model, create_project
from barograph.store.database import open_database


def test_it_is_scipys_coefficient_ties_too(rng):
    x = rng.integers(0, 5, 40).astype(float)
    y = x + rng.normal(size=40)
    found = spearman_of_windows(x, y)
    assert found.value == pytest.approx(spearmanr(x, y).statistic)
    assert found.interval[0] < found.value < found.interval[1]


def test_windows_that_are_alike_tell_less(rng):
    noise = rng.normal(size=(2, 120))
    slow = np.cumsum(noise, axis=1)
    wide, narrow = (spearman_of_windows(*pair).interval for pair in (slow, noise))
    assert wide[1] - wide[0] > 1.5 * (narrow[1] - narrow[0])


def test_intervals_of_independent_slow_figures_hold_nought():
    rng, held = np.random.default_rng(3), 0
    for _ in range(200):
        noise, slow = rng.normal(size=(2, 90)), np.zeros((2, 90))
        for t in range(1, 90):
            slow[:, t] = 0.6 * slow[:, t - 1] + noise[:, t]
        low, high = spearman_of_windows(*slow).interval
        held += low <= 0.0 <= high
    assert held >= 180


def test_few_windows_and_figures_that_stand_still_say_nothing():
    assert spearman_of_windows([1.0] * 5, [2.0] * 5).reason == "too_few_rows"
    still = spearman_of_windows([1.0] * 9, list(range(9)))
    assert isinstance(still, Undefined)
    assert still.reason == "constant"


def test_columns_go_with_answers_in_the_reference(settings, token, clock, signed_in, rng):
    database = open_database(settings.database_url)
    schema = Schema(
        task="regression",
        columns=(Column(name="x"), Column(name="p", role="prediction"), Column(name="y", role="label")),
    )
    x = rng.normal(size=300)
    rows = pl.DataFrame({"x": x, "p": 2 * x, "y": rng.normal(size=300)})
    with database.writing() as conn:
        create_project(conn, "shop", now=clock.now())
        model = create_model(conn, "shop", "demand", schema, now=clock.now())
        add_reference(conn, model.id, "training", bg.profile(rows, schema), now=clock.now())
    database.close()
    found = signed_in.get("/models/shop/demand/correlations.json").json()
    first = found["columns"][0]
    assert (first["column"], first["target"], round(first["reference"]["value"], 3)) == ("x", "p", 1.0)
    assert found["pairs"] == []
    page = signed_in.get("/models/shop/demand/correlations?count=true").text
    assert "This span" in page
