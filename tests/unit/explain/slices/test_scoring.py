"""Bounds are never below the score of a part."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from barograph.explain.slices.scoring import Scoring


@given(st.integers(0, 2**32), st.floats(0.01, 1.0), st.integers(1, 10))
def test_no_part_of_a_slice_scores_above_its_bound(seed, alpha, sigma):
    rng = np.random.default_rng(seed)
    excess = rng.normal(size=30)
    scoring = Scoring(rows=100.0, sigma=float(sigma), alpha=alpha, scale=0.7)
    bound = scoring.bound(
        np.array([30.0]), np.array([np.maximum(excess, 0.0).sum()]), np.array([excess.max()])
    )[0]
    best_of_each_size = np.cumsum(np.sort(excess)[::-1])
    scores = scoring.score(np.arange(1.0, 31.0), best_of_each_size)
    assert scores.max() <= bound + 1e-9


def test_a_slice_too_small_has_no_part_large_enough():
    scoring = Scoring(rows=100.0, sigma=5.0, alpha=0.9, scale=1.0)
    assert scoring.bound(np.array([4.0]), np.array([9.0]), np.array([3.0]))[0] == -np.inf


def test_the_linear_form_tells_scores_above_a_threshold(rng):
    scoring = Scoring(rows=500.0, sigma=1.0, alpha=0.8, scale=2.0)
    size, excess = rng.uniform(1, 400, 200), rng.normal(scale=300, size=200)
    of_rows, of_excess, limit = scoring.linear(0.4)
    assert ((of_rows * size + of_excess * excess > limit) == (scoring.score(size, excess) > 0.4)).all()
