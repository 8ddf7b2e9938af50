"""Verdicts in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from barograph.charts.numbers import number
from barograph.metrics.values import Result, Undefined, Value

if TYPE_CHECKING:
    from barograph.checks.result import CheckResult


def sentence(result: CheckResult) -> str:
    """The verdict on one metric in one sentence.

    Examples
    --------
    >>> from barograph.checks.check import Check
    >>> from barograph.checks.figures import figures_of
    >>> from barograph.checks.judge import judge
    >>> from barograph.metrics.quality.arrays import profile_of
    >>> rows = profile_of([1.0, 2.0])
    >>> check = Check('quality.mean(column="x") <= 1')
    >>> sentence(judge(check, check.parsed.metric, figures_of(rows, rows)))
    'quality.mean(column="x") is 1.5 (−4.85…7.85), above the limit 1.'
    """
    undefined = result.undefined
    if undefined is not None or not isinstance(result.current, Value):
        return _unknown(result, undefined)
    figure = f"{result.address} is {figure_text(result.current, result.limits)}"
    broken = _broken(result)
    if result.note == "improvement":
        return f"{figure}: no worse than the reference's {_reference(result)}, so it passes."
    if result.note == "chance":
        level = f"{100 * (result.check.level or 0):.8g}"
        return f"{figure}, {broken}, but not by more than chance (at {level} %), so it passes."
    if result.status == "fail":
        return f"{figure}, {broken}."
    return f"{figure}, {_kept(result)}."


def figure_text(result: Result, limits: tuple[float | None, ...] = ()) -> str:
    """A figure with its interval, in digits enough to tell it from the limits it is not.

    Examples
    --------
    >>> figure_text(Value(value=0.20004, n=50), (None, 0.2)), figure_text(Value(value=0.20004, n=50))
    ('0.20004', '0.2')
    """
    if not isinstance(result, Value):
        return "unknown"
    others = [limit for limit in limits if limit is not None and limit != result.value]
    digits = 3
    while digits < 12 and number(result.value, significant=digits) in {
        number(limit, significant=digits) for limit in others
    }:
        digits += 1
    told = number(result.value, significant=digits)
    if result.interval is None:
        return told
    low, high = result.interval
    return f"{told} ({number(low)}{'…' if low < 0 else '–'}{number(high)})"


def _unknown(result: CheckResult, undefined: Undefined | None) -> str:
    why = "there is no figure" if undefined is None else undefined.detail
    side = "of the reference " if isinstance(result.reference, Undefined) and result.value is not None else ""
    counted = {"pass": " It counts as passed.", "fail": " It counts as failed.", "unknown": ""}
    return f"{result.address} {side}is unknown: {why}.{counted[result.check.unknown]}"


def _broken(result: CheckResult) -> str:
    """Which limit the figure is beyond."""
    lower, upper = result.limits
    value = result.value or 0.0
    if upper is not None and (lower is None or value >= upper):
        return f"{'not below' if value == upper else 'above'} the limit {_limit(result, upper)}"
    return f"{'not above' if value == lower else 'below'} the limit {_limit(result, lower)}"


def _kept(result: CheckResult) -> str:
    lower, upper = result.limits
    if lower is None:
        return f"within the limit {_limit(result, upper)}"
    if upper is None:
        return f"within the limit {_limit(result, lower)}"
    if lower == upper:
        return "as it should be"
    return f"between the limits {number(lower)} and {_limit(result, upper)}"


def _limit(result: CheckResult, limit: float | None) -> str:
    told = number(limit)
    return f"{told} (the reference is {_reference(result)})" if result.reference is not None else told


def _reference(result: CheckResult) -> str:
    return number(result.reference.value) if isinstance(result.reference, Value) else "—"
