"""Repairing data faults: the rows with their values put right, scored anew where the model can be called."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.explain.actions.advice import Plan, advised, deterioration, trial_of, tried, unknown
from barograph.explain.actions.answers import features, taken
from barograph.explain.actions.context import Context, Repairable, said_by
from barograph.explain.actions.gain import standard_error
from barograph.explain.explanation import Action
from barograph.locale.said import say
from barograph.metrics.intervals import Z
from barograph.metrics.values import Undefined, Value
from barograph.profile.measures import OutcomeRows

_CALLED = say("The model was called on the repaired rows; the gain holds as long as as many rows are faulty.")
_NOT_CALLED = say(
    "The gain is the fault's part of the change; pass predict= to score the repaired rows themselves."
)


def repairs(context: Context) -> tuple[Action, ...]:
    """An action for each fault, and one for all together where there are several."""
    single = [_repair(context, (fault,)) for fault in context.faults]
    together = [_repair(context, tuple(context.faults))] if len(context.faults) > 1 else []
    return (*together, *single)


def _repair(context: Context, faults: tuple[tuple[Repairable, Value], ...]) -> Action:
    name = say("all faults") if len(faults) > 1 else faults[0][0].name
    rows = _rescored(context, [fault for fault, _ in faults])
    plan = Plan(
        action="repair", name=say("repair {fault}", fault=name), does=say("Repairing {fault}", fault=name),
        on=say("{n} rows", n=f"{context.rows[1].count.sum():,.0f}"),
        changes_if=_NOT_CALLED if rows is None else _CALLED,
    )  # fmt: skip
    if rows is None:
        return _of_parts(context, [part for _, part in faults], plan)
    if isinstance(rows, Undefined):
        return unknown(plan, rows)
    current = context.rows[1]
    trial = trial_of(context, current.outcome, rows, current.count)
    return unknown(plan, trial) if isinstance(trial, Undefined) else tried(context, trial, plan)


def _rescored(context: Context, faults: list[Repairable]) -> OutcomeRows | Undefined | None:
    """The current rows with the model's answers to repaired ones; None where that cannot be tried."""
    current = context.rows[1]
    if context.predict is None:
        return None
    frame, hit = current.frame, np.zeros(current.height, bool)
    for fault in faults:
        hit |= fault.hits(current.frame, current.count)
        mended = fault.repaired(frame)
        if mended is None:
            return None
        frame = mended
    if not hit.any():
        return None
    given = features(frame.filter(pl.Series(hit)), context.current.schema)
    if isinstance(given, Undefined):
        return given
    said = context.predict(given)
    found = said_by(context, taken(current.outcome, hit), said)
    return found if isinstance(found, Undefined) else _put(current.outcome, hit, found)


def _put(rows: OutcomeRows, hit: NDArray[np.bool_], answers: OutcomeRows) -> OutcomeRows:
    """The rows, those that were hit with other answers."""
    prediction = rows.prediction.copy()
    prediction[hit] = answers.prediction
    scores = {name: values.copy() for name, values in rows.scores.items()}
    for name, values in scores.items():
        values[hit] = answers.scores[name]
    return replace(rows, prediction=prediction, scores=scores)


def _of_parts(context: Context, parts: list[Value], plan: Plan) -> Action:
    """The faults' parts of the change are what repairing them would bring."""
    worse = deterioration(context)
    sign = math.copysign(1.0, worse.value * context.change.value)
    value = sign * sum(part.value for part in parts)
    error = sum(standard_error(part) ** 2 for part in parts) ** 0.5
    gain = Value(
        value=value, n=sum(part.n for part in parts), interval=(value - Z * error, value + Z * error)
    )
    # Faulted rows and the others vary on their own, so that what varies of the change is the sum of both.
    others = standard_error(worse) ** 2 - error**2
    half = Z * max(others, standard_error(context.loss.reference) ** 2) ** 0.5
    rest = worse.value - value
    left = Value(value=rest, n=worse.n, interval=(rest - half, rest + half))
    return advised(context, gain, left, plan)
