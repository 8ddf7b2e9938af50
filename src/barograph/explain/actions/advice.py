"""From a trial to an action: its gain, whether it would suffice, and the sentences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barograph.explain.actions.context import Context
from barograph.explain.actions.gain import Trial, paired_gain, remaining
from barograph.explain.explanation import Action, Advice
from barograph.explain.words import interval, number, title
from barograph.locale.said import say, together
from barograph.metrics.values import Undefined, Value
from barograph.profile.measures import OutcomeRows

Floats = NDArray[np.float64]

#: The interval of a gain that rests on fewer rows is too narrow where they differ by unlike amounts.
_FEWEST_MOVED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An action in words.

    Attributes
    ----------
    does : what was tried, as the start of a sentence: *Retraining on 853 rows*.
    on : the rows its gain was computed on, as *165 later rows*.
    changes_if : what would change the advice, beside a smaller or larger gain.
    """

    action: Advice
    name: str
    does: str
    on: str
    changes_if: str


def deterioration(context: Context) -> Value:
    """The change turned so that more is worse: where zero is best, of the distance from zero."""
    change, direction = context.change, context.metric.direction
    sign = -1.0 if direction == "higher_is_better" else 1.0
    if direction == "zero_is_best":
        before, after = context.loss.reference.value, context.loss.current.value
        sign = -1.0 if after < 0.0 else 1.0
        worse = abs(after) - abs(before)
    else:
        worse = sign * change.value
    if change.interval is None:
        return Value(value=worse, n=change.n)
    low, high = sorted(worse + sign * (end - change.value) for end in change.interval)
    return Value(value=worse, n=change.n, interval=(low, high))


def trial_of(
    context: Context, before: OutcomeRows, after: OutcomeRows, count: Floats, *, later: bool = False
) -> Trial | Undefined:
    """The same rows with two answers, measured by the metric that changed."""
    differ = _differ(context, before, after)
    few = too_few_moved(int(count @ differ))
    if few is not None:
        return few
    sides = [context.metric.values(rows, count) for rows in (before, after)]
    values = [side for side in sides if side is not None]
    if len(values) < 2 or count.sum() < 2.0:
        return Undefined(
            reason="too_few_rows",
            detail=say(
                "{metric} is not defined for the rows that could be scored anew",
                metric=title(context.loss.metric),
            ),
        )
    return Trial(before=values[0], after=values[1], count=count, moved=differ, later=later)


def too_few_moved(moved: int) -> Undefined | None:
    """Why a gain of so few rows that are answered otherwise is not told; None where they are enough."""
    if moved >= _FEWEST_MOVED:
        return None
    told = say("no row would be answered otherwise")
    if moved == 1:
        told = say("only 1 row would be answered otherwise")
    elif moved > 1:
        told = say("only {n} rows would be answered otherwise", n=moved)
    detail = say("{told}, and {n} are needed to know what that brings", told=told, n=_FEWEST_MOVED)
    return Undefined(reason="too_few_rows", detail=detail)


def _differ(context: Context, before: OutcomeRows, after: OutcomeRows) -> NDArray[np.bool_]:
    """Rows that are answered otherwise, by class or by score as the metric asks."""
    moved: NDArray[np.bool_] = before.prediction != after.prediction
    if not context.metric.of_decisions:
        for name, values in before.scores.items():
            moved = moved | (after.scores[name] != values)
    return moved


def tried(context: Context, trial: Trial, plan: Plan) -> Action:
    """The action that a trial speaks of."""
    direction, sides = context.metric.direction, (context.loss.reference, context.loss.current)
    gain = paired_gain(trial, direction)
    left = remaining(trial, sides, context.change, direction, gain=gain)
    return advised(context, gain, left, plan)


def advised(context: Context, gain: Value, left: Value, plan: Plan) -> Action:
    """The action of a gain that is known, and of what it leaves."""
    sufficient = is_gain(gain) and suffices(left)
    turn = _turning_point(gain, left, sufficient=sufficient)
    return Action(
        action=plan.action,
        name=plan.name,
        gain=gain,
        sufficient=sufficient,
        sentence=together([text for text in (_effect(context, gain, plan), _left(left, gain)) if text], " "),
        changes_if=together([text for text in (turn, plan.changes_if, _faulty(context, plan)) if text], " "),
    )


def unknown(plan: Plan, why: Undefined) -> Action:
    """An action whose gain cannot be known, and why."""
    return Action(
        action=plan.action, name=plan.name, gain=why, sufficient=False,
        sentence=say("What it would bring is not known: {why}.", why=why.detail),
        changes_if=plan.changes_if,
    )  # fmt: skip


def suffices(left: Value) -> bool:
    """Whether what is left of the change may be nothing, or an improvement."""
    return left.interval is not None and left.interval[0] <= 0.0


def _effect(context: Context, gain: Value, plan: Plan) -> str:
    told = {"action": plan.does, "metric": title(context.loss.metric), "rows": plan.on}
    if gain.value == 0.0 and gain.interval == (0.0, 0.0):
        return say("{action} changes no answer on {rows}.", action=plan.does, rows=plan.on)
    if gain.interval is None:
        return say("{action} would move {metric} by {gain} on {rows}.", **told, gain=interval(gain))
    if gain.interval[0] <= 0.0 <= gain.interval[1]:
        return say(
            "{action} shows no effect on {metric} on {rows}: gain {gain}.", **told, gain=interval(gain)
        )
    to_zero = context.metric.direction == "zero_is_best"
    if gain.interval[0] > 0.0:
        if to_zero:
            return say(
                "{action} brings {metric} nearer to 0 by {gain} on {rows}.", **told, gain=interval(gain)
            )
        return say("{action} improves {metric} by {gain} on {rows}.", **told, gain=interval(gain))
    loss = interval(negated(gain))
    if to_zero:
        return say("{action} takes {metric} away from 0 by {loss} on {rows}.", **told, loss=loss)
    return say("{action} worsens {metric} by {loss} on {rows}.", **told, loss=loss)


def _left(left: Value, gain: Value) -> str:
    if not is_gain(gain):
        worse = gain.interval is not None and gain.interval[1] < 0.0 and not suffices(left)
        if not worse:
            return ""
        return say("The metric would be worse than the reference by {amount}.", amount=interval(left))
    if not suffices(left):
        return say("It would stay worse than the reference by {amount}.", amount=interval(left))
    if left.interval is not None and left.interval[1] < 0.0:
        return say("It would then be better than the reference by {amount}.", amount=interval(negated(left)))
    return say("What is left of the change is no more than chance: {amount}.", amount=interval(left))


def _faulty(context: Context, plan: Plan) -> str:
    """What is learned from faulty rows holds for faulty rows."""
    if not context.faults or plan.action in ("repair", "roll_back"):
        return ""
    return say("The rows have a data fault: once that is repaired, the gain is another, and may be a loss.")


def _turning_point(gain: Value, left: Value, *, sufficient: bool) -> str:
    """The gain from which the advice would be another."""
    if left.interval is None:
        return ""
    needed = gain.value + left.interval[0]
    if sufficient:
        least = max(needed, 0.0)
        if least <= 0.0:
            return ""
        return say("It would no longer suffice with a gain below {gain}.", gain=number(least))
    if needed <= max(gain.value, 0.0):
        return ""
    return say("It would suffice from a gain of {gain} on.", gain=number(needed))


def negated(value: Value) -> Value:
    """The value with its sign changed."""
    ends = None if value.interval is None else (-value.interval[1], -value.interval[0])
    return Value(value=-value.value, n=value.n, interval=ends)


def is_gain(gain: Value) -> bool:
    """Whether a gain is more than chance gives."""
    return gain.interval is not None and gain.interval[0] > 0.0
