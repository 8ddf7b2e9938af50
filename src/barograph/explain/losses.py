"""A metric as the mean of something every row has: its row loss.

A mean of row measures is its own loss. A ratio, a root, F1 and R² change by slopes that are exact between two sides,
times the change of their sums: a row's loss is what it adds to that. For ROC AUC it is the row's influence, taken
half-way between the two sides; what is left over is the curvature.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barograph.errors import DataError
from barograph.explain.measured import Formula, formula_of, known_metrics
from barograph.explain.ranks import auc_influence
from barograph.locale.said import say, together
from barograph.metrics.address import Address, parse_address
from barograph.metrics.evaluate import evaluate
from barograph.metrics.registry import metrics
from barograph.metrics.spec import Direction
from barograph.metrics.values import Undefined, Value
from barograph.metrics.views import OutcomeView, outcome_view
from barograph.profile.measures import OutcomeRows
from barograph.profile.outcome import cross_measures
from barograph.profile.value import Profile

Floats = NDArray[np.float64]
Sides = tuple[OutcomeView, OutcomeView]

AUC = "performance.roc_auc"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLoss:
    """What each row adds to a metric.

    Attributes
    ----------
    of_rows : the loss of judged rows; its mean over the reference's is the metric.
    linear : the same as coefficients over the measures of cross tables, ``""`` for what each row adds alike; None
        where cross tables do not hold it.
    exact : the metric is a mean of the loss on both sides; else to first order.
    reference, current : the metric.
    means : mean of the loss over all judged rows of either side; they differ by the change less its curvature.
    mean_of : the mean over the rows of a view, such as a segment's, from its sums; None where sums do not hold it.
    """

    metric: str
    direction: Direction
    of_rows: Callable[[OutcomeRows], Floats]
    linear: Mapping[str, float] | None
    exact: bool
    reference: Value
    current: Value
    means: tuple[float, float]
    mean_of: Callable[[OutcomeView], float] | None = None

    @property
    def curvature(self) -> float:
        """What the rows' losses leave of the change; 0 for a mean."""
        return (self.current.value - self.reference.value) - (self.means[1] - self.means[0])

    @property
    def worse(self) -> float:
        """1 where more is worse, −1 where less is; of a figure best at 0, whichever way it went from there."""
        if self.direction == "zero_is_best":
            rose = 1.0 if self.current.value >= self.reference.value else -1.0
            return rose if abs(self.current.value) >= abs(self.reference.value) else -rose
        return -1.0 if self.direction == "higher_is_better" else 1.0


def row_loss(metric: str | Address, reference: Profile, current: Profile) -> RowLoss | Undefined:
    """The row loss of a metric between two profiles.

    Parameters
    ----------
    metric : address of a performance metric that rows can be blamed for; see `known_metrics`.
    reference, current : judged rows on one grid; all windows are taken together.

    Raises
    ------
    DataError
        Where the metric is none of those, or of a segment.
    """
    address = parse_address(metric) if isinstance(metric, str) else metric
    if address.get("segment") is not None:
        raise DataError(
            say(
                "{metric} cannot be explained: explain takes no segment=; profile that segment's rows.",
                metric=repr(str(address)),
            )
        )
    sides = reference.total(), current.total()
    views = [outcome_view(side) for side in sides]
    for view in views:
        if isinstance(view, Undefined):
            return view
    first, second = (view for view in views if isinstance(view, OutcomeView))
    figures = [evaluate(address, side) for side in sides]
    for figure in figures:
        if isinstance(figure, Undefined):
            return figure
    before, after = (figure for figure in figures if isinstance(figure, Value))
    direction = metrics()[address.metric].direction
    if first.sums.weights is not None:
        return Undefined(
            reason="not_applicable",
            detail=say(
                "rows have weights, and the sample does not keep them; profile both sides without the role weight to "
                "explain the figure of unweighted rows"
            ),
        )
    if address.metric == AUC and not address.arguments and first.task == "binary":
        of_rows, centre = auc_influence(first, second)
        return RowLoss(
            metric=str(address), direction=direction, of_rows=of_rows, linear=None, exact=False,
            reference=before, current=after, means=centre,
        )  # fmt: skip
    formula = formula_of(address, first)
    if formula is None:
        raise DataError(
            say(
                "{metric} cannot be explained row by row; expected one of {metrics}.",
                metric=repr(str(address)),
                metrics=together(_addresses(first), ", "),
            )
        )
    return _of_formula(address, formula, (first, second), (before, after), direction)


def _addresses(view: OutcomeView) -> list[str]:
    """What can be explained of these rows, as it is asked for: with a class where there is no positive one."""
    known = known_metrics(view.task)
    alone = {n for n in known if n == AUC or formula_of(Address(n), view) is not None}
    classes = view.grid.classes
    named = {n: str(Address(n, (("class", classes[0]),))) for n in known if n not in alone and classes}
    return [named.get(n, n) for n in known]


def _of_formula(
    address: Address, formula: Formula, views: Sides, figures: tuple[Value, Value], direction: Direction
) -> RowLoss:
    means = [formula.means(view) for view in views]
    gradient = formula.slopes(means[0], means[1])
    base = 0.0 if formula.mean else figures[0].value - float(gradient @ means[0])

    def of_rows(rows: OutcomeRows) -> Floats:
        loss: Floats = base + gradient @ formula.rows(rows)
        return loss

    def mean_of(view: OutcomeView) -> float:
        return base + float(gradient @ formula.means(view))

    linear = formula.over(gradient, cross_measures(views[0].grid, views[0].task), views)
    if linear is not None:
        linear[""] = linear.get("", 0.0) + base
    return RowLoss(
        metric=str(address), direction=direction, of_rows=of_rows, linear=linear, exact=formula.whole(views),
        reference=figures[0], current=figures[1],
        means=(base + float(gradient @ means[0]), base + float(gradient @ means[1])), mean_of=mean_of,
    )  # fmt: skip
