"""Mean reciprocal rank."""

from __future__ import annotations

from barograph.metrics.performance.ranking.query_means import QUERY_INTERVAL, TIES, UNLABELLED, query_mean
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result
from barograph.metrics.views import OutcomeView


def mrr(view: OutcomeView) -> Result:
    """Mean over queries of ``1/place of the first relevant row``; 1 is best.

    Examples
    --------
    >>> from barograph.metrics.performance.ranking.arrays import lists_of
    >>> mrr(lists_of([[0, 1], [1, 0]], scores=[[0.9, 0.8], [0.9, 0.8]])).value
    0.75
    """
    return query_mean(view, "reciprocal_rank")


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="performance.mrr", title="Mean reciprocal rank", scope="outcome", applies_to=("ranking",),
        compute=mrr, direction="higher_is_better", range=(0.0, 1.0),
        definition="Mean over queries with a relevant row of 1/(place of the first relevant row). "
        f"{TIES} {UNLABELLED} {QUERY_INTERVAL}",
        misleads="Sees the first relevant row alone, and the step from place 1 to 2 counts as much as that from 2 to "
        "the end.",
        source="sklearn.metrics.label_ranking_average_precision_score, which it is with one relevant row a query; "
        "Voorhees, TREC-8 (1999)",
    ),
)  # fmt: skip
