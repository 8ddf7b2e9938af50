"""All actions, in the order in which they are advised."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from barograph.explain.actions.advice import deterioration, is_gain
from barograph.explain.actions.collect_labels import collect_labels
from barograph.explain.actions.context import Context
from barograph.explain.actions.label_shift import correct_label_shift
from barograph.explain.actions.nothing import nothing
from barograph.explain.actions.recalibrate import recalibrate
from barograph.explain.actions.repair import repairs
from barograph.explain.actions.retrain import retrain
from barograph.explain.actions.roll_back import roll_backs
from barograph.explain.actions.threshold import move_threshold
from barograph.explain.explanation import Action, Advice
from barograph.metrics.registry import metrics
from barograph.metrics.values import Value

#: What an action costs, against the others.
_COST: Final[dict[Advice, int]] = {
    "nothing": 0, "repair": 1, "recalibrate": 2, "move_threshold": 2, "correct_label_shift": 2, "roll_back": 3,
    "retrain": 4, "collect_labels": 5,
}  # fmt: skip
#: A deterioration that is not shown is worth labels where it may be as large as this part of the figure.
_MATTERS: Final = 0.1


def actions_of(context: Context) -> tuple[Action, ...]:
    """What can be done about a change, the cheapest sufficient action first.

    Returns
    -------
    First repairs that take half of the deterioration or more: what the data got wrong is put right before a model is
    moved to fit it. Then sufficient actions by cost, of equal cost the one that gains most first: nothing, repair, then
    maps of the answers (recalibrate, threshold, label shift), roll back, retrain. Then the others by gain, and
    before those that take less than half of the deterioration `collect_labels`, where actions that could suffice are
    not shown to. An action suffices where its gain is more than chance and what it leaves of the change may be nothing,
    or an improvement.
    """
    tried = [
        nothing(context), *repairs(context), recalibrate(context), move_threshold(context),
        correct_label_shift(context), *roll_backs(context), retrain(context),
    ]  # fmt: skip
    found = [action for action in tried if action is not None]
    half = deterioration(context).value / 2.0
    first = [a for a in found if a.action == "repair" and 0.0 < half <= _gain(a)]
    rest = [a for a in found if a not in first]
    sufficient = sorted((a for a in rest if a.sufficient), key=lambda a: (_COST[a.action], -_gain(a)))
    others = sorted((a for a in rest if not a.sufficient), key=lambda a: (-_gain(a), _COST[a.action]))
    labels = [collect_labels(context)] if _is_uncertain(context, found) else []
    most = [a for a in others if 0.0 < half <= _gain(a)]
    return (*sorted(first, key=lambda a: -_gain(a)), *sufficient, *most, *labels, *others[len(most) :])


def _gain(action: Action) -> float:
    """What it is shown to bring; a gain that chance may be is none, a shown loss counts."""
    if not isinstance(action.gain, Value):
        return float("-inf")
    low, high = action.gain.interval or (action.gain.value, action.gain.value)
    return 0.0 if low <= 0.0 <= high else action.gain.value


def _is_uncertain(context: Context, actions: Sequence[Action]) -> bool:
    """Whether more labels could change the advice."""
    worse = deterioration(context)
    if worse.interval is None:
        return True
    if worse.interval[0] <= 0.0:
        return worse.interval[1] > _MATTERS * _room(context)
    if any(action.sufficient for action in actions):
        return False
    return any(_could_suffice(action, worse) for action in actions)


def _room(context: Context) -> float:
    """The reference's figure, or its distance from the best there is."""
    value = abs(context.loss.reference.value)
    best = metrics()[context.metric.address.metric].range[1]
    higher = context.metric.direction == "higher_is_better" and best is not None
    return best - value if higher and best is not None else value


def _could_suffice(action: Action, worse: Value) -> bool:
    """Whether the gain is not shown, or shown and uncertain enough to be as large as the change."""
    if not isinstance(action.gain, Value) or action.gain.interval is None or action.action == "nothing":
        return False
    low, high = action.gain.interval
    return high >= worse.value and (not is_gain(action.gain) or low < worse.value)
