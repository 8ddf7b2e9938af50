"""Moving the threshold: other answers from the same scores."""

from __future__ import annotations

import math
from typing import Final

from barograph.explain.actions.advice import Plan, too_few_moved, tried, unknown
from barograph.explain.actions.context import Context
from barograph.explain.actions.cross_chosen import cross_chosen
from barograph.explain.actions.cuts import cuts
from barograph.explain.actions.objective import ACCURACY, F1, Objective
from barograph.explain.explanation import Action
from barograph.explain.words import number
from barograph.metrics.values import Undefined

#: Metrics that have a best threshold; precision alone is best where hardly a row is taken, recall where all are.
_OBJECTIVES: Final[dict[str, Objective]] = {"performance.accuracy": ACCURACY, "performance.f1": F1}


def move_threshold(context: Context) -> Action | None:
    """Choose the threshold anew on the current rows, each tenth of them judged by what the others chose.

    Returns
    -------
    None where the metric has no best threshold, or the logged answers follow none.

    Notes
    -----
    From the score's bins, so that all judged rows count, not only the sampled ones.
    """
    address, view = context.metric.address, context.views[1]
    objective = _OBJECTIVES.get(address.metric)
    named = address.get("class")
    if objective is None or view.task != "binary" or named not in (None, view.schema.positive):
        return None
    found = cuts(view)
    if isinstance(found, Undefined) or found.logged is None:
        return None
    best = objective.best(found.table)
    trial = cross_chosen(found, objective, context.rng)
    to = math.inf if best is None else float(found.threshold[best])
    if math.isinf(to):
        name, does = (
            f"answer no row with {view.schema.positive!r}",
            f"Answering no row with {view.schema.positive!r}",
        )
    else:
        name = f"move the threshold to {number(to)}"
        was = float(found.threshold[found.logged])
        moving = "Moving the threshold" if math.isinf(was) else f"Moving the threshold from {number(was)}"
        does = f"{moving} to {number(to)}"
    plan = Plan(
        action="move_threshold", name=name, does=does,
        on=f"{found.n:,} rows", changes_if="A threshold moved for one metric moves the others: see threshold_analysis.",
    )  # fmt: skip
    if best is None or trial is None:
        return unknown(plan, Undefined(reason="too_few_rows", detail="no threshold gives the metric a value"))
    few = None if trial.moved is None else too_few_moved(int(trial.count @ trial.moved))
    return unknown(plan, few) if few is not None else tried(context, trial, plan)
