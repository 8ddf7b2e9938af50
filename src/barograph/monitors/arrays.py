"""Windows of a series given as plain numbers: for trying a monitor by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

from barograph.locale.said import say
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Reason, Result, Undefined, Value
from barograph.monitors.addressed import spec_of
from barograph.monitors.monitor import Monitor
from barograph.monitors.needed import parts_of, window_seconds
from barograph.monitors.shares import shares_of
from barograph.monitors.verdict import Figure, Seen
from barograph.schema.model import Schema

#: Monday, 5 January 2026.
START: Final = 1_767_571_200_000_000
#: A figure, no rows at all, none of its segment, or why there is none.
Number = float | Reason | Literal["missing_segment"] | None

_WITHOUT_ROWS: Final = (None, "missing_segment")


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A series as numbers, one a window.

    Attributes
    ----------
    values : None where a window has no rows, ``missing_segment`` where other segments have some, a reason where it
        gives no figure.
    rows : of every window.
    spread : half the width of the 95 % interval, in the metric's unit; None: there is none.
    compared : the other side, of every window.
    reference : figures of the reference's own windows.
    p_values : of drift metrics, against the reference's own windows; the first ones may be left out as 1.
    parts : of the other metrics of a composite condition, by their written address.
    """

    values: tuple[Number, ...]
    rows: int = 2_000
    spread: float | None = None
    compared: float | None = None
    reference: tuple[float, ...] = ()
    p_values: tuple[float, ...] = ()
    parts: Mapping[str, Course] = field(default_factory=lambda: MappingProxyType({}))


def seen_of(
    monitor: Monitor, course: Course, *, schema: Schema | None = None, start: int = START
) -> tuple[Seen, ...]:
    """Windows of a course as a monitor is given them.

    Parameters
    ----------
    monitor : of one series.
    schema : declares metrics of the family `custom`.
    start : of the first window, µs UTC.

    Returns
    -------
    Windows one after the other; `barograph.alerts.history.run` takes them.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> from barograph.monitors.condition import Limit
    >>> monitor = Monitor(name="m", metric=parse_address("drift.share"), when=Limit(above=0.2), window="1h")
    >>> [seen.current.result.value for seen in seen_of(monitor, Course(values=(0.1, 0.3)))]
    [0.1, 0.3]
    """
    # What a budget gives the only series of its model.
    level = shares_of([monitor]).level(monitor)
    return tuple(_windows(monitor, course, schema, start=start, level=level))


def _windows(
    monitor: Monitor, course: Course, schema: Schema | None, *, start: int, level: float | None
) -> Iterator[Seen]:
    spec = spec_of(monitor.metric, schema)
    step = round(window_seconds(monitor) * 1e6)
    own = str(monitor.metric)
    parts = {
        name: tuple(_windows(part, course.parts[name], schema, start=start, level=level))
        for name, part in parts_of(monitor)
        if name != own and name in course.parts
    }
    first = start - step * len(course.reference)
    reference = tuple(
        Figure(start=first + i * step, end=first + (i + 1) * step, result=_result(x, course, spec))
        for i, x in enumerate(course.reference)
    )
    for i, value in enumerate(course.values):
        current = Figure(
            start=start + i * step, end=start + (i + 1) * step, result=_result(value, course, spec)
        )
        yield Seen(
            spec=spec,
            current=current,
            compared=None if course.compared is None else _result(course.compared, course, spec),
            reference=reference,
            p_value=_at(course.p_values, i, course, usual=1.0),
            rows=0 if value in _WITHOUT_ROWS else course.rows,
            missing=value == "missing_segment",
            coverage=1.0,
            level=level,
            parts={name: windows[i] for name, windows in parts.items()},
        )


def _result(value: Number, course: Course, spec: MetricSpec) -> Result:
    if value is None or value == "missing_segment":
        return Undefined(reason="too_few_rows", detail=say("there are no rows"))
    if isinstance(value, str):
        return Undefined(reason=value, detail=value.replace("_", " "))
    if course.spread is None:
        return Value(value=value, n=course.rows)
    low, high = spec.range
    ends = value - course.spread, value + course.spread
    within = (
        ends[0] if low is None else max(ends[0], low),
        ends[1] if high is None else min(ends[1], high),
    )
    return Value(value=value, n=course.rows, interval=within)


def _at(values: Sequence[float], i: int, course: Course, *, usual: float) -> Value | None:
    if not values:
        return None
    return Value(value=values[i] if i < len(values) else usual, n=course.rows)
