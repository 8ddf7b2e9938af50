"""Each row's influence on ROC AUC."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from barograph.metrics.performance.score_bins import ScoreBins, ranked
from barograph.metrics.values import Undefined
from barograph.metrics.views import OutcomeView
from barograph.profile.measures import OutcomeRows

Floats = NDArray[np.float64]


def auc_influence(
    reference: OutcomeView, current: OutcomeView
) -> tuple[Callable[[OutcomeRows], Floats], tuple[float, float]]:
    """Half the sum of a row's influences on either side's ROC AUC, and its mean over the rows of each side.

    A row of the class moves AUC by the share of other rows it scores above, less AUC, over the share of its class;
    other rows likewise: the influence function of a two-sample U-statistic.
    """
    sides = [bins for bins in (ranked(reference), ranked(current)) if not isinstance(bins, Undefined)]

    def of_scores(score: Floats, positive: NDArray[np.bool_]) -> Floats:
        return sum((_influence(bins, score, positive) for bins in sides), np.zeros(len(score))) / 2.0

    def of_rows(rows: OutcomeRows) -> Floats:
        name, score = next(iter(rows.scores.items()))
        return of_scores(score, rows.label == rows.score_class[name])

    first, second = (_mean(of_scores, bins) for bins in sides)
    return of_rows, (first, second)


def _mean(of_scores: Callable[[Floats, NDArray[np.bool_]], Floats], bins: ScoreBins) -> float:
    """Of the rows of some bins."""
    sides = ((bins.positive, True), (bins.negative, False))
    total = sum(float(rows @ of_scores(bins.score, np.full(len(rows), held))) for rows, held in sides)
    return total / float(bins.rows.sum())


def _influence(bins: ScoreBins, score: Floats, positive: NDArray[np.bool_]) -> Floats:
    """Influence of each row on the ROC AUC of some bins; of mean 0 over their own rows."""
    p, n = bins.positive[::-1], bins.negative[::-1]  # lowest scores first
    others_below = (np.cumsum(n) - n / 2.0) / n.sum()
    class_above = (p.sum() - np.cumsum(p) + p / 2.0) / p.sum()
    auc = float((p * others_below).sum() / p.sum())
    share = float(p.sum() / (p.sum() + n.sum()))
    at = np.clip(np.searchsorted(bins.lower[::-1], score, side="right") - 1, 0, len(p) - 1)
    found: Floats = np.where(
        positive, (others_below[at] - auc) / share, (class_above[at] - auc) / (1.0 - share)
    )
    return found
