"""Share of queries with a relevant row near the top."""

from __future__ import annotations

from barograph.metrics.performance.ranking.query_means import TIES, UNLABELLED, query_mean
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result
from barograph.metrics.views import OutcomeView


def hit_rate(view: OutcomeView, *, k: float | None = None) -> Result:
    """Share of the judged queries with a relevant row among their first k; 1 is best.

    Parameters
    ----------
    k : places that count: 1, 3, 5 or 10; None for the whole list.

    Examples
    --------
    >>> from barograph.metrics.performance.ranking.arrays import lists_of
    >>> hit_rate(lists_of([[0, 1], [1, 0]], scores=[[0.9, 0.8], [0.9, 0.8]]), k=1).value
    0.5
    """
    return query_mean(view, "hit", k=k, relevant=False)


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="performance.hit_rate", title="Hit rate", scope="outcome", applies_to=("ranking",), compute=hit_rate,
        direction="higher_is_better", range=(0.0, 1.0), parameters=("k",),
        definition="Judged queries with a relevant row among the first k places (the whole list without k) over all "
        f"judged queries, those without any relevant row included. {TIES} {UNLABELLED} Interval: Wilson's.",
        misleads="Without k it says how many queries had anything relevant at all, whatever the order.",
        source="Elementary; success@k of trec_eval.",
    ),
)  # fmt: skip
