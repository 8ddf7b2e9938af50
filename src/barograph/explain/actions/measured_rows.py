"""The metric of some rows, as a mean over them, whatever their answers are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barograph.explain.actions.answers import taken
from barograph.explain.losses import AUC
from barograph.explain.measured import Formula, formula_of
from barograph.explain.sampled import SampledRows
from barograph.locale.said import say
from barograph.metrics.address import Address, parse_address
from barograph.metrics.intervals import mean_interval
from barograph.metrics.registry import metrics
from barograph.metrics.spec import Direction
from barograph.metrics.values import Result, Undefined, Value
from barograph.metrics.views import OutcomeView
from barograph.profile.measures import OutcomeRows

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

#: Metrics that answers alone decide, not scores.
DECISIONS = frozenset(
    {"performance.accuracy", "performance.precision", "performance.recall", "performance.f1"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A metric that rows can be asked for.

    Attributes
    ----------
    formula : None for ROC AUC.
    """

    address: Address
    direction: Direction
    formula: Formula | None

    @property
    def of_decisions(self) -> bool:
        """Whether it judges answers rather than scores."""
        return self.address.metric in DECISIONS

    @property
    def of_ranks(self) -> bool:
        """Whether only the order of scores matters."""
        return self.address.metric == AUC

    def values(self, rows: OutcomeRows, count: Floats) -> Floats | None:
        """Values of rows whose mean is the metric, each row's own part being its influence.

        Parameters
        ----------
        count : rows each stands for.

        Returns
        -------
        Shape (rows,); None where the rows have no such metric, as precision where none is predicted.
        """
        with np.errstate(all="ignore"):
            found = _auc(rows, count) if self.formula is None else _smooth(self.formula, rows, count)
        return found if np.isfinite(found).all() else None


def figure_of(metric: Measured, rows: SampledRows, held: Bools) -> Result:
    """The metric of some sampled rows, with an interval from their influences."""
    count = rows.count[held]
    n = float(count.sum())
    values = metric.values(taken(rows.outcome, held), count) if n else None
    if values is None:
        return Undefined(
            reason="too_few_rows", detail=say("too few sampled rows of the segment have the metric")
        )
    total, squares = float(count @ values), float(count @ values**2)
    return Value(value=total / n, n=round(n), interval=mean_interval(total, squares, n))


def measured(metric: str | Address, view: OutcomeView) -> Measured | None:
    """The metric, where rows can be asked for it."""
    address = parse_address(metric) if isinstance(metric, str) else metric
    formula = None if address.metric == AUC else formula_of(address, view)
    if formula is None and address.metric != AUC:
        return None
    return Measured(address=address, direction=metrics()[address.metric].direction, formula=formula)


def _smooth(formula: Formula, rows: OutcomeRows, count: Floats) -> Floats:
    each = formula.rows(rows)
    if formula.mean:
        only: Floats = each[0]
        return only
    means = each @ count / float(count.sum())
    try:
        found: Floats = formula.value(means) + formula.slopes(means, means) @ (each - means[:, None])
    except ZeroDivisionError:
        return np.full(len(count), np.nan)
    return found


def _auc(rows: OutcomeRows, count: Floats) -> Floats:
    """ROC AUC plus each row's influence on it: where it stands among the rows of the other kind."""
    name, score = next(iter(rows.scores.items()))
    positive = (rows.label == rows.score_class[name]) & np.isfinite(score)
    _, place = np.unique(score, return_inverse=True)
    p = np.bincount(place, weights=count * positive)
    n = np.bincount(place, weights=count * ~positive)
    others_below = (np.cumsum(n) - n / 2.0) / n.sum()
    class_above = (p.sum() - np.cumsum(p) + p / 2.0) / p.sum()
    auc = float(p @ others_below / p.sum())
    share = float(p.sum() / count.sum())
    influence = np.where(
        positive, (others_below[place] - auc) / share, (class_above[place] - auc) / (1.0 - share)
    )
    found: Floats = auc + influence
    return found
