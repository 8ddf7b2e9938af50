"""A metric that says how far apart two sets of rows are: of a window, and of another one instead of the reference."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.errors import BarographError
from barograph.locale.said import say
from barograph.metrics.address import Address
from barograph.metrics.evaluate import evaluate
from barograph.metrics.sides import division
from barograph.metrics.values import Result, Undefined
from barograph.profile.value import ALL, Profile, added_profiles
from barograph.server.alerting.bulk import Rows, failed, read_rows
from barograph.server.alerting.gathered import Place
from barograph.server.alerting.watch import Ask, Wanted
from barograph.server.alerting.windows import Window, season_before, window_before
from barograph.server.reading.span import Span


def paired_figure(conn: sa.Connection, place: Place, wanted: Wanted, window: Window) -> Result:
    """How far the rows of a window lie from those its monitor compares them with.

    Parameters
    ----------
    wanted : whose monitor `monitors.figures.is_paired`.

    Notes
    -----
    Both sides are read, about 0.2 ms a column; the figures are not kept.
    """
    ask = wanted.main
    segment = str(ask.address.get("segment") or ALL)
    alone = Address(ask.address.metric, tuple((n, v) for n, v in ask.address.arguments if n != "segment"))
    try:
        now = _read(conn, place, ask, Span(first=window.start, end=window.end, timezone=place.timezone))
        mine = _of_segment(now, segment)
        if mine is None:
            return Undefined(reason="too_few_rows", detail=say("the window has no rows"))
        other = _other(conn, place, wanted, window, now)
        if other is None:
            return Undefined(reason="too_few_rows", detail=say("there are no rows to compare with"))
        return evaluate(alone, mine, other)
    except BarographError as error:
        return failed(error)


def _other(conn: sa.Connection, place: Place, wanted: Wanted, window: Window, now: Rows) -> Profile | None:
    """The rows on the other side, added up."""
    ask, against = wanted.main, wanted.monitor.against
    segment = str(ask.address.get("segment") or ALL)
    if against.kind == "segment":
        return _of_segment(now, against.name) if against.name not in (None, "rest") else _rest(now, segment)
    if against.kind == "version":
        if wanted.before is None:
            return None
        ask = Ask(version_id=wanted.before, address=ask.address)
        span = Span(first=window.start, end=window.end, timezone=place.timezone)
    elif against.kind == "season" and against.season is not None:
        first = season_before(window.start, against.season, every=place.every, timezone=place.timezone)
        span = Span(first=first, end=first + 1, timezone=place.timezone)
    else:
        first = window_before(window.start, against.windows, every=place.every, timezone=place.timezone)
        span = Span(first=first, end=window.start, timezone=place.timezone)
    return _of_segment(_read(conn, place, ask, span), segment)


def _read(conn: sa.Connection, place: Place, ask: Ask, span: Span) -> Rows:
    divided = bool(ask.address.get("segment"))
    return read_rows(
        conn, place.model, ask.version_id or None, every=place.every, span=span, addresses=[ask.address],
        grain="day" if divided else "window",
    )  # fmt: skip


def _of_segment(rows: Rows, segment: str | None) -> Profile | None:
    """All windows of a segment as one; None where it has no row."""
    name = segment or ALL
    if not any(count for (held, _), count in rows.rows.items() if held == name):
        return None
    return rows.of_segment(name).of_segment(name).total()


def _rest(rows: Rows, segment: str) -> Profile | None:
    """All rows outside a segment, among those that are divided alike; None where there are none, or it is all rows."""
    alike = division(segment)
    others = {s for (s, _), n in rows.rows.items() if n and s not in (segment, ALL) and division(s) == alike}
    parts = [rows.of_segment(name).of_segment(name).total() for name in sorted(others)]
    return added_profiles(parts) if parts and segment != ALL else None
