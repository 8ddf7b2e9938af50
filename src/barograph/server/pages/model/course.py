"""A figure of a model through time, as what its picture is drawn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import sqlalchemy as sa

from barograph.charts.series import Series as Drawn
from barograph.charts.timeline import Mark
from barograph.charts.watched import Watched
from barograph.locale.said import word
from barograph.metrics.address import parse_address
from barograph.metrics.units import shown_unit
from barograph.metrics.values import Result, Undefined, Value
from barograph.operations.event_kinds import ROUTINE
from barograph.profile.value import ALL
from barograph.report.drawing import Drawing
from barograph.schema.model import Schema
from barograph.server.pages.view import View
from barograph.server.pages.written_times import iso_time
from barograph.server.reading.edges import edges_of
from barograph.server.reading.kept import keep
from barograph.server.reading.remembered import remembered
from barograph.server.reading.segments import require_segments
from barograph.server.reading.series import Asked, Series, many_series
from barograph.server.reading.windows import window_counts
from barograph.server.times import as_datetime
from barograph.store.events import StoredEvent
from barograph.windows import parse_every, window_label

#: Times on this axis are told shorter: the year stands in the head of the page.
_YEAR: Final = len("2011-")
_MONTH: Final = len("2011-02")


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """The windows of a span.

    Attributes
    ----------
    starts : of the windows, µs UTC; end: of the last.
    labels : starts as people read them, in the model's time zone.
    """

    starts: tuple[int, ...]
    end: int
    labels: tuple[str, ...]

    def place(self, time_us: int) -> float:
        """Where a time is, in windows: the middle of the first is 0, its start −½."""
        edges = [*self.starts, self.end]
        return float(np.interp(time_us, edges, np.arange(len(edges)))) - 0.5


def axis_of(asked: Asked) -> Axis:
    """The windows that begin in the span that is asked for."""
    edges = edges_of(asked.span, asked.every)
    every, timezone = parse_every(asked.every), asked.span.timezone
    # A span may begin in the middle of a window, which is then not one of it.
    starts = [edge for edge in edges[:-1] if edge >= asked.span.first]
    written = [window_label(as_datetime(start), every, timezone) for start in starts]
    short = tuple(text[_YEAR:] if len(text) > _MONTH else text for text in written)
    return Axis(starts=tuple(starts), end=edges[-1], labels=short)


def in_segment(address: str, segment: str) -> str:
    """The address of a metric in a segment; as it is for all rows.

    Examples
    --------
    >>> in_segment("performance.mae", "country=FR")
    'performance.mae(segment="country=FR")'
    """
    return address if segment == ALL else str(parse_address(address).with_argument("segment", segment))


def read_courses(view: View, asked: Asked, addresses: Sequence[str]) -> dict[str, Series]:
    """Metrics through time by their address; what had to be computed is kept.

    Raises
    ------
    NotFound
        Where an address names a segment that never was.
    """
    with view.here.database.reading() as conn:
        found = many_series(conn, addresses, asked)
        require_segments(conn, tuple(found.values()), asked)
    keep(view.here.database, found.values())
    return found


def drawn(
    found: Series,
    axis: Axis,
    *,
    schema: Schema,
    rows: Mapping[int, int] | None = None,
    marks: Sequence[Mark] = (),
) -> Watched:
    """A metric on its axis; windows without a figure stay empty.

    Parameters
    ----------
    schema : of the model.
    rows : of each window; None: those its figures rest on.
    """
    results = dict(found.points)
    at = [results.get(start) for start in axis.starts]
    if rows is None:
        counts = [each.n if isinstance(each, Value) else 0 for each in at]
    else:
        counts = [rows.get(start, 0) for start in axis.starts]
    return Watched(
        series=Drawn(
            name=word(found.spec.title), labels=axis.labels, positions=tuple(range(len(axis.labels))),
            values=tuple(value_of(each) for each in at),
            intervals=tuple(each.interval if isinstance(each, Value) else None for each in at),
            rows=tuple(counts), current=(True,) * len(axis.labels), unit=shown_unit(found.spec.unit, schema),
        ),
        marks=tuple(marks),
    )  # fmt: skip


def picture(svg: str, chart: Any, axis: Axis | None = None) -> Drawing:
    """A chart of our own, whose texts are escaped, as a page takes it.

    Parameters
    ----------
    chart : what is drawn.
    axis : whose windows are its own, one for each.
    """
    return Drawing(svg, chart, () if axis is None else tuple(map(iso_time, axis.starts)))


def value_of(result: Result | None) -> float | None:
    """The value of a figure; None where there is none."""
    return result.value if isinstance(result, Value) else None


def last_value(found: Series) -> tuple[int, Value] | None:
    """The last window that has a value, and its figure."""
    for start, result in reversed(found.points):
        if isinstance(result, Value):
            return start, result
    return None


def why_none(found: Series) -> str:
    """Why the last window has no figure; empty where it has one."""
    last = found.points[-1][1] if found.points else None
    return last.detail if isinstance(last, Undefined) else ""


def marks_of(events: Sequence[StoredEvent], axis: Axis) -> tuple[Mark, ...]:
    """Events on an axis, but those that come as a matter of course."""
    return tuple(
        Mark(
            name=each.name or word(each.kind.replace("_", " ")), kind="event", place=axis.place(each.at),
            when=as_datetime(each.at).isoformat(" ", "minutes"),
        )
        for each in events
        if each.kind not in ROUTINE
    )  # fmt: skip


def rows_by_window(conn: sa.Connection, asked: Asked, segment: str = ALL) -> dict[int, tuple[int, int]]:
    """Rows and judged rows of each window, by its start; of all rows they are held."""

    def counted() -> dict[int, tuple[int, int]]:
        return {each.start: (each.rows, each.judged) for each in window_counts(conn, asked, segment)}

    if asked.as_of is not None or segment != ALL:
        return counted()
    return dict(remembered(conn, asked, ("rows",), counted))
