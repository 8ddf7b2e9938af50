"""Sums of rounded numbers equal the sums of the numbers within the stated error, in any order."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barograph.profile.algebra import Sparse, merge
from barograph.profile.division import Runs
from barograph.profile.fixed import STEPS_PER_SCALE, FixedSums, fixed_sums, one_limb, step_for, totals

LIMB = 2**31
usual = st.floats(-1e6, 1e6)
finite = st.floats(allow_nan=False, allow_infinity=False)


def _sums(measures, steps, cell=None, cells=1, **known) -> FixedSums:
    runs = None if cell is None else Runs.of(cell, cells)
    rows = measures if runs is None or runs.order is None else measures[:, runs.order]
    return fixed_sums(lambda part: tuple(rows[:, part]), steps, (measures.shape[1], runs, cells), **known)


def merged(a: FixedSums, b: FixedSums) -> FixedSums:
    return merge([(a, np.array([0])), (b, np.array([0]))], 1)


def summed(values: list[float], step: float = 1.0 / STEPS_PER_SCALE) -> FixedSums:
    return _sums(np.array([values]), np.array([step]))


def exact(values: list[float]) -> Fraction:
    return sum((Fraction(v) for v in values), Fraction(0))


@given(st.lists(st.floats(-2047, 2047), min_size=1, max_size=60))
def test_a_sum_is_within_half_a_unit_of_the_lower_limb_a_row(values):
    sums, step = summed(values), Fraction(1, 2**20)
    got = (Fraction(int(sums.hi[0, 0])) + Fraction(int(sums.lo[0, 0]), LIMB)) * step
    assert abs(got - exact(values)) <= len(values) * step / LIMB / 2


@given(st.lists(finite, min_size=1, max_size=40))
def test_far_values_keep_thirty_bits(values):
    got = totals(summed(values), np.array([1.0 / STEPS_PER_SCALE]))[0, 0]
    size = sum(abs(Fraction(v)) for v in values)
    assert np.isnan(got) or abs(Fraction(float(got)) - exact(values)) <= size / 2**29 + Fraction(
        len(values), 2**50
    )


@given(st.lists(st.floats(allow_nan=True), min_size=1, max_size=40), st.randoms(use_true_random=False))
def test_the_order_of_values_is_nothing(values, random):
    one, other = summed(values), summed(random.sample(values, len(values)))
    assert (one.hi == other.hi).all()
    assert (one.lo == other.lo).all()
    assert (one.far.values == other.far.values).all()
    assert (one.not_finite == other.not_finite).all()


@given(st.lists(st.floats(allow_nan=True), max_size=30), st.lists(st.floats(allow_nan=True), max_size=30))
def test_parts_add_up(a, b):
    both, parts = summed(a + b), merged(summed(a), summed(b))
    assert (both.hi == parts.hi).all()
    assert (both.lo == parts.lo).all()
    assert (both.far.keys == parts.far.keys).all()
    assert (both.far.values == parts.far.values).all()


@given(st.lists(usual, min_size=1, max_size=40), st.lists(usual, min_size=1, max_size=40))
def test_what_was_added_can_be_taken_away(kept, gone):
    left = merged(summed(kept + gone), summed(gone).negated())
    assert (left.hi, left.lo) == (summed(kept).hi, summed(kept).lo)
    assert left.far.keys.tolist() == summed(kept).far.keys.tolist()


@given(st.lists(st.tuples(st.integers(0, 3), usual), min_size=1, max_size=40))
def test_cells_are_summed_apart(rows):
    cell = np.array([c for c, _ in rows])
    values = np.array([[v for _, v in rows]])
    together = _sums(values, np.array([1.0]), cell, 4)
    for c in range(4):
        alone = _sums(values[:, cell == c], np.array([1.0]))
        assert together.hi[c] == alone.hi[0]
        assert together.lo[c] == alone.lo[0]


@pytest.mark.parametrize(
    ("value", "limb"), [(LIMB, True), (-LIMB, True), (LIMB + 1, False), (-LIMB - 1, False)]
)
def test_the_limit_of_the_upper_limb(value, limb):
    sums = summed([float(value)], step=1.0)
    assert (len(sums.far.keys) == 0) is limb
    assert totals(sums, np.array([1.0]))[0, 0] == pytest.approx(value, rel=2**-30)


def test_known_bounds_change_nothing():
    rng = np.random.default_rng(1)
    values = rng.normal(0, 1e5, (2, 1000))
    steps = np.array([2.0**-20, 2.0**-30])
    one = _sums(values, steps)
    other = _sums(values, steps, bounds=np.abs(values).max(axis=1))
    assert (one.hi == other.hi).all()
    assert one.far.values.tolist() == other.far.values.tolist()


def test_overflow_is_counted_and_said():
    sums = summed([1.0, np.inf, np.nan])
    assert sums.not_finite.tolist() == [[2]]
    assert np.isnan(totals(sums, np.array([1.0]))[0, 0])


def test_a_million_equal_values_have_the_mean_they_are():
    value = 0.1
    sums = summed([value] * (1 << 20), step=step_for(np.array([value])))
    mean = totals(sums, np.array([step_for(np.array([value]))]))[0, 0] / (1 << 20)
    assert mean == pytest.approx(value, rel=1e-14)


@given(st.lists(finite, min_size=1))
def test_a_step_is_a_power_of_two_near_a_millionth_of_the_scale(values):
    step = step_for(np.array(values))
    mantissa, exponent = np.frexp(step)
    assert mantissa == 0.5
    assert -921 <= exponent <= 981


@settings(max_examples=50)
@given(st.lists(st.floats(allow_nan=True), min_size=1))
def test_a_cross_table_gets_integers_within_one_limb(values):
    q = one_limb(np.array(values), 2.0**-20)
    assert (np.abs(q) <= LIMB).all()
    assert (q == np.rint(q)).all()


sparse_rows = st.lists(st.tuples(st.integers(0, 2), st.integers(-3, 3), st.integers(-5, 5)), max_size=30)


def sparse(rows: list[tuple[int, int, int]]) -> Sparse:
    table = np.array(rows, np.int64).reshape(-1, 3)
    return Sparse.of(table[:, :2], table[:, 2:])


@given(sparse_rows, sparse_rows)
def test_sparse_sums_add_up(a, b):
    both, parts = sparse(a + b), sparse(a).plus(sparse(b))
    assert both.keys.tolist() == parts.keys.tolist()
    assert both.values.tolist() == parts.values.tolist()


@given(sparse_rows)
def test_sparse_sums_taken_away_leave_nothing(rows):
    assert len(sparse(rows).plus(sparse(rows).negated()).keys) == 0
