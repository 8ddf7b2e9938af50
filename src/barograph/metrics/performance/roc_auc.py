"""Area under the ROC curve."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from barograph.metrics.intervals import Interval, Z, logit_interval
from barograph.metrics.performance.figures import figure
from barograph.metrics.performance.one_vs_rest import over_classes
from barograph.metrics.performance.score_bins import ScoreBins, ranked
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined
from barograph.metrics.views import OutcomeView

Floats = NDArray[np.float64]

_PRIOR_ROWS = 3.0


def roc_auc(view: OutcomeView, *, class_name: str | None = None) -> Result:
    """Probability that a row of the class scores above another row, ties counted half; 1 is best.

    Parameters
    ----------
    class_name : the class against the rest; without it the positive class, or for a multiclass task
        the mean over classes.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> roc_auc(outcome_of("binary", [0, 0, 1, 1], scores=[0.1, 0.4, 0.35, 0.8], positive="1")).value
    0.75
    """
    return over_classes(_one_class, view, class_name)


def _one_class(view: OutcomeView, class_name: str | None) -> Result:
    bins = ranked(view, class_name)
    if isinstance(bins, Undefined):
        return bins
    p, n = bins.positive, bins.negative
    positives, negatives = float(p.sum()), float(n.sum())
    # DeLong's structural components: of a row of the class, the share of others below it; and the reverse.
    below = (negatives - np.cumsum(n) + n / 2.0) / negatives
    above = (np.cumsum(p) - p / 2.0) / positives
    value = float((p * below).sum() / positives)
    variance = _variance(p, below, value) + _variance(n, above, value)
    low, high = _interval(bins, value, variance)
    return figure(value, bins.n, (max(low - bins.resolution, 0.0), min(high + bins.resolution, 1.0)))


def _variance(rows: Floats, component: Floats, mean: float) -> float:
    """Variance of the mean of one side's components.

    A few rows of a class seldom hold one of those that score worst, and then DeLong's variance is too
    small: with 10 of the class and AUC .96 its interval holds the truth 83 % of the time. So it is drawn,
    with the weight of three rows, towards the larger one of Hanley & McNeil's exponential model.
    """
    total = float(rows.sum())
    model = max(mean / (2.0 - mean) - mean * mean, 2.0 * mean * mean / (1.0 + mean) - mean * mean)
    observed = float((rows * (component - mean) ** 2).sum())
    return (observed + _PRIOR_ROWS * model) / (max(total - 1.0, 0.0) + _PRIOR_ROWS) / total


def _interval(bins: ScoreBins, value: float, variance: float) -> Interval:
    if 1e-9 < value < 1.0 - 1e-9 and variance > 0.0:
        return logit_interval(value, variance)
    low, high = _newcombe(bins, value), 1.0 - _newcombe(bins, 1.0 - value)
    return min(low, value), max(high, value)


def _newcombe(bins: ScoreBins, value: float) -> float:
    """Lower limit by Newcombe's method 5, for perfect separation, where components show no variance."""
    m, n = float(bins.positive.sum()), float(bins.negative.sum())
    star = max((m + n) / 2.0 - 1.0, 0.0)
    low, high = 0.0, value
    for _ in range(60):
        t = (low + high) / 2.0
        variance = t * (1.0 - t) * (1.0 + star * (1.0 - t) / (2.0 - t) + star * t / (1.0 + t)) / (m * n)
        low, high = (t, high) if (value - t) ** 2 > Z * Z * variance else (low, t)
    return low


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="performance.roc_auc", title="ROC AUC", scope="outcome", applies_to=("binary", "multiclass", "multilabel"),
        compute=roc_auc, direction="higher_is_better", range=(0.0, 1.0), parameters=("class",), minimum_rows=2,
        definition="Probability that a row of the class scores above one that is not, ties and rows of one score bin "
        "counted half. Multiclass: one class against the rest; without `class` the mean over the classes that can be "
        "judged; multi-label likewise. A label that is no known class is not of the class. "
        "Interval: DeLong's on the score bins, with three rows of Hanley & McNeil's model on either side, on the "
        "logit (perfect separation: Newcombe's method 5), widened by ½Σ p_b n_b/(PN) of bins that may hold several "
        "scores; of a mean, MOVER with the share of pairs in common as correlation (multi-label: that of errors). "
        "Undefined where that term is above .01.",
        misleads="Says nothing of calibration or of the threshold in use; with a rare class see PR AUC.",
        source="sklearn.metrics.roc_auc_score; DeLong et al., Biometrics 44 (1988) 837; Hanley & "
        "McNeil, Radiology 143 (1982) 29; Newcombe, Stat. Med. 25 "
        "(2006) 559",
    ),
)  # fmt: skip
