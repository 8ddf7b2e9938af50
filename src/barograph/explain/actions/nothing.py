"""The action of leaving things as they are."""

from __future__ import annotations

from barograph.explain.actions.advice import deterioration, negated, suffices
from barograph.explain.actions.context import Context
from barograph.explain.explanation import Action
from barograph.explain.words import interval, title
from barograph.metrics.values import Value


def nothing(context: Context) -> Action:
    """Do nothing: no gain, and sufficient where no deterioration is shown."""
    left = deterioration(context)
    enough, name = suffices(left), title(context.loss.metric)
    if enough and left.interval is not None and left.interval[1] < 0.0:
        sentence = f"{_capital(name)} is better than in the reference by {interval(negated(left))}."
    elif enough:
        sentence = f"That {name} is worse than in the reference is not shown: {interval(left)}."
    else:
        sentence = f"Without action {name} stays worse than in the reference by {interval(left)}."
    turn = "more rows show a deterioration" if enough else "later rows are again like the reference's"
    return Action(
        action="nothing", name="do nothing", gain=Value(value=0.0, n=left.n, interval=(0.0, 0.0)),
        sufficient=enough, sentence=sentence, changes_if=f"The advice changes if {turn}.",
    )  # fmt: skip


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
