"""Collecting labels, where what to do hangs on too few of them."""

from __future__ import annotations

import math

from barograph.explain.actions.advice import deterioration
from barograph.explain.actions.context import Context
from barograph.explain.actions.gain import standard_error
from barograph.explain.explanation import Action
from barograph.explain.words import interval, number, title
from barograph.locale.said import say, together
from barograph.metrics.evaluate import evaluate
from barograph.metrics.values import Undefined, Value

_NO_GAIN = Undefined(
    reason="not_applicable", detail=say("labels change what is known, not what the model answers")
)


def collect_labels(context: Context) -> Action:
    """Label more rows: how many, and of which segment, whose figure is the least certain."""
    worse, now = deterioration(context), context.loss.current
    unlabelled = context.current.total().rows - now.n
    reach = (worse.interval[1] - worse.interval[0]) / 2.0 if worse.interval is not None else math.inf
    of_reference, of_current = (standard_error(side) ** 2 for side in (context.loss.reference, now))
    # Half as wide is a quarter of the variance, of which the reference's share stays.
    left = (of_reference + of_current) / 4.0 - of_reference
    if left > 0.0:
        more = math.ceil(now.n * (of_current / left - 1.0))
        told = [
            say(
                "About {n} more labelled rows would halve the interval of the change, now ± {reach}.",
                n=f"{_round(more):,}",
                reach=number(reach, digits=2),
            )
        ]
    else:
        told = [
            say(
                "The change is known to ± {reach}; more labels of current rows alone cannot halve that, as the "
                "reference has {n} rows.",
                reach=number(reach, digits=2),
                n=f"{context.loss.reference.n:,}",
            )
        ]
    if unlabelled > 0:
        told.append(say("{n} rows of the period have no label yet.", n=f"{unlabelled:,}"))
    widest = _widest(context)
    if widest is not None:
        segment, value = widest
        told.append(
            say(
                "Least is known of {segment}: {metric} {value} on {n} rows.",
                segment=segment,
                metric=title(context.loss.metric),
                value=interval(value),
                n=f"{value.n:,}",
            )
        )
    return Action(
        action="collect_labels", name=say("collect labels"), gain=_NO_GAIN, sufficient=False,
        sentence=together(told, " "),
        changes_if=say("With them an action may be shown to suffice, or doing nothing may."),
    )  # fmt: skip


def _widest(context: Context) -> tuple[str, Value] | None:
    """The segment whose figure has the widest interval."""
    found = []
    for segment in context.current.segments:
        value = evaluate(context.metric.address.with_argument("segment", segment), context.current)
        if isinstance(value, Value) and value.interval is not None:
            found.append((value.interval[1] - value.interval[0], segment, value))
    return max(found, key=lambda entry: entry[:2])[1:] if found else None


def _round(rows: int) -> int:
    """To two digits."""
    step: int = 10 ** max(len(str(rows)) - 2, 0)
    return -(-rows // step) * step
