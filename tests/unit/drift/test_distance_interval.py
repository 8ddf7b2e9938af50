"""Intervals of distances: near 0 they reach it, and they do not repeat the noise."""

import numpy as np

from barograph.metrics.drift.distance_interval import distance_interval
from barograph.metrics.drift.hellinger import hellinger_each
from barograph.metrics.drift.l_infinity import largest_possible
from barograph.metrics.drift.psi import psi, psi_each

SHARES = np.full(10, 0.1)


def ends(p, q, n, seed=1, distance=psi_each):
    rng = np.random.default_rng(seed)
    sides = (rng.multinomial(n, s).astype(float) for s in (p, q))
    return distance_interval(distance, *sides, rng=rng)


def test_with_no_change_the_interval_begins_at_0():
    found = [ends(SHARES, SHARES, 200, seed)[0] for seed in range(40)]
    assert np.mean(np.array(found) == 0.0) > 0.9


def test_it_holds_the_true_distance():
    moved = SHARES + np.array([0.05, -0.05] * 5)
    truth = psi(SHARES * 1e9, moved * 1e9)
    held = [low <= truth <= high for low, high in (ends(SHARES, moved, 300, seed) for seed in range(100))]
    assert np.mean(held) > 0.9


def test_many_rows_leave_little_room():
    moved = SHARES + np.array([0.05, -0.05] * 5)
    low, high = ends(SHARES, moved, 1_000_000, distance=hellinger_each)
    assert high - low < 0.004


def test_sides_without_a_common_cell_stay_within_the_range():
    low, high = distance_interval(
        hellinger_each, np.array([50.0, 0.0]), np.array([0.0, 50.0]), rng=np.random.default_rng(0)
    )
    assert 0.5 < low < high <= 1.0 + 1e-12


def test_distances_of_many_pairs_are_those_of_each():
    rng = np.random.default_rng(2)
    a, b = rng.multinomial(100, SHARES, 5).astype(float), rng.multinomial(80, SHARES, 5).astype(float)
    assert np.allclose(psi_each(a, b), [psi(x, y) for x, y in zip(a, b, strict=True)])


def test_another_cell_than_the_one_seen_may_have_changed_most():
    reference, current = np.array([100.0, 20.0, 80.0]), np.array([98.0, 26.0, 76.0])
    assert largest_possible(reference, current) > 0.1
