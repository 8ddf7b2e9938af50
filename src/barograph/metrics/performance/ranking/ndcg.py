"""Normalised discounted cumulative gain."""

from __future__ import annotations

from barograph.metrics.performance.ranking.query_means import QUERY_INTERVAL, UNLABELLED, query_mean
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result
from barograph.metrics.views import OutcomeView


def ndcg(view: OutcomeView, *, k: float | None = None) -> Result:
    """Mean over queries of ``DCG/ideal DCG``, ``DCG = Σ label/log₂(place + 1)``; 1 is best.

    Parameters
    ----------
    k : places that count: 1, 3, 5 or 10; None for the whole list.

    Examples
    --------
    >>> from barograph.metrics.performance.ranking.arrays import lists_of
    >>> round(ndcg(lists_of([[0, 1, 0]], scores=[[0.9, 0.8, 0.1]])).value, 6)
    0.63093
    """
    return query_mean(view, "ndcg", k=k)


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="performance.ndcg", title="NDCG", scope="outcome", applies_to=("ranking",), compute=ndcg,
        direction="higher_is_better", range=(0.0, 1.0), parameters=("k",),
        definition="Mean over queries with a relevant row of DCG/ideal DCG, DCG = Σ label/log₂(place + 1) over the "
        "first k places (the whole list without k), the ideal being the same rows by falling label. The gain is the "
        "label itself: for 2^label − 1 log that. Rows of one score share the discounts of their places. "
        f"{UNLABELLED} {QUERY_INTERVAL}",
        misleads="Compared with the best order of the rows that were shown: what was not retrieved is not missed. "
        "Queries without a relevant row are left out; how many there are, performance.hit_rate says.",
        source="sklearn.metrics.ndcg_score, over queries with a relevant row; Järvelin & Kekäläinen, ACM Trans. Inf. "
        "Syst. 20 (2002) 422; McSherry & Najork, ECIR (2008)",
    ),
)  # fmt: skip
