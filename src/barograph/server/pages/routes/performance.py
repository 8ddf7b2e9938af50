"""How well a model does: its metrics through time, by segment, in detail; how late labels come; what it is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Annotated, Final

import sqlalchemy as sa
from fastapi import APIRouter, Query
from markupsafe import Markup
from starlette.responses import Response

from barograph.charts.series import Series as Drawn
from barograph.charts.spoken import Speak
from barograph.charts.watched import Watched, watched_svg
from barograph.locale.said import say, word
from barograph.metrics.performance import performance_metrics, shown_parameters
from barograph.profile.value import ALL
from barograph.report.comparison import HEADLINES
from barograph.report.rows import PerformanceRow
from barograph.server.errors import RequestRefused
from barograph.server.pages.model.course import (
    Axis,
    axis_of,
    drawn,
    in_segment,
    marks_of,
    picture,
    read_courses,
    rows_by_window,
)
from barograph.server.pages.model.head import Head, asked_for, head_of
from barograph.server.pages.model.judged import Part, Shown, judged_of
from barograph.server.pages.model.outcome import (
    SegmentFigure,
    by_segment,
    label_arrival,
    span_profile,
)
from barograph.server.pages.view import View, Viewing, page
from barograph.server.reading.asked import asked_of
from barograph.server.reading.remembered import remembered
from barograph.server.reading.series import Asked
from barograph.server.reading.windows import label_ages
from barograph.server.routes.parameters import ModelName, ProjectName
from barograph.server.times import as_datetime
from barograph.store.catalog import model
from barograph.store.events import read_events
from barograph.store.profiles.part import CROSS, CUSTOM, OUTCOME, TABLE

router = APIRouter()

#: Stored parts that tell how well segments did.
_LABELLED: Final = (TABLE, OUTCOME, CUSTOM, CROSS)
_WIDE: Final = 1080
_HALF: Final = 540


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """The latest search for segments that nobody declared, at µs UTC: what it says, and of each that it found."""

    at: int
    said: str
    found: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformancePage:
    """What the page shows.

    Attributes
    ----------
    address : of the metric that is drawn; where: the same in the segment that is looked at.
    metrics : those offered, with their titles.
    note : what was judged on which rows, or why nothing was.
    rows : metrics of the task, span against reference; more: those looked at less often.
    awaited : windows whose labels are still to come.
    then : the same metric as it was known at the end of `as_of`.
    business : what the schema declares, by window.
    """

    head: Head
    address: str | None
    where: str | None
    title: str
    direction: str
    metrics: tuple[tuple[str, str], ...]
    note: str
    chart: Markup | None
    awaited: int
    rows: tuple[PerformanceRow, ...]
    more: tuple[PerformanceRow, ...]
    segments: tuple[SegmentFigure, ...]
    searched: Search | None
    parts: tuple[Part, ...]
    arrival: Markup | None
    as_of: str | None
    then: Markup | None
    business: tuple[Shown, ...]
    template: str = "performance"


@page(router, "/models/{project}/{model}/performance")
def get_performance(
    project: ProjectName,
    model_name: ModelName,
    view: Viewing,
    as_of: Annotated[str | None, Query(max_length=10)] = None,
) -> Response:
    """Show how well a model does."""
    with view.here.database.reading() as conn:
        asked = asked_for(conn, view, model(conn, project, model_name))
        head = head_of(conn, view, asked)
        offered = _offered(asked)
        if not offered or asked.model.grid is None:
            return view.show(_nothing(head, offered))
        address = _chosen(view, offered)
        segment = view.selection.segment or ALL
        counts = rows_by_window(conn, asked, segment)
        events = read_events(conn, model_id=asked.model.id, first=asked.span.first, end=asked.span.end)
        judged = judged_of(conn, view, asked, segment)
        segments = _segments(conn, asked, address) if asked.model.by and segment == ALL else ()
        searched = _searched(conn, asked)
        ages = label_ages(conn, asked)
        as_known = None if not as_of else _as_of(conn, view, asked, as_of)
    axis, speak = axis_of(asked), view.language.said
    where = in_segment(address, segment)
    found = read_courses(view, asked, [where])[where]
    watched = drawn(
        found, axis, schema=asked.model.schema, rows={s: n for s, (n, _) in counts.items()},
        marks=marks_of(events, axis),
    )  # fmt: skip
    awaited = tuple(i for i, start in enumerate(axis.starts) if start in counts and not counts[start][1])
    watched = replace(watched, awaited=awaited, uncertain=True, links=_links(view, head, axis))
    return view.show(
        PerformancePage(
            head=head, address=address, where=where, title=word(found.spec.title), direction=found.spec.direction,
            metrics=offered, note=judged.note,
            chart=picture(watched_svg(watched, width=_WIDE, speak=speak), watched, axis), awaited=len(awaited),
            rows=judged.rows, more=judged.more, segments=segments, searched=searched, parts=judged.parts,
            arrival=_arrival(label_arrival(ages), speak), as_of=as_of,
            then=None if as_known is None else _then(view, as_known, where, axis),
            business=_business(view, asked, axis, segment),
        )
    )  # fmt: skip


def _nothing(head: Head, offered: tuple[tuple[str, str], ...]) -> PerformancePage:
    return PerformancePage(
        head=head, address=None, where=None, title="", direction="", metrics=offered, note="", chart=None, awaited=0,
        rows=(), more=(),
        segments=(), searched=None, parts=(), arrival=None, as_of=None, then=None, business=()
    )  # fmt: skip


def _offered(asked: Asked) -> tuple[tuple[str, str], ...]:
    """Addresses and titles of the task's metrics; none where the schema has no label."""
    schema = asked.model.schema
    if schema.task is None or schema.one("label") is None:
        return ()
    first = HEADLINES[schema.task]
    found = {
        spec.name: word(spec.title)
        for spec in performance_metrics(schema.task, {c.role for c in schema.columns})
        if {} in shown_parameters(spec, schema.task)
    }
    named = [(each, found.get(each.partition("(")[0], each.partition(".")[2])) for each in first]
    return (*named, *((name, title) for name, title in found.items() if name not in first))


def _chosen(view: View, offered: Sequence[tuple[str, str]]) -> str:
    """The metric of the address, else the task's first; 422 for one that is no metric of performance."""
    chosen = view.selection.metric
    if chosen is None:
        return offered[0][0]
    if not chosen.startswith(("performance.", "custom.")):
        raise RequestRefused(
            422, f"metric={chosen!r} is no metric of performance; expected one such as {offered[0][0]}."
        )
    return chosen


def _segments(conn: sa.Connection, asked: Asked, address: str) -> tuple[SegmentFigure, ...]:
    def told() -> tuple[SegmentFigure, ...]:
        divided = span_profile(conn, asked, columns=(), grain="day")
        return by_segment(None if asked.compared is None else asked.compared.profile, divided, address)

    return remembered(conn, asked, ("segments", address), told, parts=_LABELLED, grains=("window", "day"))


def _searched(conn: sa.Connection, asked: Asked) -> Search | None:
    """What the latest search found; None where there was none yet."""
    last = read_events(conn, model_id=asked.model.id, kinds=("segments_searched",), limit=1)
    if not last:
        return None
    at = last[0].at
    found = read_events(conn, model_id=asked.model.id, first=at, end=at + 1, kinds=("segment_worse",))
    return Search(at=at, said=last[0].name, found=tuple(each.name for each in found))


def _links(view: View, head: Head, axis: Axis) -> tuple[str, ...]:
    """Each window leads to its comparison with the reference."""
    edges = [as_datetime(each).isoformat() for each in (*axis.starts, axis.end)]
    root, name = view.request.scope.get("root_path", ""), f"{head.project}/{head.name}"
    return tuple(
        f"{root}/compare{view.selection.query(span=f'{first}/{end}', model=name)}"
        for first, end in pairwise(edges)
    )


def _arrival(curve: tuple[tuple[int, float], ...], speak: Speak) -> Markup | None:
    """How late labels come."""
    if len(curve) < 2:
        return None
    series = Drawn(
        name=say("rows with a label"), labels=tuple(say("{n} d", n=age) for age, _ in curve),
        positions=tuple(age for age, _ in curve), values=tuple(share for _, share in curve),
        rows=(0,) * len(curve), current=(True,) * len(curve), unit=say("share of rows"),
    )  # fmt: skip
    watched = Watched(series=series)
    return picture(watched_svg(watched, width=_HALF, speak=speak), watched)


def _as_of(conn: sa.Connection, view: View, asked: Asked, day: str) -> Asked:
    """The same, as it was known at the end of a day."""
    known = asked_of(
        conn, asked.model, span=(None, None), window=view.selection.window, version=view.selection.version,
        reference=view.selection.reference, as_of=day, now=view.now,
    )  # fmt: skip
    return replace(asked, as_of=known.as_of)


def _then(view: View, asked: Asked, address: str, axis: Axis) -> Markup:
    found = read_courses(view, asked, [address])[address]
    watched = replace(drawn(found, axis, schema=asked.model.schema), uncertain=True)
    return picture(watched_svg(watched, width=_WIDE, speak=view.language.said), watched, axis)


def _business(view: View, asked: Asked, axis: Axis, segment: str) -> tuple[Shown, ...]:
    """What the schema declares, by window."""
    shown = []
    for metric in asked.model.schema.metrics:
        address = in_segment(metric.address, segment)
        found = read_courses(view, asked, [address])[address]
        watched = replace(drawn(found, axis, schema=asked.model.schema), uncertain=True)
        drawing = picture(watched_svg(watched, width=_HALF, speak=view.language.said), watched, axis)
        shown.append(
            Shown(title=found.spec.title, picture=drawing, caption=metric.description, address=address)
        )
    return tuple(shown)
