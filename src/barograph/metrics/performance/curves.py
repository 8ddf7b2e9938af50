"""What a score decides at every threshold, from which every curve of a classifier is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barograph.locale.said import say
from barograph.metrics.intervals import wilson
from barograph.metrics.performance.score_bins import score_bins
from barograph.metrics.values import Undefined
from barograph.metrics.views import OutcomeView

Floats = NDArray[np.float64]

#: Even bins of a calibration curve.
CALIBRATION_BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Decisions *score ≥ threshold* of one class, from the strictest to the one that takes every row.

    The counts at a threshold are exact; thresholds are the lower ends of the score's bins, before them ∞, which
    takes no row.

    Attributes
    ----------
    threshold : falling, shape (points,).
    true_positives, false_positives : effective rows taken, rising from 0, shape (points,).
    n : logged rows with a score.
    """

    threshold: Floats
    true_positives: Floats
    false_positives: Floats
    n: int

    @property
    def positives(self) -> float:
        """All rows of the class."""
        return float(self.true_positives[-1])

    @property
    def negatives(self) -> float:
        """All other rows."""
        return float(self.false_positives[-1])

    @property
    def taken(self) -> Floats:
        """Share of all rows at or above the threshold, in [0, 1]: x of gain and lift."""
        rows: Floats = self.true_positives + self.false_positives
        share: Floats = rows / rows[-1]
        return share

    @property
    def recall(self) -> Floats:
        """Share of the class that is found, in [0, 1]: the true positive rate, and the gain."""
        return self.true_positives / self.positives

    @property
    def false_positive_rate(self) -> Floats:
        """Share of the others that is taken, in [0, 1]."""
        return self.false_positives / self.negatives

    @property
    def precision(self) -> Floats:
        """Share of the class among the rows taken, in [0, 1]; 1 where no row is taken, as in scikit-learn."""
        rows = self.true_positives + self.false_positives
        return np.divide(self.true_positives, rows, out=np.ones_like(rows), where=rows > 0)

    @property
    def f1(self) -> Floats:
        """2·TP / (rows taken + rows of the class), in [0, 1]."""
        found: Floats = 2.0 * self.true_positives
        return found / (self.true_positives + self.false_positives + self.positives)

    @property
    def lift(self) -> Floats:
        """Recall over the share of rows taken; 1 is chance. Where none is taken, that of the first that are."""
        taken = self.taken
        out = np.divide(self.recall, taken, out=np.ones_like(taken), where=taken > 0)
        out[0] = out[1]
        return out

    def at(self, threshold: float) -> int:
        """Position of the decision at `threshold`, or at the nearest lower end of a bin above it."""
        return int(np.searchsorted(-self.threshold, -threshold, side="right")) - 1

    def every(self, share: float) -> NDArray[np.int64]:
        """Positions that follow the curves in steps of a share of the rows, both ends included."""
        steps = np.arange(0.0, 1.0 + share / 2.0, share)
        near = np.searchsorted(self.taken, steps - 1e-12)
        return np.unique(np.minimum(near, len(self.threshold) - 1))


def thresholds(view: OutcomeView, class_name: str | None = None) -> Thresholds | Undefined:
    """What each threshold on the score of one class decides; without a name of the positive class.

    Parameters
    ----------
    view : the outcome of one cell.
    class_name : a class with a score column.

    Returns
    -------
    At most as many points as the score has bins; `Undefined(constant)` where all rows are of one kind.

    Notes
    -----
    ROC, precision against recall, gain and lift, and any figure against the threshold are columns of this one
    table. Cost: O(bins). Source: scikit-learn's `roc_curve` and `precision_recall_curve`, to which every point
    here belongs; Fawcett, Pattern Recognition Letters 27 (2006) 861.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> found = thresholds(outcome_of("binary", [0, 0, 1, 1], scores=[0.1, 0.4, 0.35, 0.8], positive="1"))
    >>> found.recall.tolist(), found.false_positive_rate.tolist()
    ([0.0, 0.5, 0.5, 1.0, 1.0], [0.0, 0.0, 0.5, 0.5, 1.0])
    """
    bins = score_bins(view, class_name)
    if isinstance(bins, Undefined):
        return bins
    alike = bins.of_one_kind(say("a threshold parts nothing"))
    if alike is not None:
        return alike
    return Thresholds(
        threshold=np.concatenate(([np.inf], bins.lower)),
        true_positives=np.concatenate(([0.0], np.cumsum(bins.positive))),
        false_positives=np.concatenate(([0.0], np.cumsum(bins.negative))),
        n=bins.n,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationBin:
    """Rows of similar score: their mean score, the share that came true with its interval, their number."""

    score: float
    observed: float
    interval: tuple[float, float]
    n: int


def calibration_curve(
    view: OutcomeView, class_name: str | None = None, *, bins: int = CALIBRATION_BINS
) -> tuple[CalibrationBin, ...] | Undefined:
    """Observed share of a class against its mean score, in even bins of the score.

    Parameters
    ----------
    view : the outcome of one cell.
    class_name : a class with a score column; without it the positive class.
    bins : how many even bins of [0, 1]; empty ones are left out.

    Returns
    -------
    Bins in rising order of score, each with Wilson's 95 % interval of the observed share.

    Notes
    -----
    A bin of the score's grid goes whole into the even bin of its mean score. Cost: O(bins of the grid). Source:
    scikit-learn's `calibration_curve(strategy="uniform")`.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> view = outcome_of("binary", [0, 1, 1, 1], scores=[0.2, 0.2, 0.9, 0.9], positive="1")
    >>> [(round(b.score, 6), b.observed, b.n) for b in calibration_curve(view)]
    [(0.2, 0.5, 2), (0.9, 1.0, 2)]
    """
    found = score_bins(view, class_name)
    if isinstance(found, Undefined):
        return found
    place = np.minimum((found.score * bins).astype(np.int64), bins - 1)
    rows = np.bincount(place, weights=found.rows, minlength=bins)
    hits = np.bincount(place, weights=found.positive, minlength=bins)
    scores = np.bincount(place, weights=found.rows * found.score, minlength=bins)
    return tuple(
        CalibrationBin(
            score=float(scores[i] / rows[i]),
            observed=float(hits[i] / rows[i]),
            interval=wilson(float(hits[i]), float(rows[i])),
            n=round(float(rows[i])),
        )
        for i in np.flatnonzero(rows).tolist()
    )
