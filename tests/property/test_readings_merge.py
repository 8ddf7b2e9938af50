"""Sums of readings add up exactly, however they are divided and ordered; and they say what NumPy says."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.operations.bins import bin_of, ends
from barograph.operations.quantile import quantile
from barograph.operations.sums import added_up, decode, encode, reading_sums

finite = st.floats(allow_nan=False, allow_infinity=False)
taken = st.lists(st.tuples(finite, st.integers(0, 5)), min_size=1, max_size=30)


def summed(readings):
    return added_up(reading_sums([x], at) for x, at in readings)


@given(readings=taken, parts=st.lists(st.integers(0, 3), min_size=30, max_size=30), order=st.randoms())
def test_order_and_division_change_no_byte(readings, parts, order):
    divided = {p: [r for r, q in zip(readings, parts, strict=False) if q == p] for p in parts}
    shuffled = [*filter(None, divided.values())]
    order.shuffle(shuffled)
    assert encode(added_up(map(summed, shuffled))) == encode(summed(readings))


@given(readings=taken)
def test_sums_are_those_of_exact_arithmetic(readings):
    sums = summed(readings)
    total = sum(Fraction(x) for x, _ in readings)
    squares = sum(Fraction(x) ** 2 for x, _ in readings)
    assert Fraction(sums.total.mantissa) * Fraction(2) ** sums.total.exponent == total
    assert Fraction(sums.squares.mantissa) * Fraction(2) ** sums.squares.exponent == squares
    assert sums.n == len(readings) == sum(n for _, n in sums.bins)


@given(readings=taken)
def test_what_is_stored_is_read_again(readings):
    assert decode(encode(summed(readings))) == summed(readings)


@given(x=finite)
def test_a_reading_lies_in_its_bin(x):
    low, high = ends(bin_of(x))
    assert low <= x <= high


@given(xs=st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=200), q=st.floats(0.01, 0.99))
def test_a_quantile_is_within_a_bin_of_the_readings_beside_it(xs, q):
    result = quantile(reading_sums(xs, 0), q)
    low, high = (float(np.quantile(xs, q, method=m)) for m in ("inverted_cdf", "higher"))
    assert low / 1.125 - 1e-9 <= result.value <= high * 1.125 + 1e-9


def test_a_sum_beyond_the_largest_number_is_infinite_and_comes_back():
    sums = reading_sums([1e308, 1e308, -1e308], 0)
    assert float(sums.total) == 1e308
    assert float(reading_sums([1.7e308, 1.7e308], 0).total) == math.inf


@pytest.mark.parametrize("values", [[], [float("nan")], [1.0, float("inf")]])
def test_readings_that_are_no_numbers_are_refused(values):
    with pytest.raises(ValueError, match="finite numbers, at least one"):
        reading_sums(values, 0)
