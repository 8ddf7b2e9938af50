"""A change against what the window is compared with."""

from __future__ import annotations

import math
from typing import Final

from barograph.charts.numbers import number, share
from barograph.locale.said import Said, say
from barograph.metrics.intervals import difference_interval
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Undefined, Value
from barograph.monitors.condition import Change
from barograph.monitors.judge.answers import unknown
from barograph.monitors.judge.words import amount, is_beyond, scored, told
from barograph.monitors.verdict import Seen, Status, Verdict

#: From so many times the other side on, per cent say little.
_TIMES: Final = 10.0


def judge_change(condition: Change, figure: Value, seen: Seen) -> Verdict:
    """Breached where ``v − c`` (or ``(v − c)/|c|``) lies beyond the limit, c the other side's figure.

    With `sure` also the interval of ``v − limit(c)`` (MOVER, both sides' intervals) must not reach 0; a change that
    chance may have made is *near*. From 0 every relative change is infinite.

    Notes
    -----
    Source: Zou & Donner, Statistics in Medicine 27 (2008) 1693, for the interval.

    Examples
    --------
    >>> from barograph.metrics.registry import metric
    >>> from barograph.monitors.verdict import Figure
    >>> after = Value(value=15.5, n=144, interval=(14.0, 17.0))
    >>> seen = Seen(
    ...     spec=metric("performance.mae"), current=Figure(start=0, end=1, result=after),
    ...     compared=Value(value=11.4, n=700, interval=(11.0, 11.8)),
    ... )
    >>> judge_change(Change(above=0.05, sure=True), after, seen).detail.replace("\u202f", " ")
    '15.5 (14.0–17.0) against 11.4 (11.0–11.8): 36 % more, the limit is 5 % more'
    """
    other = seen.compared
    if other is None:
        return unknown(say("there is nothing to compare with"), figure)
    if isinstance(other, Undefined):
        return unknown(say("there is nothing to compare with: {why}", why=other.detail), figure)
    changed = _changed(condition, figure.value, other.value)
    side = _broken(changed, (condition.below, condition.above))
    status: Status = "breach" if side else "near" if _broken(changed, _inner(condition)) else "ok"
    detail = _told(condition, changed, seen)
    if side and condition.sure:
        if (certain := _is_sure(condition, side, (other, figure))) is None:
            return unknown(say("{change}; without intervals chance cannot be told", change=detail), figure)
        if not certain:
            status, detail = "near", say("{change}, which chance may have made", change=detail)
    return Verdict(
        status=status, detail=detail, value=figure.value, interval=figure.interval, n=figure.n,
        expected=other.value, limits=_limits(condition, other.value), score=_score(condition, changed),
    )  # fmt: skip


def _changed(condition: Change, value: float, other: float) -> float:
    difference = value - other
    if not condition.relative or difference == 0.0:
        return difference
    return difference / abs(other) if other else math.copysign(math.inf, difference)


def _broken(changed: float, limits: tuple[float | None, float | None]) -> int:
    below, above = limits
    if above is not None and is_beyond(changed, above, 1):
        return 1
    return -1 if below is not None and is_beyond(changed, below, -1) else 0


def _inner(condition: Change) -> tuple[float | None, float | None]:
    below, above, clear = condition.below, condition.above, condition.clear
    if clear is None:
        return below, above
    if below is not None and above is not None:
        return below + clear, above - clear
    return (None, clear) if above is not None else (clear, None)


def _limits(condition: Change, other: float) -> tuple[float | None, float | None]:
    """The limits in the metric's unit."""
    unit = abs(other) if condition.relative else 1.0
    below, above = condition.below, condition.above
    return (
        None if below is None else other + below * unit,
        None if above is None else other + above * unit,
    )


def _is_sure(condition: Change, side: int, figures: tuple[Value, Value]) -> bool | None:
    """Whether the figure is beyond the limit by more than chance; None where a side has no interval."""
    other, figure = figures
    if other.interval is None or figure.interval is None:
        return None
    limits = [_limits(condition, x)[side > 0] for x in (other.value, *other.interval)]
    middle, *ends = (0.0 if x is None else x for x in limits)
    limit = Value(value=middle, n=other.n, interval=(min(middle, *ends), max(middle, *ends)))
    distance = difference_interval(limit, figure)
    if distance is None:
        return None
    return distance[0] > 0.0 if side > 0 else distance[1] < 0.0


def _told(condition: Change, changed: float, seen: Seen) -> Said:
    figure, other, spec = seen.current.result, seen.compared, seen.spec
    assert isinstance(figure, Value)
    assert isinstance(other, Value)
    first, *second = (_moved(condition, x, spec) for x in (condition.below, condition.above) if x is not None)
    limit = (
        say("the limits are {first} or {second}", first=first, second=second[0])
        if second
        else say("the limit is {limit}", limit=first)
    )
    sides = say("{figure} against {other}", figure=told(figure, spec), other=told(other, spec))
    times = figure.value / other.value if condition.relative and other.value > 0.0 else 0.0
    change = (
        say("{n} times as much", n=number(times, significant=2))
        if _TIMES <= times < math.inf
        else _moved(condition, changed, spec)
    )
    return say("{sides}: {change}, {limit}", sides=sides, change=change, limit=limit)


def _moved(condition: Change, changed: float, spec: MetricSpec) -> Said:
    """A change as people say it: `36 % more`."""
    if not changed:
        return say("no change")
    if math.isinf(changed):
        return say("more than nothing" if changed > 0.0 else "less than 0")
    size = share(abs(changed)) if condition.relative else amount(abs(changed), spec)
    return say("{size} more" if changed > 0.0 else "{size} less", size=size)


def _score(condition: Change, changed: float) -> float | None:
    limit = condition.above if changed > 0.0 else condition.below
    return scored(changed / limit) if limit is not None and limit * changed > 0.0 else None
