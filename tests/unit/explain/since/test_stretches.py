"""The stretch that stands out most, found without looking at all of them."""

import numpy as np
import pytest

from barograph.explain.since.stretches import most_apart


def _sums(y):
    weight = np.arange(len(y) + 1.0)
    return weight, np.concatenate(([0.0], np.cumsum(y - y.mean())))


def _of_all(weight, value, first):
    saved = [
        (value[b] - value[a]) ** 2 / ((weight[b] - weight[a]) * (weight[-1] - weight[b] + weight[a]))
        for a in range(first, len(weight) - 1)
        for b in range(a + 1, len(weight))
    ]
    return max(saved)


def test_short_series_are_looked_at_in_full(rng):
    weight, value = _sums(rng.normal(size=60))
    assert most_apart(weight, value, 7) == pytest.approx(_of_all(weight, value, 7))


@pytest.mark.parametrize(("start", "stop"), [(200, 260), (101, 333), (399, 400), (150, 400)])
def test_of_a_long_series_hardly_anything_is_missed(start, stop, rng):
    y = rng.normal(size=400)
    y[start:stop] += 2.0
    weight, value = _sums(y)
    exact = _of_all(weight, value, 1)
    assert 0.85 * exact <= most_apart(weight, value, 1) <= exact * (1.0 + 1e-12)


def test_a_constant_series_has_no_stretch():
    assert most_apart(*_sums(np.full(50, 3.0)), 1) == 0.0
