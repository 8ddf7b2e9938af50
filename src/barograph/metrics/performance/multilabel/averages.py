"""Precision, recall and F1 over the classes of a multi-label task: macro, weighted and micro."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from barograph.errors import AddressError
from barograph.locale.said import say
from barograph.metrics.intervals import combined
from barograph.metrics.performance.bounded import as_a_rate
from barograph.metrics.performance.figures import figure, means
from barograph.metrics.performance.multilabel.of_class import going_together, of_class
from barograph.metrics.values import Result, Undefined, Value
from barograph.metrics.views import OutcomeView

#: How often hits, claimed and held classes count below the line.
Below = tuple[float, float, float]


def over_labels(
    view: OutcomeView,
    class_name: str | None,
    average: str,
    *,
    one: Callable[[OutcomeView], Result],
    below: Below,
) -> Result:
    """The figure of one class, or its average over classes.

    Parameters
    ----------
    one : the figure of a binary task.
    below : the micro average is hits over this mixture of hits, claimed and held classes; precision (0, 1, 0),
        recall (0, 0, 1), and for F1 the Jaccard figure (-1, 1, 1), from which F1 = 2J/(1 + J).
    """
    if average not in ("macro", "weighted", "micro"):
        raise AddressError(f"average is {average!r}; expected 'macro', 'weighted' or 'micro'.")
    if class_name is not None:
        return one(of_class(view, class_name))
    return (
        _micro(view, below)
        if average == "micro"
        else mean_of_classes(view, one, weighted=average == "weighted")
    )


def mean_of_classes(
    view: OutcomeView, one: Callable[[OutcomeView], Result], *, weighted: bool = False
) -> Result:
    """Mean of a figure over the classes for which it is defined, or by their rows labelled yes."""
    classes = [of_class(view, name) for name in view.grid.classes]
    found = [one(c) for c in classes]
    held = [(r, c) for r, c in zip(found, classes, strict=True) if isinstance(r, Value)]
    shares = np.array([c.confusion()[1].sum() if weighted else 1.0 for _, c in held])
    if not held or not shares.sum() > 0:
        return (
            next(r for r in found if isinstance(r, Undefined))
            if not held
            else Undefined(reason="too_few_rows", detail=say("no class has a row labelled yes"))
        )
    shares = shares / shares.sum()
    rates = np.array([r.value for r, _ in held])
    value, n = float((shares * rates).sum()), max(r.n for r, _ in held)
    ends = [r.interval for r, _ in held if r.interval is not None]
    if len(ends) < len(held):
        return figure(value, n, None)
    lows, highs = np.array(ends).T
    low, high = combined(
        value, lows, highs, rates=rates, shares=shares, correlation=going_together(view, len(held))
    )
    return figure(value, n, (max(low, 0.0), min(high, 1.0)))


def _micro(view: OutcomeView, below: Below) -> Result:
    """Hits of all classes over a mixture of hits, claimed and held; rows are drawn, so classes of a row go together."""
    found = means(view, "hits")
    if isinstance(found, Undefined):
        return found
    first = np.array([found["hits"], found["claimed"], found["held"]])
    second = np.array(
        [
            [found["hits_2"], found["hits_claimed"], found["hits_held"]],
            [found["hits_claimed"], found["claimed_2"], found["claimed_held"]],
            [found["hits_held"], found["claimed_held"], found["held_2"]],
        ]
    )
    under = float(np.array(below) @ first)
    if not under > 0.0:
        return Undefined(
            reason="too_few_rows", detail=say("no row is labelled or predicted yes for any class")
        )
    share = min(float(first[0]) / under, 1.0)
    direction = np.array([1.0, 0.0, 0.0]) - share * np.array(below)
    rows = found.effective / max(found.effective - 1.0, 1.0)
    spread = max(float(direction @ second @ direction), 0.0) * rows / under
    low, high = as_a_rate(share, found.effective * under, variance=spread, of_rate=share * (1.0 - share))
    if below[0] < 0.0:
        share, low, high = (2.0 * x / (1.0 + x) for x in (share, low, high))
    return figure(share, found.n, (min(low, share), max(high, share)))
