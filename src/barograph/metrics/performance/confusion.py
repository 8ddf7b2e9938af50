"""The confusion table of the rows that were answered with a class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barograph.errors import AddressError, did_you_mean
from barograph.locale.said import say
from barograph.metrics.values import Undefined
from barograph.metrics.views import OutcomeView

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """Rows by label and prediction.

    Attributes
    ----------
    table : effective rows (rows where unweighted) by (label, prediction), shape (classes + 2,
        classes + 2). After the known classes come values that are none, label and prediction the same
        where both are; then labels that are none and differ from a prediction that is none.
    classes : names, in the table's order.
    n : logged rows with a label and a prediction.
    """

    table: Floats
    classes: tuple[str, ...]
    n: int

    @property
    def total(self) -> float:
        """All effective rows."""
        return float(self.table.sum())

    @property
    def right(self) -> Floats:
        """Rows predicted right per known class, shape (classes,)."""
        agreed: Floats = np.diagonal(self.table)[: len(self.classes)]
        return agreed

    @property
    def agreed(self) -> float:
        """Rows predicted right, of an unknown class too."""
        return float(np.diagonal(self.table)[:-1].sum())

    @property
    def labels(self) -> Floats:
        """Rows per label, shape (classes + 2,)."""
        rows: Floats = self.table.sum(axis=1)
        return rows

    @property
    def predictions(self) -> Floats:
        """Rows per prediction, shape (classes + 2,)."""
        rows: Floats = self.table.sum(axis=0)
        return rows

    @property
    def agrees(self) -> Floats:
        """1 in the cells where label and prediction are one class, shape of the table."""
        return np.diag(np.append(np.ones(len(self.classes) + 1), 0.0))


def confusion(view: OutcomeView) -> Confusion | Undefined:
    """The rows with a label and a predicted class; rows without a prediction are left out.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> confusion(outcome_of("multiclass", ["a", "a", "b"], ["a", "b", "b"])).right.tolist()
    [1.0, 1.0]
    """
    if view.task == "regression":
        return Undefined(reason="not_applicable", detail=say("a regression predicts no class"))
    if view.task == "multilabel":
        return Undefined(
            reason="not_applicable", detail=say("several labels a row have no one table; name a class")
        )
    classes = view.grid.classes
    weights = view.confusion()
    keys, values = view.sums.confusion.keys, view.sums.confusion.values
    n = int(values[keys[:, 2] <= len(classes), 0].sum())
    table = weights.copy()
    table[:, -1] = 0.0
    if n == 0 or not table.sum() > 0:
        return Undefined(
            reason="no_predictions",
            detail=say(
                "no labelled row has a predicted class: name a prediction column, or give the score a threshold"
            ),
        )
    return Confusion(table=table * (view.effective_rows / weights.sum()), classes=classes, n=n)


def class_index(view: OutcomeView, class_name: str | None) -> int | Undefined:
    """Position of a class; without a name the positive class of a binary task.

    Raises
    ------
    AddressError
        Where no class has this name.
    """
    classes = view.grid.classes
    if class_name is None:
        if view.schema.positive not in classes:
            return Undefined(reason="not_applicable", detail=say("the schema names no positive class"))
        return classes.index(view.schema.positive)
    if class_name not in classes:
        hint = did_you_mean(class_name, classes) or "."
        shown = ", ".join(repr(c) for c in classes[:12]) + (" …" if len(classes) > 12 else "")
        raise AddressError(f"no class {class_name!r}{hint} Classes: {shown}.")
    return classes.index(class_name)
