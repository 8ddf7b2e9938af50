from datetime import datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import barograph as bg
from barograph.explain.one.distances import coordinates, differences, distances, spread_of
from barograph.explain.one.nearest import mean_to_nearest, nearest
from barograph.metrics.quality.arrays import column_of
from barograph.schema.model import Column


def apart(values, kind="numeric"):
    """How far each row of a column is from each, shape (rows, rows)."""
    profile = bg.profile(pl.DataFrame({"x": values}), bg.Schema(columns=(Column(name="x", kind=kind),)))
    (placed,) = coordinates(profile.total(), (profile.sample.rows,), ("x",))
    found = differences(placed["x"], placed["x"])
    order = np.argsort(profile.sample.rows["x"].to_numpy()) if kind != "categorical" else slice(None)
    return found[order][:, order] if kind != "categorical" else found


def test_numbers_are_apart_in_standard_deviations(rng):
    assert spread_of(column_of(rng.normal(size=20_000) * 7.0)) == pytest.approx(7.0, rel=0.06)


def test_spread_of_a_column_that_mostly_holds_one_value_is_not_nothing():
    assert spread_of(column_of([0.0] * 97 + [5.0, 6.0, 7.0])) > 1.0


def test_spread_of_one_value_is_its_size():
    assert spread_of(column_of([-3.0, -3.0])) == 3.0


def test_categories_are_equal_or_one_apart():
    assert sorted(np.unique(apart(["a", "b", "a"], "categorical")).tolist()) == [0.0, 1.0]


def test_missing_values_are_alike_and_one_from_any_other():
    profile = bg.profile(pl.DataFrame({"x": [1.0, 2.0, 3.0, None]}), bg.Schema(columns=(Column(name="x"),)))
    frame = pl.DataFrame({"x": [None, 2.0]})
    (placed,) = coordinates(profile.total(), (frame,), ("x",))
    assert differences(placed["x"], placed["x"]).tolist() == [[0.0, 1.0], [1.0, 0.0]]


def test_hours_of_the_week_go_round():
    sunday, monday = datetime(2024, 1, 7, 23), datetime(2024, 1, 1, 0)
    assert apart([monday, sunday], "datetime").max() == pytest.approx(1 / 42)


def test_distance_is_the_mean_over_columns():
    rows = pl.DataFrame({"a": ["u", "u"], "b": ["v", "w"]})
    profile = bg.profile(rows, bg.Schema.infer(rows)).total()
    (placed,) = coordinates(profile, (rows,), ("a", "b"))
    assert distances(placed, placed).tolist() == [[0.0, 0.5], [0.5, 0.0]]


@given(st.lists(st.floats(-1e308, 1e308), min_size=2, max_size=20))
def test_distances_are_finite_symmetric_and_nothing_to_oneself(values):
    found = apart(values)
    assert np.isfinite(found).all()
    assert (found == found.T).all()
    assert (np.diag(found) == 0.0).all()


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), min_size=1, max_size=12), st.integers(1, 8))
def test_nearest_are_those_of_the_rows_written_out(rows, k):
    distance, count = (np.array(x, float) for x in zip(*rows, strict=True))
    written = np.sort(np.repeat(distance, count.astype(int)))[:k]
    expected = written.mean() if len(written) else np.inf
    assert mean_to_nearest(distance[None, :], count, k)[0] == pytest.approx(expected)


def test_rows_that_do_not_count_are_not_taken():
    places, taken = nearest(np.array([[0.0, 1.0, 2.0]]), np.array([0.0, 1.0, 1.0]), 1)
    assert places[taken > 0.0].tolist() == [1]
