"""Precision and recall of the first rows of a list."""

from __future__ import annotations

from barograph.metrics.performance.ranking.query_means import QUERY_INTERVAL, TIES, UNLABELLED, query_mean
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result
from barograph.metrics.views import OutcomeView


def precision_at_k(view: OutcomeView, *, k: float | None = None) -> Result:
    """Mean over queries of the share of relevant rows among the first k; 1 is best.

    Parameters
    ----------
    k : places that count: 1, 3, 5 or 10; None for the whole list.

    Examples
    --------
    >>> from barograph.metrics.performance.ranking.arrays import lists_of
    >>> precision_at_k(lists_of([[0, 1, 1, 0]], scores=[[0.9, 0.8, 0.7, 0.1]]), k=1).value
    0.0
    """
    return query_mean(view, "precision", k=k, relevant=False)


def recall_at_k(view: OutcomeView, *, k: float | None = None) -> Result:
    """Mean over queries of the share of their relevant rows that is among the first k; 1 is best.

    Parameters
    ----------
    k : places that count: 1, 3, 5 or 10; None for the whole list, where it is 1.

    Examples
    --------
    >>> from barograph.metrics.performance.ranking.arrays import lists_of
    >>> recall_at_k(lists_of([[0, 1, 0, 1]], scores=[[0.9, 0.8, 0.7, 0.1]]), k=3).value
    0.5
    """
    return query_mean(view, "recall", k=k)


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="performance.precision_at_k", title="Precision of the first rows", scope="outcome",
        applies_to=("ranking",), compute=precision_at_k, direction="higher_is_better", range=(0.0, 1.0),
        parameters=("k",),
        definition="Mean over all judged queries of (relevant rows among the first k places)/k; without k, of relevant "
        f"rows/rows. {TIES} {UNLABELLED} {QUERY_INTERVAL}",
        misleads="A query with fewer than k relevant rows cannot reach 1; one with fewer than k rows is divided by k.",
        source="P_k of trec_eval; Manning, Raghavan & Schütze, Introduction to Information Retrieval (2008), §8.4",
    ),
    MetricSpec(
        name="performance.recall_at_k", title="Recall of the first rows", scope="outcome", applies_to=("ranking",),
        compute=recall_at_k, direction="higher_is_better", range=(0.0, 1.0), parameters=("k",),
        definition="Mean over queries with a relevant row of (relevant rows among the first k places)/(relevant rows). "
        f"{TIES} {UNLABELLED} {QUERY_INTERVAL}",
        misleads="Counts the relevant rows of the list: what was not retrieved is not missed. A query with more than k "
        "relevant rows cannot reach 1.",
        source="recall_k of trec_eval; Manning, Raghavan & Schütze (2008), §8.4",
    ),
)  # fmt: skip
