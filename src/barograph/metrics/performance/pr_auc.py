"""Average precision: area under the precision-recall curve."""

from __future__ import annotations

import numpy as np

from barograph.metrics.intervals import logit_interval, wilson
from barograph.metrics.performance.figures import figure
from barograph.metrics.performance.one_vs_rest import over_classes
from barograph.metrics.performance.score_bins import ScoreBins, ranked
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined
from barograph.metrics.views import OutcomeView


def pr_auc(view: OutcomeView, *, class_name: str | None = None) -> Result:
    """Average precision ``Σ (Rᵢ − Rᵢ₋₁) Pᵢ`` over falling thresholds; 1 is best, the class's share is chance.

    Parameters
    ----------
    class_name : as for `roc_auc`.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> view = outcome_of("binary", [0, 0, 1, 1], scores=[0.1, 0.4, 0.35, 0.8], positive="1")
    >>> pr_auc(view).value.__round__(6)
    0.833333
    """
    return over_classes(_one_class, view, class_name)


def _one_class(view: OutcomeView, class_name: str | None) -> Result:
    bins = ranked(view, class_name)
    if isinstance(bins, Undefined):
        return bins
    positives = float(bins.positive.sum())
    precision = np.cumsum(bins.positive) / np.cumsum(bins.rows)
    value = min(float((bins.positive * precision).sum()) / positives, 1.0)
    variance = _variance(bins, value)
    if value < 1.0 - 1e-12 and variance > 0.0:
        return figure(value, bins.n, logit_interval(value, variance))
    return figure(value, bins.n, (wilson(positives, positives)[0], 1.0))


def _variance(bins: ScoreBins, value: float) -> float:
    """Delta method: what one row more in a bin adds to average precision, squared and summed over rows."""
    p, rows = bins.positive, bins.rows
    positives = float(p.sum())
    hits, taken = np.cumsum(p), np.cumsum(rows)
    # A row moves the precision of its own bin and of every bin below it.
    on_hit = np.cumsum((p * (taken - hits) / taken**2)[::-1])[::-1] / positives
    on_miss = -np.cumsum((p * hits / taken**2)[::-1])[::-1] / positives
    of_positive = (hits / taken - value) / positives + on_hit
    return float((p * of_positive**2).sum() + (bins.negative * on_miss**2).sum())


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="performance.pr_auc", title="PR AUC", scope="outcome", applies_to=("binary", "multiclass", "multilabel"),
        compute=pr_auc, direction="higher_is_better", range=(0.0, 1.0), parameters=("class",), minimum_rows=2,
        definition="Average precision Σ (Rᵢ − Rᵢ₋₁) Pᵢ over the score bins from the highest, rows of one bin taken "
        "together. Multiclass: one class against the rest; without `class` the mean over the classes that can be "
        "judged; multi-label likewise. Interval: delta method on the score bins, on the logit; of a mean, "
        "MOVER with the share of pairs in common as correlation. "
        "Undefined where ROC AUC's resolution term is above .01.",
        misleads="Its chance level is the share of the class: a rarer class lowers it with the model unchanged.",
        source="sklearn.metrics.average_precision_score",
    ),
)  # fmt: skip
