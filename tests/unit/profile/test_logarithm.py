"""Our own logarithm agrees with the exact one to two units in the last place."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from barograph.profile.logarithm import log


@settings(max_examples=500)
@given(st.floats(min_value=5e-324, allow_infinity=False))
@example(1.0)
@example(math.nextafter(1.0, 0.0))
@example(math.nextafter(1.0, 2.0))
@example(math.sqrt(0.5))
@example(2.0**-52)
def test_within_two_units_in_the_last_place(x):
    assert abs(float(log(np.array([x]))[0]) - math.log(x)) <= 2 * math.ulp(math.log(x))


def test_scores_of_a_loss():
    x = np.random.default_rng(0).random(20_000) + 2.0**-60
    exact = np.array([math.log(v) for v in x])
    assert (np.abs(log(x) - exact) <= 2 * np.spacing(np.abs(exact))).all()
