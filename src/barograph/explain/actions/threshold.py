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
from barograph.locale.said import say
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
            say("answer no row with {name}", name=repr(view.schema.positive)),
            say("Answering no row with {name}", name=repr(view.schema.positive)),
        )
    else:
        name = say("move the threshold to {to}", to=number(to))
        was = float(found.threshold[found.logged])
        does = (
            say("Moving the threshold to {to}", to=number(to))
            if math.isinf(was)
            else say("Moving the threshold from {was} to {to}", was=number(was), to=number(to))
        )
    plan = Plan(
        action="move_threshold", name=name, does=does,
        on=say("{n} rows", n=f"{found.n:,}"),
        changes_if=say("A threshold moved for one metric moves the others: see threshold_analysis."),
    )  # fmt: skip
    if best is None or trial is None:
        detail = say("no threshold gives the metric a value")
        return unknown(plan, Undefined(reason="too_few_rows", detail=detail))
    few = None if trial.moved is None else too_few_moved(int(trial.count @ trial.moved))
    return unknown(plan, few) if few is not None else tried(context, trial, plan)
