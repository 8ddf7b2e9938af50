"""Collecting labels, where what to do hangs on too few of them."""

from __future__ import annotations

import math

from barograph.explain.actions.advice import deterioration
from barograph.explain.actions.context import Context
from barograph.explain.actions.gain import standard_error
from barograph.explain.explanation import Action
from barograph.explain.words import interval, number, title
from barograph.metrics.evaluate import evaluate
from barograph.metrics.values import Undefined, Value

_NO_GAIN = Undefined(
    reason="not_applicable", detail="labels change what is known, not what the model answers"
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
        sentence = (
            f"About {_round(more):,} more labelled rows would halve the interval of the change, "
            f"now ± {number(reach, digits=2)}."
        )
    else:
        sentence = (
            f"The change is known to ± {number(reach, digits=2)}; more labels of current rows alone cannot halve "
            f"that, as the reference has {context.loss.reference.n:,} rows."
        )
    sentence += f" {unlabelled:,} rows of the period have no label yet." if unlabelled > 0 else ""
    widest = _widest(context)
    if widest is not None:
        segment, value = widest
        sentence += f" Least is known of {segment}: {title(context.loss.metric)} {interval(value)} on {value.n:,} rows."
    return Action(
        action="collect_labels", name="collect labels", gain=_NO_GAIN, sufficient=False, sentence=sentence,
        changes_if="With them an action may be shown to suffice, or doing nothing may.",
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
