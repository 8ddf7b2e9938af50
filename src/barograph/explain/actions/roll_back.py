"""Rolling back: what another version of the model would have answered to the same rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from barograph.explain.actions.advice import Plan, advised, deterioration, trial_of, tried, unknown
from barograph.explain.actions.answers import taken
from barograph.explain.actions.context import Context
from barograph.explain.actions.gain import standard_error
from barograph.explain.explanation import Action
from barograph.locale.said import say
from barograph.metrics.evaluate import evaluate
from barograph.metrics.intervals import difference_interval
from barograph.metrics.values import Undefined, Value
from barograph.profile.measures import OutcomeRows, outcome_rows
from barograph.profile.value import Profile

_SAME_ROWS = say("It holds as long as coming rows are like the current ones.")
#: Fewer rows in both samples are no ground to compare two versions on.
_FEWEST = 20


def roll_backs(context: Context) -> tuple[Action, ...]:
    """An action for each other version: on the sampled rows that both answered, else on all rows of either."""
    return tuple(_roll_back(context, name, other) for name, other in context.versions.items())


def _roll_back(context: Context, name: str, other: Profile) -> Action:
    pair = _same_rows(context.current, other)
    if pair is None:
        return _apart(context, name, other)
    before, after = pair
    n = len(before.label)
    plan = _plan(name, say("{n} rows that both answered", n=f"{n:,}"))
    trial = trial_of(context, before, after, np.ones(n))
    return unknown(plan, trial) if isinstance(trial, Undefined) else tried(context, trial, plan)


def _plan(name: str, on: str) -> Plan:
    return Plan(
        action="roll_back",
        name=say("roll back to {version}", version=name),
        does=say("Rolling back to {version}", version=name),
        on=on,
        changes_if=_SAME_ROWS,
    )


def _same_rows(current: Profile, other: Profile) -> tuple[OutcomeRows, OutcomeRows] | None:
    """Rows judged in both samples, which hold the same ids; None where they share too few."""
    sides = [_keyed(current), _keyed(other)]
    found = [side for side in sides if side is not None]
    if len(found) < 2:
        return None
    (keys, before), (other_keys, after) = found
    shared, at, other_at = np.intersect1d(keys, other_keys, return_indices=True)
    unique = len(np.unique(keys)) == len(keys) and len(np.unique(other_keys)) == len(other_keys)
    return (taken(before, at), taken(after, other_at)) if unique and len(shared) >= _FEWEST else None


def _keyed(profile: Profile) -> tuple[NDArray[np.uint64], OutcomeRows] | None:
    """The hash of each sampled and judged row's id, and the rows; None where rows have none."""
    sample, grid = profile.sample, profile.grid
    if sample is None or grid.outcome is None or profile.schema.one("id") is None:
        return None
    rows = outcome_rows(sample.rows, profile.schema, (grid.outcome.classes, grid.outcome.centre))
    if rows is None or not rows.judged.any():
        return None
    keys: NDArray[np.uint64] = sample.frame.to_series(0).to_numpy()
    return keys[rows.judged], rows


def _apart(context: Context, name: str, other: Profile) -> Action:
    """The other version's figure against the current one's, as if their rows had nothing in common."""
    figure = evaluate(context.metric.address, other)
    now = context.loss.current
    if isinstance(figure, Undefined):
        return unknown(_plan(name, say("its own rows")), figure)
    plan = _plan(
        name,
        say("its own {n} rows, which are not the current ones or cannot be told to be", n=f"{figure.n:,}"),
    )
    sign = -1.0 if context.metric.direction == "higher_is_better" else 1.0
    ends = difference_interval(figure, now)
    if context.metric.direction == "zero_is_best" or ends is None:
        detail = say(
            "its figure is {value}, and rows of both versions cannot be told to be the same",
            value=f"{figure.value:g}",
        )
        return unknown(plan, Undefined(reason="not_applicable", detail=detail))
    low, high = sorted(sign * end for end in ends)
    gain = Value(value=sign * (now.value - figure.value), n=figure.n, interval=(low, high))
    worse = deterioration(context).value - gain.value
    reach = 1.96 * (standard_error(figure) ** 2 + standard_error(context.loss.reference) ** 2) ** 0.5
    return advised(
        context, gain, Value(value=worse, n=figure.n, interval=(worse - reach, worse + reach)), plan
    )
