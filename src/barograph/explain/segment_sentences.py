"""What a profile's own segment says of a change."""

from __future__ import annotations

from barograph.explain.explanation import is_shown
from barograph.explain.words import interval, number
from barograph.explain.words import rows as so_many
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
        return f"{name} has no judged row any more, of {rows[0]:,}: {interval(mix)} of the change."
    if not rows[0]:
        return f"{name} is new, with {so_many(rows[1])}: {interval(mix)} of the change."
    before_and_now = f"from {_figure(before)} on {so_many(rows[0])} to {_figure(after)} on {rows[1]:,}"
    became = f"{name}: {metric} went {before_and_now}"
    told = [
        f"{interval(amount)} of the change is {whose}"
        for amount, whose in ((within, "its own"), (mix, "its share of the rows"))
        if amount.interval is None or is_shown(amount)
    ]
    return (
        f"{became}; {', '.join(told)}."
        if told
        else f"{became}; no part of the change is shown to be its own."
    )


def _figure(result: Result) -> str:
    return number(result.value) if isinstance(result, Value) else "unknown"
