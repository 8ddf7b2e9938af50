"""How far scores part the positive class from the rest: Kolmogorov-Smirnov, and lift at the top."""

from __future__ import annotations

import math

import numpy as np

from barograph.errors import AddressError
from barograph.metrics.intervals import wilson
from barograph.metrics.performance.figures import figure
from barograph.metrics.performance.score_bins import ScoreBins, ranked
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined
from barograph.metrics.views import OutcomeView


def ks(view: OutcomeView) -> Result:
    """Largest difference ``max |TPR − FPR|`` over thresholds; 1 is best, 0 is chance.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> ks(outcome_of("binary", [0, 0, 1, 1], scores=[0.1, 0.4, 0.35, 0.8], positive="1")).value
    0.5
    """
    bins = ranked(view)
    if isinstance(bins, Undefined):
        return bins
    positives, negatives = float(bins.positive.sum()), float(bins.negative.sum())
    tpr, fpr = np.cumsum(bins.positive) / positives, np.cumsum(bins.negative) / negatives
    at = int(np.argmax(np.abs(tpr - fpr)))
    larger, smaller = (tpr[at], positives), (fpr[at], negatives)
    if fpr[at] > tpr[at]:
        larger, smaller = smaller, larger
    (a, m), (b, n) = (min(float(larger[0]), 1.0), larger[1]), (min(float(smaller[0]), 1.0), smaller[1])
    (low_a, high_a), (low_b, high_b) = wilson(a * m, m), wilson(b * n, n)
    low = a - b - math.hypot(a - low_a, high_b - b)
    high = a - b + math.hypot(high_a - a, b - low_b)
    return figure(a - b, bins.n, (max(low, 0.0), min(high, 1.0)))


def lift(view: OutcomeView, *, k: float = 0.1) -> Result:
    """Share of positives among the k rows scored highest over their share among all; 1 is chance.

    Parameters
    ----------
    k : share of the rows, above 0 and at most 1.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> lift(outcome_of("binary", [0, 0, 1, 1], scores=[0.1, 0.4, 0.35, 0.8], positive="1"), k=0.5).value
    1.0
    """
    if not 0.0 < k <= 1.0:
        raise AddressError(
            f"lift: k is {k}; expected a share of the rows above 0 and at most 1, such as k=0.1."
        )
    bins = ranked(view)
    if isinstance(bins, Undefined):
        return bins
    total, positives = float(bins.rows.sum()), float(bins.positive.sum())
    taken = np.clip((k * total - (np.cumsum(bins.rows) - bins.rows)) / bins.rows, 0.0, 1.0)
    hits = float((bins.positive * taken).sum())
    value = hits / (k * positives)
    edge = _precision_near(bins, k)
    # Influence of a row on hits/positives: its own hit, less the hit it pushes over the edge, less its label.
    of_positive = taken - edge * (taken - k) - hits / positives
    of_negative = -edge * (taken - k)
    square = float((bins.positive * of_positive**2).sum() + (bins.negative * of_negative**2).sum())
    found = min(hits / positives, 1.0)
    binomial = found * (1.0 - found) * positives
    effective = positives * binomial / square if square > 0.0 and binomial > 0.0 else positives
    low, high = wilson(found * effective, effective)
    return figure(value, bins.n, (min(low / k, value), max(high / k, value)))


def _precision_near(bins: ScoreBins, k: float) -> float:
    """Share of positives among the rows ranked about k."""
    total, reach = float(bins.rows.sum()), min(k, 1.0 - k) / 4.0
    before = np.cumsum(bins.rows) - bins.rows
    near = np.clip(((k + reach) * total - before) / bins.rows, 0.0, 1.0) - np.clip(
        ((k - reach) * total - before) / bins.rows, 0.0, 1.0
    )
    rows = float((bins.rows * near).sum())
    return float((bins.positive * near).sum()) / rows if rows > 0 else 0.0


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="performance.ks", title="KS of scores", scope="outcome", applies_to=("binary",), compute=ks,
        direction="higher_is_better", range=(0.0, 1.0), minimum_rows=2,
        definition="max |TPR − FPR| over the edges of the score bins. Interval: Newcombe's for the difference of the "
        "two rates at the threshold found, which is taken as given.",
        misleads="A maximum over thresholds: with few rows it is above 0 by chance alone.",
        source="scipy.stats.ks_2samp of the scores of both classes; Newcombe, Stat. Med. 17 (1998) 873",
    ),
    MetricSpec(
        name="performance.lift", title="Lift", scope="outcome", applies_to=("binary",), compute=lift,
        direction="higher_is_better", range=(0.0, None), parameters=("k",), minimum_rows=2,
        definition="Share of positives among the share k of rows scored highest, over their share among all rows; "
        "the bin at the edge counts in proportion. Interval: Wilson's of the share of positives that "
        "are found, over k, with effective rows from the delta method.",
        misleads="Cannot exceed 1/(share of positives) or 1/k, so it falls when positives become common.",
        source="Elementary.",
    ),
)  # fmt: skip
