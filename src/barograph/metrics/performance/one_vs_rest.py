"""Score metrics of one class against the rest, and their mean over classes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from barograph.locale.said import say
from barograph.metrics.intervals import combined
from barograph.metrics.performance.figures import figure
from barograph.metrics.performance.multilabel.averages import mean_of_classes
from barograph.metrics.performance.multilabel.of_class import of_class
from barograph.metrics.values import Result, Undefined, Value
from barograph.metrics.views import OutcomeView

Floats = NDArray[np.float64]


def over_classes(
    one_class: Callable[[OutcomeView, str | None], Result], view: OutcomeView, class_name: str | None
) -> Result:
    """The figure of one class; for a multiclass or multi-label task without a class the mean over classes.

    Classes without a labelled row are left out; any other undefined class makes the mean undefined. Its
    interval is MOVER's, for figures that go together as far as they rest on the same pairs of rows.
    """
    if view.task == "multilabel":
        if class_name is not None:
            return one_class(of_class(view, class_name), None)
        return mean_of_classes(view, lambda one: one_class(one, None))
    if view.task == "regression":
        return Undefined(reason="not_applicable", detail=say("a regression scores no class"))
    if class_name is not None or view.task == "binary":
        return one_class(view, class_name)
    found = {name: one_class(view, name) for name in view.grid.classes}
    for name, result in found.items():
        if isinstance(result, Undefined) and result.reason != "constant":
            return Undefined(
                reason=result.reason,
                detail=say("class {name}: {detail}", name=repr(name), detail=result.detail),
            )
    held = {name: r for name, r in found.items() if isinstance(r, Value)}
    if not held:
        return Undefined(reason="constant", detail=say("no class has both rows of it and others"))
    rates = np.array([v.value for v in held.values()])
    value, n = float(rates.mean()), max(v.n for v in held.values())
    ends = [v.interval for v in held.values() if v.interval is not None]
    if len(ends) < len(held):
        return figure(value, n, None)
    lows, highs = np.array(ends).T
    low, high = combined(
        value, lows, highs, rates=rates, shares=np.full(len(rates), 1.0 / len(rates)),
        correlation=_shared_pairs(view, list(held)),
    )  # fmt: skip
    return figure(value, n, (max(low, 0.0), min(high, 1.0)))


def _shared_pairs(view: OutcomeView, names: list[str]) -> Floats:
    """Share of the pairs of rows that two classes' figures have in common, √(odds of one · odds of the other)."""
    labels = view.confusion().sum(axis=1)
    share = labels[[view.grid.classes.index(name) for name in names]] / labels.sum()
    odds = np.sqrt(share / (1.0 - share))
    together: Floats = np.minimum(np.outer(odds, odds), 1.0)
    np.fill_diagonal(together, 1.0)
    return together
