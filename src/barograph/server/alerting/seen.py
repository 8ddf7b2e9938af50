"""What one verdict is made from: a window's figures and what they are compared with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from barograph.errors import BarographError
from barograph.locale.said import say
from barograph.metrics.address import Address
from barograph.metrics.evaluate import evaluate
from barograph.metrics.sides import division
from barograph.metrics.values import Result, Undefined
from barograph.monitors.calendars import Calendar, leaves_out
from barograph.monitors.condition import Anytime
from barograph.monitors.verdict import Figure, Seen
from barograph.profile.value import ALL, Profile, added_profiles
from barograph.server.alerting.bulk import Rows, failed, read_rows, reference_of
from barograph.server.alerting.gathered import Gathered
from barograph.server.alerting.paired import paired_figure
from barograph.server.alerting.watch import Wanted, Watch
from barograph.server.alerting.windows import Window, season_before, window_before
from barograph.server.reading.span import Span


def seen_of(
    conn: sa.Connection,
    held: Gathered,
    watch: Watch,
    window: Window,
    *,
    level: float | None,
    breached: frozenset[int],
    calendars: Sequence[Calendar] = (),
) -> Seen:
    """All that a window of a series is judged from.

    Parameters
    ----------
    level : p-value that spends the budget, for one window of the series.
    breached : starts of its breached windows.
    calendars : those the monitor names. Nothing is learned from windows that one leaves out.
    """
    return _one(conn, held, watch.wanted, _Of(window, level, breached, calendars))


class _Of(NamedTuple):
    """A window of a series, and what is known of the series."""

    window: Window
    level: float | None
    breached: frozenset[int]
    calendars: Sequence[Calendar]


def _one(conn: sa.Connection, held: Gathered, wanted: Wanted, of: _Of) -> Seen:
    window = of.window
    ask, need, place = wanted.main, wanted.need, held.place
    rows, coverage = held.rows_of(wanted, window.start)
    length = window.end - window.start
    both = wanted.p_values if need.p_value else None
    # Evidence adds up over rows, however they are divided; of all else a day is no window of an hour.
    with_days = isinstance(wanted.monitor.when, Anytime)
    if rows and (why := _lacking(held, wanted)) is not None:
        result: Result = Undefined(reason="no_reference", detail=why)
    elif wanted.is_paired:
        result = paired_figure(conn, place, wanted, window)
    else:
        result = held.figure(ask, window.start)
    return Seen(
        spec=wanted.spec,
        current=Figure(start=window.start, end=window.end, result=result),
        history=tuple(
            Figure(start=start, end=start + length, result=result)
            for start, result in held.before(ask, window.start, need.history, with_days=with_days)
            if leaves_out(of.calendars, start=start, end=start + length) is None
        ),
        compared=_compared(conn, held, wanted, window) if need.compared else None,
        reference=_own(held, wanted) if need.reference else (),
        p_value=None if both is None else held.figure(both[0], window.start),
        ratio=None if both is None else held.figure(both[1], window.start),
        rows=rows,
        coverage=coverage,
        missing=False if rows or wanted.is_of_readings else held.missing(conn, ask, window.start),
        timezone=place.timezone,
        level=of.level,
        breached=of.breached,
        parts={name: _one(conn, held, part, of) for name, part in wanted.parts.items()},
    )


def _lacking(held: Gathered, wanted: Wanted) -> str | None:
    """Why there is no reference of the name that it is compared with; None where there is, or none is looked at."""
    compares = wanted.spec.needs_reference or wanted.need.reference or wanted.need.compared
    return held.place.once.lacking.get(wanted.main.reference) if compares else None


def _own(held: Gathered, wanted: Wanted) -> tuple[Figure, ...]:
    """The metric in each of the reference's own windows."""
    compared = held.references.get(wanted.main.reference)
    if compared is None or wanted.is_of_readings:
        return ()
    return held.place.known.own(compared, wanted.main.address, held.place.every)


def _compared(conn: sa.Connection, held: Gathered, wanted: Wanted, window: Window) -> Result | None:
    """The figure on the other side."""
    against, ask, place = wanted.monitor.against, wanted.main, held.place
    if against.kind == "reference":
        compared = held.references.get(ask.reference)
        return None if compared is None else place.known.whole(compared, ask.address)
    if against.kind == "previous":
        return _previous(conn, held, wanted, window, against.windows)
    if against.kind == "season" and against.season is not None:
        before = season_before(window.start, against.season, every=place.every, timezone=place.timezone)
        return held.figure(ask, before)
    if against.kind == "segment" and against.name in (None, "rest"):
        return _rest(held, wanted, window)
    other = wanted.other_side
    return None if other is None else held.figure(other, window.start)


def _previous(
    conn: sa.Connection, held: Gathered, wanted: Wanted, window: Window, windows: int
) -> Result | None:
    """The windows before, taken together."""
    ask = wanted.main
    before = held.before(ask, window.start, windows)
    if windows == 1 or not before or wanted.is_of_readings:
        return before[-1][1] if before else None
    place = held.place
    first = window_before(window.start, windows, every=place.every, timezone=place.timezone)
    span = Span(first=first, end=window.start, timezone=place.timezone)
    divided = bool(ask.address.get("segment"))
    rows = read_rows(
        conn, place.model, ask.version_id or None, every=place.every, span=span, addresses=[ask.address],
        grain="day" if divided else "window",
    )  # fmt: skip
    return _evaluated(held, wanted, ask.address, rows.profile)


def _rest(held: Gathered, wanted: Wanted, window: Window) -> Result:
    """All rows outside the segment, among those that are divided alike."""
    ask = wanted.main
    segment = str(ask.address.get("segment") or ALL)
    rows: Rows | None = held.rows.get((ask.version_id, True))
    if rows is None or segment == ALL:
        return Undefined(
            reason="not_applicable", detail=say("the rest is of a segment, and the metric is of all rows")
        )
    kind = division(segment)
    others = [s for s in rows.profile.segments if s != segment and division(s) == kind]
    cells = [c for c in rows.profile.cells if c.window == window.start and c.segment in others]
    if not cells:
        return Undefined(
            reason="too_few_rows", detail=say("there are no rows outside of {segment}", segment=repr(segment))
        )
    parts = [rows.profile.at(cell).of_segment(cell.segment) for cell in cells]
    alone = Address(ask.address.metric, tuple((n, v) for n, v in ask.address.arguments if n != "segment"))
    return _evaluated(held, wanted, alone, added_profiles(parts))


def _evaluated(held: Gathered, wanted: Wanted, address: Address, profile: Profile) -> Result:
    compared = held.references.get(wanted.main.reference)
    segment = str(address.get("segment") or ALL)
    try:
        return evaluate(address, profile, reference_of(compared, wanted.spec, segment))
    except BarographError as error:
        return failed(error)
