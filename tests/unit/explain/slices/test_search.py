"""The slices with the highest score, exactly."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.errors import DataError
from barograph.explain.slices.search import find_slices
from barograph.explain.slices.tables import tables_of


def ranges(cells: int) -> np.ndarray:
    ends = [(i, j) for i in range(cells) for j in range(i, cells) if j - i < cells - 1]
    return np.array([[i <= c <= j for c in range(cells)] for i, j in ends])


def every_score(cells, loss, predicates, count, *, sigma, alpha, depth):
    """Scores of all slices by looking at each, highest first."""
    n, mean = count.sum(), np.average(loss, weights=count)
    out = []
    for features in [f for d in range(1, depth + 1) for f in combinations(range(cells.shape[1]), d)]:
        for chosen in product(*(range(len(predicates[f])) for f in features)):
            held = np.all(
                [predicates[f][p][cells[:, f]] for f, p in zip(features, chosen, strict=True)], axis=0
            )
            size = count[held].sum()
            if size >= sigma:
                higher = np.average(loss[held], weights=count[held]) / mean - 1.0
                out.append(alpha * higher - (1.0 - alpha) * (n / size - 1.0))
    return sorted((s for s in out if s > 1e-9), reverse=True)


@given(st.integers(0, 2**32), st.integers(1, 4), st.floats(0.5, 1.0), st.integers(1, 3))
def test_equals_looking_at_every_slice(seed, features, alpha, depth):
    rng = np.random.default_rng(seed)
    rows = int(rng.integers(4, 60))
    cells = rng.integers(0, 3, (rows, features))
    loss, count = rng.exponential(size=rows) ** 2, rng.integers(1, 4, rows).astype(float)
    predicates = [ranges(3) if rng.random() < 0.5 else np.eye(3, dtype=bool) for _ in range(features)]
    limits = {"sigma": 3.0, "alpha": alpha, "depth": depth}
    found = find_slices(cells, loss, predicates=predicates, count=count, k=6, **limits)
    expected = every_score(cells, loss, predicates, count, **limits)
    assert [s.score for s in found if s.score > 1e-9] == pytest.approx(expected[:6], abs=1e-9)


@given(st.integers(0, 2**32))
def test_a_slice_says_its_own_rows_and_loss(seed):
    rng = np.random.default_rng(seed)
    cells, loss = rng.integers(0, 3, (50, 3)), rng.exponential(size=50)
    for found in find_slices(cells, loss, sigma=3, alpha=0.9, k=5):
        held = np.all([cells[:, f] == p for f, p in found.predicates], axis=0)
        assert (found.rows, found.loss) == (held.sum(), pytest.approx(loss[held].mean()))


def test_count_is_as_if_rows_were_repeated(rng):
    cells, loss, count = rng.integers(0, 3, (60, 3)), rng.exponential(size=60), rng.integers(1, 4, 60)
    asked = {"sigma": 5, "alpha": 0.9, "k": 5}
    once = find_slices(cells, loss, count=count.astype(float), **asked)
    repeated = find_slices(np.repeat(cells, count, axis=0), np.repeat(loss, count), **asked)
    assert [s.score for s in once] == pytest.approx([s.score for s in repeated])


def test_a_negative_loss_is_searched_with_a_scale(rng):
    cells, loss = rng.integers(0, 3, (200, 2)), rng.normal(size=200)
    moved = find_slices(cells, loss - 5.0, sigma=10, alpha=0.99, scale=1.0, k=3)
    assert [s.predicates for s in moved] == [
        s.predicates for s in find_slices(cells, loss, sigma=10, alpha=0.99, scale=1.0, k=3)
    ]


def test_without_scale_a_mean_loss_of_zero_is_refused():
    with pytest.raises(
        DataError, match=r"mean loss is 0; a loss above 0 on average was expected\. Give scale="
    ):
        find_slices(np.zeros((3, 1), int), np.zeros(3), sigma=1)


def test_a_loss_that_is_not_finite_is_refused():
    with pytest.raises(DataError, match="some losses are not finite"):
        find_slices(np.zeros((2, 1), int), np.array([1.0, np.nan]), sigma=1)


def test_no_rows_have_no_slices():
    assert find_slices(np.zeros((0, 2), int), np.empty(0), sigma=1) == ()


def test_many_rows_give_the_same_slices_as_tables_taken_one_by_one(rng):
    cells, loss = rng.integers(0, 2, (4000, 6)), rng.exponential(size=4000)
    loss[(cells[:, 1:4] == 1).all(axis=1)] *= 3.0
    best = find_slices(cells, loss, sigma=40, k=1)[0]
    assert best.predicates == ((1, 1), (2, 1), (3, 1))


def test_one_count_gives_the_tables_of_several_triples(rng):
    cells = [rng.integers(0, 2, 2000).astype(np.uint8) for _ in range(4)]
    wanted = set(combinations(range(4), 3))
    tables = dict(tables_of(cells, [2] * 4, [None], wanted, (0, 1, 2)))
    assert len(tables) == 4
    assert not wanted
    assert tables[0, 2, 3][0, 1, 0, 1] == ((cells[0] == 1) & (cells[2] == 0) & (cells[3] == 1)).sum()
