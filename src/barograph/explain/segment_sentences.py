"""What a profile's own segment says of a change."""

from __future__ import annotations

from barograph.explain.explanation import is_shown
from barograph.explain.words import interval, number
from barograph.explain.words import rows as so_many
from barograph.locale.said import say, together
from barograph.metrics.values import Result, Value


def segment_sentence(
    name: str,
    *,
    metric: str,
    rows: tuple[int, int],
    figures: tuple[Result, Result],
    amounts: tuple[Value, Value],
) -> str:
    """What a segment adds to a change.

    Parameters
    ----------
    metric : as a sentence calls it.
    rows : judged ones before and now; figures : the metric in them.
    amounts : its share's and its own part of the change.
    """
    (before, after), (mix, within) = figures, amounts
    if not rows[1]:
        return say(
            "{segment} has no judged row any more, of {n}: {amount} of the change.",
            segment=name, n=f"{rows[0]:,}", amount=interval(mix),
        )  # fmt: skip
    if not rows[0]:
        return say(
            "{segment} is new, with {rows}: {amount} of the change.",
            segment=name, rows=so_many(rows[1]), amount=interval(mix),
        )  # fmt: skip
    became = say(
        "{segment}: {metric} went from {before} on {rows} to {after} on {n}",
        segment=name, metric=metric, before=_figure(before), rows=so_many(rows[0]), after=_figure(after),
        n=f"{rows[1]:,}",
    )  # fmt: skip
    told = []
    if _is_told(within):
        told.append(say("{amount} of the change is its own", amount=interval(within)))
    if _is_told(mix):
        told.append(say("{amount} of the change is its share of the rows", amount=interval(mix)))
    if not told:
        return say("{became}; no part of the change is shown to be its own.", became=became)
    return say("{became}; {told}.", became=became, told=together(told, ", "))


def _is_told(amount: Value) -> bool:
    return amount.interval is None or is_shown(amount)


def _figure(result: Result) -> str:
    return number(result.value) if isinstance(result, Value) else say("unknown")
