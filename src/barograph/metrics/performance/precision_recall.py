"""Precision, recall, F1 and balanced accuracy."""

from __future__ import annotations

from barograph.metrics.performance.class_averages import ClassScore, class_average, class_score
from barograph.metrics.performance.confusion import confusion
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined
from barograph.metrics.views import OutcomeView

_PRECISION = ClassScore(of_labels=0.0, of_predictions=1.0)
_RECALL = ClassScore(of_labels=1.0, of_predictions=0.0)
_F1 = ClassScore(of_labels=0.5, of_predictions=0.5)


def precision(
    view: OutcomeView,
    *,
    class_name: str | None = None,
    average: str = "macro",
    threshold: float | None = None,
) -> Result:
    """Share of the rows predicted as a class that are of it ``TP/(TP + FP)``; 1 is best.

    Parameters
    ----------
    class_name : the class; without it the positive class, or for a multiclass task the average.
    average : `macro` (classes count equally), `weighted` (by labelled rows) or, for a multi-label task, `micro`
        (all answers together).

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> precision(outcome_of("binary", [0, 1, 1], [1, 1, 0], positive="1")).value
    0.5
    """
    return class_score(_PRECISION, view, class_name, average, threshold=threshold)


def recall(
    view: OutcomeView,
    *,
    class_name: str | None = None,
    average: str = "macro",
    threshold: float | None = None,
) -> Result:
    """Share of the rows of a class that are predicted as it ``TP/(TP + FN)``; 1 is best.

    Parameters
    ----------
    class_name, average, threshold : as for `precision`.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> recall(outcome_of("binary", [0, 1, 1, 1, 1], [1, 1, 0, 0, 0], positive="1")).value
    0.25
    """
    return class_score(_RECALL, view, class_name, average, threshold=threshold)


def f1(
    view: OutcomeView,
    *,
    class_name: str | None = None,
    average: str = "macro",
    threshold: float | None = None,
) -> Result:
    """Harmonic mean of precision and recall ``2TP/(2TP + FP + FN)``; 1 is best.

    Parameters
    ----------
    class_name, average, threshold : as for `precision`.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> f1(outcome_of("binary", [0, 1, 1], [1, 1, 0], positive="1")).value
    0.5
    """
    return class_score(_F1, view, class_name, average, threshold=threshold)


def balanced_accuracy(view: OutcomeView) -> Result:
    """Mean recall of the classes that have a labelled row; 1 is best.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> balanced_accuracy(outcome_of("binary", [0, 0, 0, 1], [0, 0, 0, 0], positive="1")).value
    0.5
    """
    found = confusion(view)
    if isinstance(found, Undefined):
        return found
    return class_average(_RECALL, found, weighted=False)


_CLASSES = ("binary", "multiclass")
_WITH_LABELS = (*_CLASSES, "multilabel")
_OF_CLASS = (
    "Binary: of the positive class. Multiclass: of `class`; without it the mean over the classes for which it is "
    "defined (average=macro), or their mean by labelled rows (average=weighted). A value that is no known class "
    "is an error; rows without a prediction are left out; 0/0 is undefined. Multi-label: as multiclass, each class's "
    "yes being positive; average=micro takes the answers of all classes together. "
    "With `threshold`, answers are score ≥ threshold, from the score's bins."
)
_INTERVAL = (
    "Interval: Wilson's; of a macro mean MOVER; of a weighted mean the delta method; of multi-label means MOVER "
    "with the correlation of the classes' errors, of a micro average Wilson's of as many rows as answers that go "
    "together are worth."
)

METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="performance.precision", title="Precision", scope="outcome", applies_to=_WITH_LABELS, compute=precision,
        direction="higher_is_better", range=(0.0, 1.0), parameters=("class", "average", "threshold"),
        definition=f"TP/(TP + FP). {_OF_CLASS} {_INTERVAL}",
        misleads="Falls when the class becomes rarer, with the model unchanged; a class that is never predicted "
        "is not in the mean.",
        source="sklearn.metrics.precision_score(zero_division=nan)",
    ),
    MetricSpec(
        name="performance.recall", title="Recall", scope="outcome", applies_to=_WITH_LABELS, compute=recall,
        direction="higher_is_better", range=(0.0, 1.0), parameters=("class", "average", "threshold"),
        definition=f"TP/(TP + FN). {_OF_CLASS} {_INTERVAL}",
        misleads="Always answering the class gives 1.",
        source="sklearn.metrics.recall_score(zero_division=nan)",
    ),
    MetricSpec(
        name="performance.f1", title="F1", scope="outcome", applies_to=_WITH_LABELS, compute=f1,
        direction="higher_is_better", range=(0.0, 1.0), parameters=("class", "average", "threshold"),
        definition=f"2TP/(2TP + FP + FN). {_OF_CLASS} Interval: Wilson's of TP/(TP + FP + FN), carried over; of a "
        "mean the delta method on the logit; multi-label as for precision.",
        misleads="Ignores right negatives, and changes when positive and negative are swapped.",
        source="sklearn.metrics.f1_score(zero_division=nan)",
    ),
    MetricSpec(
        name="performance.balanced_accuracy", title="Balanced accuracy", scope="outcome", applies_to=_CLASSES,
        compute=balanced_accuracy, direction="higher_is_better", range=(0.0, 1.0),
        definition="Mean recall of the classes that have a labelled row. A prediction that is no known class is an "
        "error; rows without a prediction are left out. Interval: MOVER over Wilson's of each recall.",
        misleads="A rare class counts as much as a common one, so it wavers with few rows of it.",
        source="sklearn.metrics.balanced_accuracy_score",
    ),
)  # fmt: skip
