"""Ranking metrics agree with scikit-learn, query by query, on random lists and on degenerate ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from barograph.metrics.performance.ranking import mean_average_precision
from barograph.metrics.performance.ranking.arrays import lists_of
from barograph.metrics.performance.ranking.hit_rate import hit_rate
from barograph.metrics.performance.ranking.mrr import mrr
from barograph.metrics.performance.ranking.ndcg import ndcg
from barograph.metrics.performance.ranking.precision_recall_at_k import precision_at_k, recall_at_k
from barograph.metrics.values import Undefined

CUTS = [1, 3, 5, 10, None]
#: Few different scores, so that lists are full of ties.
rows = st.tuples(st.sampled_from([0.0, 0.0, 1.0, 2.0, 7.5]), st.sampled_from([-1.0, 0.0, 0.25, 0.5, 3.0]))
queries = st.lists(st.lists(rows, min_size=2, max_size=15), min_size=1, max_size=6)
many = settings(max_examples=80)


def sides(given_queries):
    return [[y for y, _ in one] for one in given_queries], [[s for _, s in one] for one in given_queries]


def agree(result, expected):
    if not expected:
        assert isinstance(result, Undefined)
    else:
        assert result.value == pytest.approx(np.mean(expected), abs=1e-9)
        assert result.n == len(expected)


@many
@given(queries, st.sampled_from(CUTS))
def test_ndcg(given_queries, k):
    labels, scores = sides(given_queries)
    pairs = [(y, s) for y, s in zip(labels, scores, strict=True) if max(y) > 0]
    agree(ndcg(lists_of(labels, scores=scores), k=k), [sk.ndcg_score([y], [s], k=k) for y, s in pairs])


@many
@given(queries)
def test_average_precision(given_queries):
    labels, scores = sides(given_queries)
    pairs = [(np.array(y) > 0, s) for y, s in zip(labels, scores, strict=True) if max(y) > 0]
    found = mean_average_precision.map(lists_of(labels, scores=scores))
    agree(found, [sk.average_precision_score(y, s) for y, s in pairs])


@many
@given(st.lists(st.tuples(st.permutations(range(8)), st.integers(0, 7)), min_size=1, max_size=6))
def test_reciprocal_rank_of_one_relevant_row(given_queries):
    scores = [list(order) for order, _ in given_queries]
    labels = [[int(i == at) for i in range(8)] for _, at in given_queries]
    expected = sk.label_ranking_average_precision_score(labels, scores)
    assert mrr(lists_of(labels, scores=scores)).value == pytest.approx(expected, abs=1e-9)


@many
@given(queries, st.sampled_from(CUTS))
def test_the_first_rows_in_the_worst_order_of_ties(given_queries, k):
    labels, scores = sides(given_queries)
    lists = [
        [y > 0 for s, y in sorted(zip(s, y, strict=True), key=lambda r: (-r[0], r[1]))]
        for y, s in zip(labels, scores, strict=True)
    ]
    view = lists_of(labels, scores=scores)
    assert hit_rate(view, k=k).value == pytest.approx(np.mean([any(x[:k]) for x in lists]))
    assert precision_at_k(view, k=k).value == pytest.approx(
        np.mean([sum(x[:k]) / (k or len(x)) for x in lists])
    )
    agree(recall_at_k(view, k=k), [sum(x[:k]) / sum(x) for x in lists if any(x)])


@many
@given(queries)
def test_ranks_are_falling_scores(given_queries):
    labels, scores = sides(given_queries)
    ranks = [[-s for s in one] for one in scores]
    assert ndcg(lists_of(labels, scores=scores)) == ndcg(lists_of(labels, ranks=ranks))
