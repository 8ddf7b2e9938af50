"""Which threshold serves an aim best, from the score's bins."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.errors import DataError
from barograph.explain.actions.cross_chosen import cross_chosen
from barograph.explain.actions.cuts import Cuts, cuts
from barograph.explain.actions.gain import Trial, paired_gain
from barograph.explain.actions.objective import (
    F1,
    FP,
    TN,
    TP,
    Costs,
    Objective,
    cost_objective,
    declared_costs,
    f1,
    most_precision,
    most_recall,
    precision,
    recall,
)
from barograph.explain.actions.threshold_interval import interval_of_best
from barograph.locale.said import say
from barograph.metrics.performance.confusion import class_index
from barograph.metrics.values import Result, Undefined, Value
from barograph.metrics.views import OutcomeView, outcome_view
from barograph.profile.value import Profile

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ThresholdAnalysis:
    """What each threshold on a score brings, and which is best.

    Attributes
    ----------
    aim : the figure the threshold is chosen for.
    class_name : the class that rows at or above the threshold are answered with.
    threshold : the best; ∞ where it is best to take no row. Of equally good ones the highest.
    interval : where the best threshold may lie, with 95 %: from a bootstrap of the rows.
    best : the figure at the best threshold, on the rows it was chosen on.
    expected : what it brings on other rows, with its interval: chosen and judged on different tenths of the rows.
    logged_threshold, logged : of the answers as they were logged; None where these follow no threshold.
    gain : by how much moving the threshold improves on the logged answers, on other rows; positive is better.
    curve : one line a threshold, the strictest first: `threshold`, `taken` (share of rows), `precision`, `recall`,
        `specificity`, `f1`, and `figure`, that of the aim; NaN where a figure has no value.
    n : rows.
    """

    aim: str
    higher_is_better: bool
    class_name: str
    threshold: float
    interval: tuple[float, float]
    best: float
    expected: Result
    logged_threshold: float | None
    logged: float | None
    gain: Result
    curve: pl.DataFrame
    n: int

    def to_frame(self) -> pl.DataFrame:
        """The curve; a figure without a value is null."""
        return self.curve.fill_nan(None)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values; a threshold of ∞, which takes no row, is null."""
        return {
            "aim": self.aim,
            "higher_is_better": self.higher_is_better,
            "class": self.class_name,
            "threshold": _plain(self.threshold),
            "interval": [_plain(end) for end in self.interval],
            "best": self.best,
            "expected": _shown(self.expected),
            "logged_threshold": _plain(self.logged_threshold),
            "logged": self.logged,
            "gain": _shown(self.gain),
            "n": self.n,
            "curve": [
                {name: _plain(x) for name, x in row.items()} for row in self.curve.iter_rows(named=True)
            ],
        }


def threshold_analysis(
    profile: Profile,
    *,
    cost: Costs | str | None = None,
    precision_at_least: float | None = None,
    recall_at_least: float | None = None,
    class_name: str | None = None,
    segment: str = "",
    rng: np.random.Generator | None = None,
) -> ThresholdAnalysis | Undefined:
    """Find the score from which it is best to answer with a class.

    Parameters
    ----------
    profile : rows with labels and a score of the class.
    cost : the aim is the lowest cost: ``{label: {prediction: cost}}``, or the name of a cost matrix that the schema
        declares. A pair that is not named costs 0.
    precision_at_least : the aim is the most recall with at least this precision.
    recall_at_least : the aim is the most precision with at least this recall. With none of these three, F1.
    class_name : a class with a score column; without it the positive class.
    segment : of which rows; default all.
    rng : draws the bootstrap and the tenths; default a fixed seed, so the same profile gives the same figures.

    Returns
    -------
    ThresholdAnalysis; Undefined where there is no score of the class, one kind of rows alone, or no threshold that is
    allowed.

    Raises
    ------
    DataError
        For two aims at once, or a share outside [0, 1].
    SchemaError
        For costs of classes that are none.

    Notes
    -----
    Counts at a threshold are exact. Thresholds are the lower ends of the score's bins, of which there are at most about
    2,000 (every score of a small reference is one), and the one that the logged answers follow. Where rows have weights
    figures are those of effective rows. Cost: 500 draws over the bins, about 0.2 s. Source of the interval: Efron's
    percentile bootstrap; of a figure that does not flatter itself: Stone, J. R. Stat. Soc. B 36 (1974) 111.

    Examples
    --------
    >>> import barograph as bg
    >>> rows = pl.DataFrame({"score": [0.1, 0.4, 0.35, 0.8], "back": ["no", "no", "yes", "yes"]})
    >>> schema = bg.Schema.infer(rows, score="score", label="back", task="binary", positive="yes")
    >>> found = threshold_analysis(bg.profile(rows, schema), cost={"yes": {"no": 5.0}, "no": {"yes": 1.0}})
    >>> found.threshold, found.best
    (0.35, 0.25)
    """
    view = outcome_view(profile.total(segment))
    if isinstance(view, Undefined):
        return view
    if view.task == "regression":
        return Undefined(
            reason="not_applicable", detail=say("a regression predicts no class, so it has no threshold")
        )
    objective = _objective(view, cost, (precision_at_least, recall_at_least), class_name=class_name)
    if isinstance(objective, Undefined):
        return objective
    found = cuts(view, class_name)
    if isinstance(found, Undefined):
        return found
    drawn = np.random.default_rng(0) if rng is None else rng
    return _analysis(found, objective, str(class_name or view.schema.positive), drawn)


def _objective(
    view: OutcomeView,
    cost: Costs | str | None,
    least: tuple[float | None, float | None],
    *,
    class_name: str | None,
) -> Objective | Undefined:
    aims = [
        name
        for name, aim in zip(("cost", "precision_at_least", "recall_at_least"), (cost, *least), strict=True)
        if aim is not None
    ]
    if len(aims) > 1:
        raise DataError(f"threshold_analysis() takes one aim, not {' and '.join(aims)}; give one of them.")
    for name, share in zip(("precision_at_least", "recall_at_least"), least, strict=True):
        if share is not None and not 0.0 <= share <= 1.0:
            raise DataError(f"{name} is {share!r}; expected a share from 0 to 1.")
    index = class_index(view, class_name)
    if isinstance(index, Undefined):
        return index
    if least[0] is not None:
        return most_recall(least[0])
    if least[1] is not None:
        return most_precision(least[1])
    if cost is None:
        return F1
    costs, unit = declared_costs(cost, view.schema) if isinstance(cost, str) else (cost, "")
    classes = view.grid.classes
    others = tuple(c for c in classes if c != classes[index])
    return cost_objective(costs, classes[index], others, unit=unit)


def _analysis(
    found: Cuts, objective: Objective, class_name: str, rng: np.random.Generator
) -> ThresholdAnalysis | Undefined:
    table = found.table
    best = objective.best(table)
    if best is None:
        return Undefined(
            reason="not_applicable",
            detail=say("no threshold gives {bound}", bound=objective.name.partition(" at ")[2]),
        )
    figure = objective.of(table)
    trial = cross_chosen(found, objective, rng)
    logged = None if found.logged is None else float(figure[found.logged])
    return ThresholdAnalysis(
        aim=objective.name,
        higher_is_better=objective.higher_is_better,
        class_name=class_name,
        threshold=float(found.threshold[best]),
        interval=interval_of_best(found, objective, rng),
        best=float(figure[best]),
        expected=_expected(trial),
        logged_threshold=None if found.logged is None else float(found.threshold[found.logged]),
        logged=logged if logged is not None and math.isfinite(logged) else None,
        gain=_gain(trial, found, objective),
        curve=_curve(found.threshold, table, figure),
        n=found.n,
    )


def _curve(threshold: Floats, table: Floats, figure: Floats) -> pl.DataFrame:
    total = table.sum(axis=1)
    return pl.DataFrame(
        {
            "threshold": threshold,
            "taken": (table[:, TP] + table[:, FP]) / total,
            "precision": precision(table),
            "recall": recall(table),
            "specificity": table[:, TN] / (table[:, TN] + table[:, FP]),
            "f1": f1(table),
            "figure": figure,
        }
    )


def _expected(trial: Trial | None) -> Result:
    if trial is None:
        return Undefined(
            reason="too_few_rows", detail=say("a tenth of the rows less, no threshold is allowed")
        )
    return paired_gain(
        Trial(before=trial.after, after=np.zeros(len(trial.after)), count=trial.count), "lower_is_better"
    )


def _gain(trial: Trial | None, found: Cuts, objective: Objective) -> Result:
    if found.logged is None:
        return Undefined(
            reason="no_predictions", detail=say("the logged answers follow no threshold on this score")
        )
    if objective.allowed is not None:
        return Undefined(
            reason="not_applicable",
            detail=say("with a bound, answers that keep it and answers that do not are not compared"),
        )
    if trial is None:
        return Undefined(
            reason="too_few_rows", detail=say("a tenth of the rows less, no threshold is allowed")
        )
    return paired_gain(trial, "higher_is_better" if objective.higher_is_better else "lower_is_better")


def _plain(x: float | None) -> float | None:
    return None if x is None or not math.isfinite(x) else x


def _shown(result: Result) -> dict[str, Any]:
    if isinstance(result, Value):
        return {
            "value": result.value,
            "interval": None if result.interval is None else list(result.interval),
            "n": result.n,
        }
    return {"undefined": result.reason, "detail": result.detail}
