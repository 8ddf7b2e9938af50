"""Precision, recall and F1 as one formula, and their averages over classes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from barograph.errors import AddressError
from barograph.locale.said import Said, say
from barograph.metrics.intervals import Interval, combined, logit_interval, multinomial_variance, wilson
from barograph.metrics.performance.confusion import Confusion, class_index
from barograph.metrics.performance.decisions import decisions
from barograph.metrics.performance.figures import figure
from barograph.metrics.performance.multilabel.averages import Below, over_labels
from barograph.metrics.values import Result, Undefined
from barograph.metrics.views import OutcomeView

Floats = NDArray[np.float64]
Average = Literal["macro", "weighted", "micro"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassScore:
    """``right / (of_labels · rows labelled + of_predictions · rows predicted)`` of one class.

    Recall is (1, 0), precision (0, 1), F1 (½, ½).
    """

    of_labels: float
    of_predictions: float

    @property
    def below(self) -> Below:
        """Hits, claimed and held classes below the line of a micro average."""
        if self.of_labels == self.of_predictions:
            return -1.0, 1.0, 1.0
        return 0.0, self.of_predictions, self.of_labels

    def nothing(self, name: str) -> Said:
        """Which rows are missing where it is 0/0 for a class."""
        if not self.of_labels:
            return say("no row is predicted {name}", name=name)
        if not self.of_predictions:
            return say("no row is labelled {name}", name=name)
        return say("no row is labelled or predicted {name}", name=name)

    def denominators(self, found: Confusion) -> Floats:
        """Denominator per class, shape (classes,)."""
        k = len(found.classes)
        return self.of_labels * found.labels[:k] + self.of_predictions * found.predictions[:k]

    def interval(self, right: float, denominator: float) -> Interval:
        """Wilson's interval; for F1 that of ``right/(right + errors)`` carried over."""
        if self.of_labels != self.of_predictions:
            return wilson(min(right, denominator), denominator)
        # F1 = 2J/(1 + J), J = TP/(TP + FP + FN): a rate of the rows that have to do with the class.
        low, high = wilson(right, 2.0 * denominator - right)
        return 2.0 * low / (1.0 + low), 2.0 * high / (1.0 + high)


def class_score(
    score: ClassScore,
    view: OutcomeView,
    class_name: str | None,
    average: str,
    *,
    threshold: float | None = None,
) -> Result:
    """The score of one class, of the positive class, or the average over classes."""
    if view.task == "multilabel":
        return over_labels(
            view,
            class_name,
            average,
            one=partial(_of_label, score, threshold),
            below=score.below,
        )
    if average not in ("macro", "weighted"):
        raise AddressError(f"average is {average!r}; expected 'macro' or 'weighted'.")
    found = decisions(view, threshold)
    if isinstance(found, Undefined):
        return found
    if class_name is None and view.task == "multiclass":
        return class_average(score, found, weighted=average == "weighted")
    index = class_index(view, class_name)
    if isinstance(index, Undefined):
        return index
    right, denominator = float(found.right[index]), float(score.denominators(found)[index])
    if not denominator > 0:
        return Undefined(reason="too_few_rows", detail=score.nothing(repr(found.classes[index])))
    return figure(min(right / denominator, 1.0), found.n, score.interval(right, denominator))


def _of_label(score: ClassScore, threshold: float | None, view: OutcomeView) -> Result:
    return class_score(score, view, None, "macro", threshold=threshold)


def class_average(score: ClassScore, found: Confusion, *, weighted: bool) -> Result:
    """Mean over the classes for which the score is defined, or their mean by labelled rows."""
    denominators = score.denominators(found)
    held = denominators > 0
    shares = np.where(held, found.labels[: len(held)] if weighted else 1.0, 0.0)
    if not shares.sum() > 0:
        return Undefined(reason="too_few_rows", detail=score.nothing(say("a known class")))
    shares = shares / shares.sum()
    values = np.divide(found.right, denominators, out=np.zeros_like(denominators), where=held)
    value = float(min((shares * values).sum(), 1.0))
    limits = [
        score.interval(float(r), float(d)) if d > 0 else (0.0, 0.0)
        for r, d in zip(found.right, denominators, strict=True)
    ]
    lows, highs = np.array(limits).T
    interval = float((shares * lows).sum()), float((shares * highs).sum())
    if not weighted and score.of_labels != score.of_predictions:
        interval = combined(value, lows, highs, rates=values, shares=shares)
    elif (delta := _delta(score, found, (values, shares), weighted=weighted)) is not None:
        interval = delta
    return figure(value, found.n, (max(interval[0], 0.0), min(interval[1], 1.0)))


def _delta(
    score: ClassScore, found: Confusion, average: tuple[Floats, Floats], *, weighted: bool
) -> Interval | None:
    """Delta method on the table, on the logit; None where the figure shows no variance."""
    values, shares = average
    value, width = float((shares * values).sum()), len(values)
    denominators = score.denominators(found) / found.total
    inverse = np.divide(shares, denominators, out=np.zeros_like(shares), where=denominators > 0)
    by_label = -score.of_labels * values * inverse
    if weighted:
        held = denominators > 0
        by_label = by_label + np.where(held, values - value, 0.0) / float(
            found.labels[:width][held].sum() / found.total
        )
    gradient = np.zeros_like(found.table)
    gradient[:width, :] += by_label[:, None]
    gradient[:, :width] += (-score.of_predictions * values * inverse)[None, :]
    gradient[np.arange(width), np.arange(width)] += inverse
    variance = multinomial_variance(found.table, gradient)
    if not 0.0 < value < 1.0 or math.sqrt(max(variance, 0.0)) < 1e-12:
        return None
    return logit_interval(value, variance)
