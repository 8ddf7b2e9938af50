"""Change-points are those of the best cutting, whatever was pruned on the way."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.errors import DataError
from barograph.explain.since.change_points import change_points


def squares(y, w):
    return float(np.sum(w * (y - np.average(y, weights=w)) ** 2))


def cost_of(cuts, y, w, penalty):
    ends = [0, *cuts, len(y)]
    return sum(squares(y[a:b], w[a:b]) for a, b in pairwise(ends)) + penalty * len(cuts)


def least_cost(y, w, penalty, first):
    """Of every cutting there is."""
    places = range(first, len(y))
    chosen = ([p for i, p in enumerate(places) if mask >> i & 1] for mask in range(1 << len(places)))
    return min(cost_of(cuts, y, w, penalty) for cuts in chosen)


@given(
    st.lists(st.tuples(st.floats(-5, 5), st.floats(0.2, 4)), min_size=1, max_size=11),
    st.floats(0, 12),
    st.integers(1, 4),
)
def test_no_cutting_costs_less(values, penalty, first):
    y, w = (np.array(x) for x in zip(*values, strict=True))
    cuts = change_points(y, penalty=penalty, weights=w, first=first)
    assert all(cut >= first for cut in cuts)
    assert cost_of(cuts, y, w, penalty) == pytest.approx(least_cost(y, w, penalty, first), abs=1e-8)


def test_pruning_drops_no_winner(rng):
    y = rng.normal(size=120) + np.repeat(rng.normal(0, 3, 12), 10)
    w = rng.uniform(0.5, 2, 120)
    best = [-4.0]
    for end in range(1, 121):
        best.append(min(best[s] + squares(y[s:end], w[s:end]) + 4.0 for s in range(end)))
    assert cost_of(change_points(y, penalty=4.0, weights=w), y, w, 4.0) == pytest.approx(best[-1])


def test_level_far_from_zero_hides_no_change(rng):
    y = rng.normal(size=60) + 4.0 * (np.arange(60) >= 25)
    assert change_points(1e7 + y, penalty=12.0) == change_points(y, penalty=12.0) != ()


def test_values_before_the_first_cut_are_one_segment():
    assert change_points([0.0, 9.0, 0.0, 9.0, 9.0, 9.0], penalty=1.0, first=3) == (3,)


def test_refuses_a_missing_value():
    with pytest.raises(DataError, match="expected one row of finite values"):
        change_points([1.0, float("nan")], penalty=1.0)


def test_refuses_a_weight_of_zero():
    with pytest.raises(DataError, match="expected one above 0 for each of 2 values"):
        change_points([1.0, 2.0], penalty=1.0, weights=[1.0, 0.0])


def test_refuses_a_negative_penalty():
    with pytest.raises(DataError, match="the penalty is -1"):
        change_points([1.0, 2.0], penalty=-1.0)


def test_a_long_series_without_a_change_is_not_cut(rng: np.random.Generator) -> None:
    # Every start could win as far as its cost goes; most can at no level.
    assert change_points(rng.normal(size=5_000), penalty=60.0) == ()
