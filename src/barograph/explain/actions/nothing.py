"""The action of leaving things as they are."""

from __future__ import annotations

from barograph.explain.actions.advice import deterioration, negated, suffices
from barograph.explain.actions.context import Context
from barograph.explain.explanation import Action
from barograph.explain.words import interval, title
from barograph.locale.said import capitalised, say
from barograph.metrics.values import Value


def nothing(context: Context) -> Action:
    """Do nothing: no gain, and sufficient where no deterioration is shown."""
    left = deterioration(context)
    enough, name = suffices(left), title(context.loss.metric)
    if enough and left.interval is not None and left.interval[1] < 0.0:
        sentence = capitalised(
            say(
                "{metric} is better than in the reference by {amount}.",
                metric=name,
                amount=interval(negated(left)),
            )
        )
    elif enough:
        sentence = say(
            "That {metric} is worse than in the reference is not shown: {amount}.",
            metric=name,
            amount=interval(left),
        )
    else:
        sentence = say(
            "Without action {metric} stays worse than in the reference by {amount}.",
            metric=name, amount=interval(left),
        )  # fmt: skip
    turn = (
        say("The advice changes if more rows show a deterioration.")
        if enough
        else say("The advice changes if later rows are again like the reference's.")
    )
    return Action(
        action="nothing", name=say("do nothing"), gain=Value(value=0.0, n=left.n, interval=(0.0, 0.0)),
        sufficient=enough, sentence=sentence, changes_if=turn,
    )  # fmt: skip
