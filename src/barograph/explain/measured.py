"""Metrics that are a smooth function of means of row measures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from barograph.metrics.address import Address
from barograph.metrics.views import OutcomeView
from barograph.profile.measures import OutcomeRows, row_measures

Floats = NDArray[np.float64]
#: How a metric follows from the means of its measures.
Shape = Literal["mean", "root", "ratio", "rest of ratio", "f1", "r2"]
Pair = tuple[float, float]

#: What cross tables say of a measure they do not keep; of `_WHOLE`, where every row has an answer, or a score.
_DERIVED: Final[Mapping[str, Mapping[str, float]]] = {
    "error": {"prediction": 1.0, "label": -1.0},
    "answered": {"": 1.0},
    "scored": {"": 1.0},
    "actual": {"label": 1.0},
    "predicted": {"prediction": 1.0},
    "true_positive": {"label": 0.5, "prediction": 0.5, "misclassified": -0.5},
}
_WHOLE: Final = ("answered", "scored")


_REGRESSION: Final[Mapping[str, tuple[tuple[str, ...], Shape]]] = {
    "performance.mae": (("absolute_error",), "mean"),
    "performance.mse": (("squared_error",), "mean"),
    "performance.me": (("error",), "mean"),
    "performance.rmse": (("squared_error",), "root"),
    "performance.mape": (("relative_error", "relative_rows"), "ratio"),
    "performance.smape": (("symmetric_error",), "mean"),
    "performance.r2": (("squared_error", "label", "label_2"), "r2"),
    "performance.mase": (("compared_error", "baseline_error"), "ratio"),
}
_CLASSES: Final[Mapping[str, tuple[tuple[str, ...], Shape]]] = {
    "performance.accuracy": (("misclassified", "answered"), "rest of ratio"),
    "performance.log_loss": (("log_loss", "scored"), "ratio"),
    "performance.brier": (("squared_score_error", "scored"), "ratio"),
}
_OF_CLASS: Final[Mapping[str, tuple[tuple[str, ...], Shape]]] = {
    "performance.precision": (("true_positive", "predicted"), "ratio"),
    "performance.recall": (("true_positive", "actual"), "ratio"),
    "performance.f1": (("true_positive", "predicted", "actual"), "f1"),
}


def _secant_of_ratio(above: Pair, below: Pair) -> tuple[float, float]:
    """Slopes that tell the change of a ratio exactly, by what is above and below."""
    return (1.0 / below[0] + 1.0 / below[1]) / 2.0, -(above[0] + above[1]) / (2.0 * below[0] * below[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A metric as a function of means of row measures.

    Attributes
    ----------
    measures : names, in the order `shape` takes their means.
    shape : how the metric follows from their means.
    class_code : the class that `true_positive`, `predicted` and `actual` speak of.
    """

    measures: tuple[str, ...]
    shape: Shape
    class_code: int | None = None

    @property
    def mean(self) -> bool:
        """Whether the metric is the mean of its measure."""
        return self.shape == "mean"

    def means(self, view: OutcomeView) -> Floats:
        """The mean of each measure over the judged rows."""
        if self.class_code is None:
            sums = view.measures()
            return np.array([sums[name] / sums["weight"] for name in self.measures])
        table, k = view.confusion(), self.class_code
        answered = table[:, :-1]
        found = {"true_positive": table[k, k], "predicted": table[:, k].sum(), "actual": answered[k].sum()}
        return np.array([found[name] / table.sum() for name in self.measures])

    def rows(self, rows: OutcomeRows) -> Floats:
        """Each measure of each row, shape (measures, rows)."""
        if self.class_code is None:
            measured = row_measures(rows)
            return np.stack([measured[name] for name in self.measures])
        predicted = rows.prediction == self.class_code
        actual = (rows.label == self.class_code) & (rows.prediction <= len(rows.classes))
        found = {"true_positive": predicted & actual, "predicted": predicted, "actual": actual}
        return np.stack([found[name].astype(np.float64) for name in self.measures])

    def value(self, means: Floats) -> float:
        """The metric, from the mean of each measure."""
        m = means.tolist()
        if self.shape == "mean":
            return float(m[0])
        if self.shape == "root":
            return math.sqrt(m[0])
        if self.shape == "f1":
            return float(2.0 * m[0] / (m[1] + m[2]))
        if self.shape == "r2":
            return float(1.0 - m[0] / (m[2] - m[1] ** 2))
        share = float(m[0] / m[1])
        return 1.0 - share if self.shape == "rest of ratio" else share

    def slopes(self, before: Floats, after: Floats) -> Floats:
        """By each mean, so that slopes times the means' changes are the metric's change, exactly."""
        pairs = list(zip(before.tolist(), after.tolist(), strict=True))
        if self.shape == "mean":
            return np.ones(1)
        if self.shape == "root":
            roots = math.sqrt(pairs[0][0]) + math.sqrt(pairs[0][1])
            return np.array([1.0 / roots if roots > 0.0 else 0.0])
        if self.shape == "f1":
            below = (pairs[1][0] + pairs[2][0], pairs[1][1] + pairs[2][1])
            above, under = _secant_of_ratio(pairs[0], below)
            return 2.0 * np.array([above, under, under])
        if self.shape == "r2":
            spread = (pairs[2][0] - pairs[1][0] ** 2, pairs[2][1] - pairs[1][1] ** 2)
            above, under = _secant_of_ratio(pairs[0], spread)
            return -np.array([above, -under * (pairs[1][0] + pairs[1][1]), under])
        sign = -1.0 if self.shape == "rest of ratio" else 1.0
        return sign * np.array(_secant_of_ratio(pairs[0], pairs[1]))

    def whole(self, views: tuple[OutcomeView, ...]) -> bool:
        """Whether the metric is the mean of a loss over every judged row of either side."""
        if self.mean:
            return True
        last = self.measures[-1]
        return last in _WHOLE and all(round(view.measures()[last]) == view.judged for view in views)

    def over(
        self, gradient: Floats, held: tuple[str, ...], views: tuple[OutcomeView, ...]
    ) -> dict[str, float] | None:
        """The row loss as coefficients over measures that are `held`, ``""`` the constant; None where it is not."""
        if self.class_code is not None and any(self.class_code != _positive(view) for view in views):
            return None
        out: dict[str, float] = {}
        for name, slope in zip(self.measures, gradient.tolist(), strict=True):
            if name in _WHOLE and any(round(view.measures()[name]) < view.judged for view in views):
                return None
            parts = {name: 1.0} if name in held else _DERIVED.get(name)
            if parts is None or not set(parts) <= {*held, ""}:
                return None
            for part, weight in parts.items():
                out[part] = out.get(part, 0.0) + slope * weight
        return out


def _positive(view: OutcomeView) -> int | None:
    """Code of the positive class, which `label` and `prediction` of a cross table speak of."""
    if view.task != "binary" or view.schema.positive not in view.grid.classes:
        return None
    return view.grid.classes.index(view.schema.positive)


def formula_of(address: Address, view: OutcomeView) -> Formula | None:
    """The formula of a metric; None where it has none here."""
    given = dict(address.arguments)
    if view.task == "regression":
        found = _REGRESSION.get(address.metric)
        return None if found is None or given else Formula(measures=found[0], shape=found[1])
    if view.task not in ("binary", "multiclass"):
        return None
    if address.metric in _CLASSES and not given:
        measures, shape = _CLASSES[address.metric]
        return Formula(measures=measures, shape=shape)
    if address.metric not in _OF_CLASS or set(given) - {"class"}:
        return None
    name = given.get("class", view.schema.positive if view.task == "binary" else None)
    if name not in view.grid.classes:
        return None
    measures, shape = _OF_CLASS[address.metric]
    return Formula(measures=measures, shape=shape, class_code=view.grid.classes.index(str(name)))


def known_metrics(task: str) -> tuple[str, ...]:
    """Metrics that can be explained row by row for a task."""
    if task == "regression":
        return tuple(_REGRESSION)
    if task not in ("binary", "multiclass"):
        return ()
    rank = ("performance.roc_auc",) if task == "binary" else ()
    return (*_CLASSES, *rank, *_OF_CLASS)
