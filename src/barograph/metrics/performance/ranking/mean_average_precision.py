"""Mean average precision."""

from __future__ import annotations

from barograph.metrics.performance.ranking.query_means import QUERY_INTERVAL, UNLABELLED, query_mean
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result
from barograph.metrics.views import OutcomeView


def map(view: OutcomeView) -> Result:  # noqa: A001 - the name it has in addresses
    """Mean over queries of the mean precision at the places of their relevant rows; 1 is best.

    Examples
    --------
    >>> from barograph.metrics.performance.ranking.arrays import lists_of
    >>> map(lists_of([[0, 1, 0, 1]], scores=[[0.9, 0.8, 0.2, 0.1]])).value
    0.5
    """
    return query_mean(view, "average_precision")


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="performance.map", title="Mean average precision", scope="outcome", applies_to=("ranking",),
        compute=map, direction="higher_is_better", range=(0.0, 1.0),
        definition="Mean over queries with a relevant row of Σ (relevant rows so far/place)/(relevant rows) over the "
        "places of relevant rows. Rows of one score all stand at the last of their places. "
        f"{UNLABELLED} {QUERY_INTERVAL}",
        misleads="Relevance has no grades here: a label of 1 counts as one of 3 does.",
        source="sklearn.metrics.average_precision_score of each query; label_ranking_average_precision_score",
    ),
)  # fmt: skip
