"""Losses of the score itself: log-loss and Brier score."""

from __future__ import annotations

from barograph.locale.said import say
from barograph.metrics.performance.confusion import class_index
from barograph.metrics.performance.figures import loss_figure, means
from barograph.metrics.performance.multilabel.of_class import losses_of_class
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined
from barograph.metrics.views import OutcomeView


def log_loss(view: OutcomeView, *, class_name: str | None = None) -> Result:
    """Mean of ``−ln(score of the label)``, in nats; 0 is best.

    Parameters
    ----------
    class_name : of a multi-label task, one class; without it the mean over all of them. A binary task has one loss.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> log_loss(outcome_of("binary", [0, 1], scores=[0.5, 0.5], positive="1")).value.__round__(6)
    0.693147
    """
    return _loss(view, class_name, "log_loss")


def brier(view: OutcomeView, *, class_name: str | None = None) -> Result:
    """Mean squared error of the score: binary ``(s − y)²``, multiclass ``Σₖ (sₖ − yₖ)²``; 0 is best.

    Parameters
    ----------
    class_name : of a multi-label task, one class; without it the mean over all of them. A binary task has one loss.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> brier(outcome_of("binary", [0, 1], scores=[0.5, 1.0], positive="1")).value
    0.125
    """
    return _loss(view, class_name, "squared_score_error")


def _loss(view: OutcomeView, class_name: str | None, measure: str) -> Result:
    of: OutcomeView | Undefined = view
    if class_name is not None and view.task == "multilabel":
        of = losses_of_class(view, class_name)
    elif class_name is not None:
        index = class_index(view, class_name)
        if view.task == "multiclass" and not isinstance(index, Undefined):
            of = Undefined(
                reason="not_applicable", detail=say("a multiclass task has one loss, of all classes together")
            )
    if isinstance(of, Undefined):
        return of
    return loss_figure(means(of, measure, over="scored"), measure, f"{measure}_2")


_CLASSES = ("binary", "multiclass", "multilabel")
_SCORED = (
    "Rows whose scores are not between 0 and 1 are left out. A label that is no known class: binary, not the "
    "positive one; multiclass, left out. Multi-label: the binary figure of a class, or its mean over the classes, on "
    "rows with label and score of every class. Interval: Student's on the logarithm."
)

METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="performance.log_loss", title="Log-loss", scope="outcome", applies_to=_CLASSES, compute=log_loss,
        direction="lower_is_better", unit="nats", range=(0.0, None), parameters=("class",),
        definition=f"Mean of −ln(score of the label), scores held 2⁻⁵² from 0. {_SCORED}",
        misleads="One confident mistake can make most of it; its best value depends on how certain labels can be.",
        source="sklearn.metrics.log_loss",
    ),
    MetricSpec(
        name="performance.brier", title="Brier score", scope="outcome", applies_to=_CLASSES, compute=brier,
        direction="lower_is_better", range=(0.0, 2.0), parameters=("class",),
        definition=f"Binary: mean (s − y)², at most 1. Multiclass: mean Σₖ (sₖ − yₖ)², at most 2. {_SCORED}",
        misleads="Small for a rare class whatever the model does; compare with share·(1 − share).",
        source="sklearn.metrics.brier_score_loss",
    ),
)  # fmt: skip
