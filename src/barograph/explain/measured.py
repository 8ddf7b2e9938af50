"""Metrics that are a smooth function of means of row measures."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.metrics.address import Address
from barograph.metrics.views import OutcomeView
from barograph.profile.measures import OutcomeRows, row_measures

Floats = NDArray[np.float64]
Of = Callable[[Floats], float]

#: Step of a numerical derivative, of the size of what is differentiated.
_STEP: Final = 1e-6
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


def _ratio(v: Floats) -> float:
    return float(v[0] / v[1])


_REGRESSION: Final[Mapping[str, tuple[tuple[str, ...], Of | None]]] = {
    "performance.mae": (("absolute_error",), None),
    "performance.mse": (("squared_error",), None),
    "performance.me": (("error",), None),
    "performance.rmse": (("squared_error",), lambda v: math.sqrt(v[0])),
    "performance.mape": (("relative_error", "relative_rows"), _ratio),
    "performance.smape": (("symmetric_error",), None),
    "performance.r2": (
        ("squared_error", "label", "label_2"),
        lambda v: float(1.0 - v[0] / (v[2] - v[1] ** 2)),
    ),
    "performance.mase": (("compared_error", "baseline_error"), _ratio),
}
_CLASSES: Final[Mapping[str, tuple[tuple[str, ...], Of | None]]] = {
    "performance.accuracy": (("misclassified", "answered"), lambda v: float(1.0 - v[0] / v[1])),
    "performance.log_loss": (("log_loss", "scored"), _ratio),
    "performance.brier": (("squared_score_error", "scored"), _ratio),
}
_OF_CLASS: Final[Mapping[str, tuple[tuple[str, ...], Of]]] = {
    "performance.precision": (("true_positive", "predicted"), _ratio),
    "performance.recall": (("true_positive", "actual"), _ratio),
    "performance.f1": (("true_positive", "predicted", "actual"), lambda v: float(2.0 * v[0] / (v[1] + v[2]))),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A metric as a function of means of row measures.

    Attributes
    ----------
    measures : names, in the order `of` takes their means.
    of : None where the metric is the mean of the only measure.
    class_code : the class that `true_positive`, `predicted` and `actual` speak of.
    """

    measures: tuple[str, ...]
    of: Of | None
    class_code: int | None = None

    @property
    def mean(self) -> bool:
        """Whether the metric is the mean of its measure."""
        return self.of is None

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

    def gradient(self, means: Floats) -> Floats:
        """Of the metric, by each mean."""
        if self.of is None:
            return np.ones(1)
        steps = np.diag(np.maximum(np.abs(means), 1e-3) * _STEP)
        return np.array([(self.of(means + h) - self.of(means - h)) / (2.0 * h.sum()) for h in steps])

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
        return None if found is None or given else Formula(measures=found[0], of=found[1])
    if view.task not in ("binary", "multiclass"):
        return None
    if address.metric in _CLASSES and not given:
        measures, of = _CLASSES[address.metric]
        return Formula(measures=measures, of=of)
    if address.metric not in _OF_CLASS or set(given) - {"class"}:
        return None
    name = given.get("class", view.schema.positive if view.task == "binary" else None)
    if name not in view.grid.classes:
        return None
    measures, ratio = _OF_CLASS[address.metric]
    return Formula(measures=measures, of=ratio, class_code=view.grid.classes.index(str(name)))


def known_metrics(task: str) -> tuple[str, ...]:
    """Metrics that can be explained row by row for a task."""
    if task == "regression":
        return tuple(_REGRESSION)
    if task not in ("binary", "multiclass"):
        return ()
    rank = ("performance.roc_auc",) if task == "binary" else ()
    return (*_CLASSES, *rank, *_OF_CLASS)
