"""Figures that are one share of rows, with Wilson's interval."""

from __future__ import annotations

import numpy as np

from barograph.locale.said import Said, say
from barograph.metrics.intervals import wilson
from barograph.metrics.performance.confusion import Confusion, class_index
from barograph.metrics.performance.decisions import decisions
from barograph.metrics.performance.figures import figure
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined
from barograph.metrics.views import OutcomeView
from barograph.schema.model import TASKS


def rate(successes: float, rows: float, n: int, *, nothing: Said) -> Result:
    """A share with Wilson's interval; Undefined, with `nothing` as the reason, where no row counts.

    Examples
    --------
    >>> rate(1.0, 4.0, 4, nothing=say("no row is judged")).value
    0.25
    """
    if not rows > 0:
        return Undefined(reason="too_few_rows", detail=nothing)
    return figure(min(successes / rows, 1.0), n, wilson(min(successes, rows), rows))


def accuracy(view: OutcomeView, *, threshold: float | None = None) -> Result:
    """Share of answered rows whose prediction is the label; 1 is best.

    Parameters
    ----------
    threshold : binary: score from which the answer is yes, in place of the logged answers.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> accuracy(outcome_of("multiclass", ["a", "b", "c", "a"], ["a", "b", "a", "a"])).value
    0.75
    """
    found = decisions(view, threshold)
    if isinstance(found, Undefined):
        return found
    return rate(found.agreed, found.total, found.n, nothing=say("no row is answered"))


def specificity(view: OutcomeView, *, threshold: float | None = None) -> Result:
    """Share of negative labels that are predicted negative ``TN/(TN + FP)``; 1 is best.

    Parameters
    ----------
    threshold : binary: score from which the answer is yes, in place of the logged answers.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> specificity(outcome_of("binary", [0, 0, 1], [0, 1, 1], positive="1")).value
    0.5
    """
    return _of_negatives(view, threshold, axis=1, nothing=say("no row has a negative label"))


def npv(view: OutcomeView, *, threshold: float | None = None) -> Result:
    """Negative predictive value: share of negative predictions that are right ``TN/(TN + FN)``; 1 is best.

    Parameters
    ----------
    threshold : binary: score from which the answer is yes, in place of the logged answers.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> npv(outcome_of("binary", [0, 1, 1], [0, 0, 1], positive="1")).value
    0.5
    """
    return _of_negatives(view, threshold, axis=0, nothing=say("no row is predicted negative"))


def label_rate(view: OutcomeView) -> Result:
    """Share of judged rows whose label is the positive class.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> label_rate(outcome_of("binary", [0, 1, 1, 1], [0, 0, 1, 1], positive="1")).value
    0.75
    """
    positive = class_index(view, None)
    if isinstance(positive, Undefined):
        return positive
    table = view.confusion()
    scale = view.effective_rows / table.sum() if table.sum() > 0 else 0.0
    return rate(
        float(table[positive].sum() * scale),
        float(table.sum() * scale),
        view.judged,
        nothing=say("no row is judged"),
    )


def prediction_rate(view: OutcomeView, *, threshold: float | None = None) -> Result:
    """Share of answered rows whose prediction is the positive class.

    Parameters
    ----------
    threshold : binary: score from which the answer is yes, in place of the logged answers.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> prediction_rate(outcome_of("binary", [0, 1, 1, 1], [0, 0, 1, 1], positive="1")).value
    0.5
    """
    answered = _answered(view, threshold)
    if isinstance(answered, Undefined):
        return answered
    positive, found = answered
    return rate(float(found.predictions[positive]), found.total, found.n, nothing=say("no row is answered"))


def coverage(view: OutcomeView) -> Result:
    """Label coverage: share of the logged rows that have a label.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> coverage(outcome_of("regression", [1.0, None, 2.0, 3.0], [1.0, 1.0, 1.0, 1.0])).value
    0.75
    """
    return rate(float(view.labelled), float(view.rows), view.rows, nothing=say("there is no row"))


def _answered(view: OutcomeView, threshold: float | None) -> tuple[int, Confusion] | Undefined:
    """Position of the positive class, and the table of the rows that were answered."""
    positive, found = class_index(view, None), decisions(view, threshold)
    if isinstance(positive, Undefined):
        return positive
    return found if isinstance(found, Undefined) else (positive, found)


def _of_negatives(view: OutcomeView, threshold: float | None, *, axis: int, nothing: Said) -> Result:
    answered = _answered(view, threshold)
    if isinstance(answered, Undefined):
        return answered
    positive, found = answered
    known = np.arange(len(found.table)) < len(found.classes)
    negative = known & (np.arange(len(found.table)) != positive)
    counted = found.table[negative].sum() if axis == 1 else found.table[:, negative].sum()
    return rate(
        float(found.table[np.ix_(negative, negative)].sum()), float(counted), found.n, nothing=nothing
    )


_CLASSES = ("binary", "multiclass")
_UNKNOWN = "A value that is no known class is an error; rows without a prediction are left out."
_THRESHOLD = "With `threshold`, answers are score ≥ threshold, from the score's bins."
_WILSON = "Interval: Wilson's."

METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="performance.coverage", title="Label coverage", scope="outcome",
        applies_to=TASKS, compute=coverage, direction="neutral", range=(0.0, 1.0),
        definition=f"Rows with a label over all logged rows; null and NaN are none. {_WILSON}",
        misleads="Labels that arrive late, or depend on the outcome, make the labelled rows unlike the others.",
        source="Elementary.",
    ),
    MetricSpec(
        name="performance.accuracy", title="Accuracy", scope="outcome", applies_to=_CLASSES, compute=accuracy,
        direction="higher_is_better", range=(0.0, 1.0), parameters=("threshold",),
        definition="Right predictions over answered rows, of a class the reference does not know too; rows without a "
        f"prediction are left out. {_THRESHOLD} {_WILSON}",
        misleads="With a rare class, always answering the common one looks good.",
        source="sklearn.metrics.accuracy_score",
    ),
    MetricSpec(
        name="performance.specificity", title="Specificity", scope="outcome", applies_to=("binary",),
        compute=specificity, direction="higher_is_better", range=(0.0, 1.0), parameters=("threshold",),
        definition=f"TN/(TN + FP): negative labels predicted negative. {_UNKNOWN} {_THRESHOLD} {_WILSON}",
        misleads="Near 1 with a rare positive class even where most alarms are false.",
        source="sklearn.metrics.recall_score of the negative class",
    ),
    MetricSpec(
        name="performance.npv", title="Negative predictive value", scope="outcome", applies_to=("binary",),
        compute=npv, direction="higher_is_better", range=(0.0, 1.0), parameters=("threshold",),
        definition=f"TN/(TN + FN): negative predictions that are right. {_UNKNOWN} {_THRESHOLD} {_WILSON}",
        misleads="Moves with the share of positive labels, with the model unchanged.",
        source="sklearn.metrics.precision_score of the negative class",
    ),
    MetricSpec(
        name="performance.label_rate", title="Positive labels", scope="outcome", applies_to=("binary",),
        compute=label_rate, direction="neutral", range=(0.0, 1.0),
        definition=f"Judged rows whose label is the positive class. {_WILSON}",
        misleads="Where positive labels arrive later than negative ones it starts too low.",
        source="Elementary.",
    ),
    MetricSpec(
        name="performance.prediction_rate", title="Positive predictions", scope="outcome", applies_to=("binary",),
        compute=prediction_rate, direction="neutral", range=(0.0, 1.0), parameters=("threshold",),
        definition=f"Answered labelled rows whose prediction is the positive class. {_THRESHOLD} {_WILSON}",
        misleads="Only labelled rows are counted; for all rows see the prediction's own distribution.",
        source="Elementary.",
    ),
)  # fmt: skip
