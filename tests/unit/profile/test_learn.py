"""The grid learned from a reference: an exact bin for each heavy value, quantiles between, 256 in all."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barograph.frames.typed import typed
from barograph.profile.grid import BUCKETS, MOST_BINS, MOST_CATEGORIES
from barograph.profile.learn import counted, learn_column, learn_grid, learn_numbers
from barograph.schema.model import Column, Schema

X = Column(name="x")
LARGEST = float(np.finfo(np.float64).max)
RNG = np.random.default_rng(4)


def held(values: np.ndarray, value: float) -> bool:
    """Whether a value has a bin of its own."""
    edges = learn_numbers(values, X).edges
    at = np.searchsorted(edges, value)
    return bool(edges[at] == value and edges[at + 1] == np.nextafter(value, np.inf))


@pytest.mark.parametrize(
    "values",
    [RNG.normal(size=50_000), RNG.pareto(1, 50_000), np.arange(50_000.0), RNG.integers(0, 200, 50_000) * 1.0,
     RNG.choice(RNG.normal(size=130), 50_000), np.where(RNG.random(50_000) < 0.6, 0.0, RNG.normal(size=50_000))],
)  # fmt: skip
def test_at_most_256_bins_that_hold_every_row(values, rng):
    grid = learn_numbers(values, X)
    assert grid.bins <= MOST_BINS
    assert (np.diff(grid.edges) > 0).all()
    assert grid.mass.sum() == len(values)
    assert grid.edges[0] == values.min()
    assert grid.edges[-1] == np.nextafter(values.max(), np.inf)


@settings(max_examples=200)
@given(st.lists(st.floats(), max_size=80))
def test_any_values_give_a_grid(values):
    grid = learn_numbers(np.array(values), X)
    assert grid.bins <= MOST_BINS
    assert (np.diff(grid.edges) > 0).all()
    assert grid.mass.sum() == sum(abs(v) < LARGEST for v in values) + values.count(-LARGEST) * (grid.bins > 0)
    assert np.isfinite(grid.edges).all()
    assert np.isfinite([grid.unit, grid.centre, *grid.steps]).all()
    assert not np.signbit(grid.edges[grid.edges == 0]).any()


def test_a_value_of_more_than_a_256th_gets_a_bin_of_its_own(rng):
    rest = rng.random(25_600 - 101)
    assert held(np.concatenate((np.full(101, 0.5), rest)), 0.5)


def test_a_value_of_a_256th_or_less_gets_none(rng):
    assert not held(np.concatenate((np.full(99, 0.5), rng.random(25_600 - 99))), 0.5)


def test_few_values_all_get_bins_of_their_own():
    grid = learn_numbers(np.repeat([1.0, 2.0, 7.5], [9000, 1, 1]), X)
    assert grid.exact[: grid.bins].sum() == 3


def test_a_constant_has_one_bin():
    grid = learn_numbers(np.full(10, 3.0), X)
    assert grid.edges.tolist() == [3.0, np.nextafter(3.0, 4.0)]


@pytest.mark.parametrize("values", [[], [np.nan, np.nan], [np.inf, -np.inf]])
def test_no_finite_value_gives_no_bin(values):
    assert learn_numbers(np.array(values), X).bins == 0


def test_infinities_are_left_out():
    grid = learn_numbers(np.array([1.0, np.inf, 2.0, -np.inf]), X)
    assert (grid.edges[0], grid.edges[-1]) == (1.0, np.nextafter(2.0, 3.0))


def test_the_largest_number_ends_the_range():
    grid = learn_numbers(np.array([-LARGEST, 0.0, LARGEST]), X)
    assert grid.edges[-1] == LARGEST


def test_categories_come_most_frequent_first_then_by_name():
    grid = learn_column(pl.Series(["b", "a", "c", "c", None]), Column(name="c", kind="categorical"), "UTC")
    assert grid.categories == ("c", "a", "b")
    assert grid.complete


def test_categories_beyond_the_cap_are_other():
    texts = pl.Series([str(i) for i in range(MOST_CATEGORIES + 1)] * 5)
    grid = learn_column(texts, Column(name="c", kind="categorical"), "UTC")
    assert len(grid.categories) == MOST_CATEGORIES
    assert not grid.complete
    assert grid.codes == MOST_CATEGORIES + BUCKETS + 2


def test_values_drawn_a_few_times_among_too_many_are_no_category():
    grid = learn_column(
        pl.Series([str(i) for i in range(MOST_CATEGORIES + 1)]), Column(name="c", kind="categorical"), "UTC"
    )
    assert (grid.categories, grid.complete) == ((), False)


def test_times_are_counted_by_hour_of_the_week():
    grid = learn_column(
        pl.Series([], dtype=pl.Datetime("us", "UTC")), Column(name="t", kind="datetime"), "UTC"
    )
    assert grid.bins == 168


def test_the_order_of_the_sample_is_nothing(rng):
    rows = pl.DataFrame({"x": rng.normal(size=500), "c": rng.choice(list("abc"), 500)})
    schema = Schema(columns=(X, Column(name="c", kind="categorical")))
    one, other = (learn_grid(typed(r, schema), schema) for r in (rows, rows.reverse()))
    assert one.hash == other.hash


def test_identifiers_and_weights_are_not_counted():
    schema = Schema(columns=(X, Column(name="id", role="id"), Column(name="w", role="weight")))
    assert [c.name for c in counted(schema)] == ["x"]


def test_scores_are_binned_by_quantiles_and_logits(rng):
    schema = Schema(
        columns=(Column(name="y", role="label", kind="categorical"), Column(name="s", role="score")),
        task="binary", positive="1",
    )  # fmt: skip
    rows = pl.DataFrame({"y": ["0", "1"] * 2000, "s": rng.random(4000) * 1e-3})
    edges = learn_grid(typed(rows, schema), schema).outcome.score_edges["s"]
    assert (edges[0], edges[-1]) == (0.0, np.nextafter(1.0, 2.0))
    assert (edges < 1e-3).sum() > 1000
    assert (edges > 0.5).sum() > 400


def test_a_threshold_and_labels_that_have_not_come():
    schema = Schema(
        columns=(Column(name="y", role="label", kind="categorical"), Column(name="s", role="score")),
        task="binary", threshold=0.5,
    )  # fmt: skip
    rows = pl.DataFrame({"y": [None, None], "s": [0.2, 0.8]}, schema={"y": pl.String, "s": pl.Float64})
    assert learn_grid(typed(rows, schema), schema).outcome is None
