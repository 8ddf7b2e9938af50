"""The look-up of bins never puts a value in a wrong one; groups of bins nest; tail bins give their distance back."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import barograph as bg
from barograph.profile.binning import binner
from barograph.profile.grid import CROSS_GROUPS
from barograph.profile.nested_groups import nested_groups
from barograph.profile.tails import tail_bin, tail_distances
from barograph.schema.model import Column, Schema

HUGE = float(np.finfo(np.float64).max)
finite = st.floats(allow_nan=False, allow_infinity=False)
rising = st.lists(finite, min_size=2, max_size=300, unique=True).map(lambda v: np.unique(np.array(v) + 0.0))
RNG = np.random.default_rng(3)
HOSTILE = {
    "adjacent": 1.0 + np.arange(256) * np.spacing(1.0),
    "subnormal": np.arange(-100, 156) * 5e-324,
    "huge": np.linspace(-1, 1, 256) * HUGE,
    "octaves": np.concatenate((-np.logspace(308, -320, 128), np.logspace(-320, 308, 128))),
    "pareto": np.unique(RNG.pareto(0.5, 256)),
    "atom far away": np.array([0.0, 5e-324, 1e300, np.nextafter(1e300, np.inf)]),
    "cluster and outlier": np.concatenate((1e-9 * np.arange(255), [1e12])),
    "open end": np.array([0.0, 1.0, HUGE, np.inf]),
}


def bins(edges: np.ndarray, values: np.ndarray) -> tuple[list[int], list[int]]:
    return binner(edges).codes(values.copy()).tolist(), np.searchsorted(edges, values, side="right").tolist()


def neighbours(edges: np.ndarray) -> np.ndarray:
    """Each edge and the finite numbers beside it."""
    with np.errstate(over="ignore"):
        near = np.concatenate((edges, np.nextafter(edges, -np.inf), np.nextafter(edges, np.inf)))
    return near[np.isfinite(near)]


@settings(max_examples=200)
@given(rising.filter(lambda e: len(e) > 1), st.lists(finite, max_size=100))
def test_bins_are_those_of_searchsorted(edges, values):
    got, expected = bins(edges, np.concatenate((neighbours(edges), values, [-0.0, 0.0])))
    assert got == expected


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_edges(name, rng):
    edges = np.unique(HOSTILE[name])
    between = (edges[:-1] / 2 + edges[1:] / 2)[:-1]
    bits = rng.integers(0, 2**64, 20_000, dtype=np.uint64).view(np.float64)
    values = np.concatenate((neighbours(edges), between, bits[np.isfinite(bits)], [-0.0]))
    got, expected = bins(edges, values)
    assert got == expected


masses = st.lists(st.integers(0, 1000), min_size=1, max_size=256).map(np.array)


@given(masses, st.integers(1, CROSS_GROUPS))
def test_groups_are_neighbours_and_at_most_as_many_as_asked(mass, groups):
    group = nested_groups(mass, groups)
    assert set(np.diff(group)) <= {0, 1}
    assert group[0] == 0
    assert group[-1] < groups


@given(masses, st.integers(2, CROSS_GROUPS))
def test_a_bin_of_a_full_share_stays_alone_or_with_empty_ones(mass, groups):
    group = nested_groups(mass, groups)
    heavy = int(np.argmax(mass))
    if len(mass) > groups and mass[heavy] * 2 > mass.sum() and group[heavy] < groups - 1:
        assert mass[:heavy][group[:heavy] == group[heavy]].sum() == 0


@given(st.lists(st.integers(1, 20), min_size=200, max_size=256).map(np.array))
def test_groups_of_even_bins_are_about_even(mass):
    share = np.bincount(nested_groups(mass, 20), weights=mass)
    assert share.max() <= mass.sum() / 20 + 20


@settings(max_examples=300)
@given(st.floats(0.0, HUGE / 2))
def test_a_tail_bin_gives_the_distance_back(distance):
    bins_, q = tail_bin(np.array([distance]))
    error = abs(Fraction(float(tail_distances(bins_, q)[0])) - Fraction(distance))
    assert error <= Fraction(max(distance, 1.0)) / 2**29


@given(st.lists(st.floats(0.0, HUGE), min_size=2).map(sorted))
def test_tail_bins_rise_with_the_distance(distances):
    bins_, _ = tail_bin(np.array(distances))
    assert (np.diff(bins_) >= 0).all()


def test_eight_tail_bins_an_octave():
    bins_, _ = tail_bin(np.arange(8.0, 16.0, 0.125))
    assert np.bincount(bins_ - bins_[0]).tolist() == [8] * 8


@settings(max_examples=50)
@given(
    st.lists(st.integers(-50, 50), min_size=1, max_size=60),
    st.lists(st.integers(-70, 70), min_size=1, max_size=60),
)
def test_integers_are_counted_as_the_floats_they_are(learned, counted):
    reference = bg.profile(
        pl.DataFrame({"x": learned}, schema={"x": pl.Int64}), Schema(columns=(Column(name="x"),))
    )
    whole, floats = (
        bg.profile(pl.DataFrame({"x": counted}, schema={"x": t}), like=reference)
        for t in (pl.Int64, pl.Float64)
    )
    assert whole.hash == floats.hash


@pytest.mark.parametrize("value", [2**53 + 1, 2**63 - 1, -(2**63)])
def test_integers_beyond_the_range_of_floats_are_counted_as_their_nearest(value):
    reference = bg.profile(pl.DataFrame({"x": [1, 2, 3]}), Schema(columns=(Column(name="x"),)))
    whole, floats = (
        bg.profile(pl.DataFrame({"x": [value, 2]}).cast(t), like=reference) for t in (pl.Int64, pl.Float64)
    )
    assert whole.hash == floats.hash


def test_negative_zero_is_counted_as_zero():
    reference = bg.profile(pl.DataFrame({"x": [-1.0, 0.0, 1.0, 0.0]}), Schema(columns=(Column(name="x"),)))
    negative, positive = (
        bg.profile(pl.DataFrame({"x": [zero, 1.0]}), like=reference) for zero in (-0.0, 0.0)
    )
    assert negative.hash == positive.hash


@pytest.mark.parametrize("edges", [[-1.0, 0.0], [-1.0, 0.0, 5e-324, 1.0], [-1.0, -0.5, 0.0, 0.5, 1.0]])
def test_negative_zero_falls_in_the_bin_of_zero(edges):
    assert len(set(binner(np.array(edges)).codes(np.array([-0.0, 0.0])).tolist())) == 1


@settings(max_examples=50)
@given(
    st.lists(st.integers(-9, 9), min_size=1, max_size=40),
    st.lists(st.integers(-12, 12), min_size=1, max_size=40),
)
def test_parts_counted_from_a_table_add_to_parts_counted_row_by_row(inside, beyond):
    reference = bg.profile(pl.DataFrame({"x": range(-9, 10)}), Schema(columns=(Column(name="x"),)))
    one, other, both = (
        bg.profile(pl.DataFrame({"x": v}), like=reference) for v in (inside, beyond, inside + beyond)
    )
    assert (one + other).hash == both.hash
