"""One model: how it stands, how well it does, what comes in, which features moved, what happened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Final

import sqlalchemy as sa
from fastapi import APIRouter, Form
from markupsafe import Markup
from starlette.responses import Response

from barograph.charts.heat_map import HeatMap, HeatRow, heat_map_svg
from barograph.charts.series import Series
from barograph.charts.spoken import Speak
from barograph.charts.watched import Watched, watched_svg
from barograph.locale.said import word
from barograph.metrics.evaluate import evaluate
from barograph.metrics.values import Value
from barograph.profile.value import ALL
from barograph.report.comparison import HEADLINES
from barograph.report.drawing import draw
from barograph.report.parts.distribution import distribution_of
from barograph.server.catalog.forms import ModelChanges
from barograph.server.pages.accounts.cookies import OwnForm
from barograph.server.pages.landings.costs import Business, business_of
from barograph.server.pages.model.course import (
    Axis,
    axis_of,
    drawn,
    in_segment,
    last_value,
    marks_of,
    picture,
    read_courses,
    rows_by_window,
    why_none,
)
from barograph.server.pages.model.head import Head, address_of_model, asked_for, head_of
from barograph.server.pages.model.heat import MODES, Mode, addresses_of, heat_map
from barograph.server.pages.model.outcome import reference_of, span_profile
from barograph.server.pages.view import Editing, View, Viewing, page
from barograph.server.reading.remembered import remembered
from barograph.server.reading.series import Asked
from barograph.server.reading.series import Series as Course
from barograph.server.routes.models import patch_model
from barograph.server.routes.parameters import ModelName, ProjectName
from barograph.store.catalog import Version, model, versions
from barograph.store.events import StoredEvent, read_events
from barograph.store.incidents import incidents_of_model
from barograph.store.profiles.part import TABLE, column_part

router = APIRouter()

_LONGEST_NAME: Final = 200
_ROWS_OF_MAP: Final = 12
_WIDE: Final = 760
_MOST: Final = 12
_DRIFT: Final = "drift.share"
_BUSINESS_DAYS: Final = 91


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRow:
    """An incident of the model; times in µs UTC."""

    id: int
    title: str
    severity: str
    status: str
    since: int
    resolved_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """Something that happened; `at` in µs UTC."""

    at: int
    kind: str
    name: str
    version: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """The task's first metric through time.

    Attributes
    ----------
    value, at : of the last window that has one, and its start, µs UTC.
    reference : the metric on the reference.
    awaited : windows whose labels are still to come.
    why_none : why the last window has no figure.
    """

    address: str
    title: str
    direction: str
    value: Value | None
    at: int | None
    reference: Value | None
    awaited: int
    why_none: str
    chart: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPage:
    """What the page shows: figures of the segment that is chosen, the rest of the whole model.

    Attributes
    ----------
    rows, judged : that came in the span, and of these those with label and prediction.
    last_window : start of the last window with rows, µs UTC.
    traffic : rows a window, where there is no performance to draw them beneath.
    answers : the prediction, or score, over the reference's.
    """

    head: Head
    performance: Performance | None
    rows: int
    judged: int
    last_window: int | None
    traffic: Markup | None
    drift: Value | None
    map: Markup | None
    features: int
    answers: Markup | None
    answers_of: str | None
    incidents: tuple[IncidentRow, ...]
    events: tuple[EventRow, ...]
    versions: tuple[Version, ...]
    business: Business
    template: str = "model"


@router.post("/models/{project}/{model}/owner", dependencies=[OwnForm], include_in_schema=False)
def post_owner(
    project: ProjectName,
    model_name: ModelName,
    view: Editing,
    owner: Annotated[str, Form(max_length=_LONGEST_NAME)] = "",
) -> Response:
    """Say who looks after a model: a person or a team; nothing: nobody."""
    changes = ModelChanges(owner=owner.strip() or None)
    patch_model(project, model_name, changes, view.here, view.visitor.principal)
    return view.go(address_of_model(project, model_name))


@page(router, "/models/{project}/{model}")
def get_model_page(project: ProjectName, model_name: ModelName, view: Viewing) -> Response:
    """Show a model."""
    segment = view.selection.segment or ALL
    with view.here.database.reading() as conn:
        found = model(conn, project, model_name)
        asked = asked_for(conn, view, found)
        head = head_of(conn, view, asked)
        counts = {} if found.grid is None else rows_by_window(conn, asked, segment)
        events = read_events(conn, model_id=found.id, first=asked.span.first, end=asked.span.end)
        incidents = _incidents(conn, asked)
        known = tuple(versions(conn, found.id))
        business = business_of(conn, found, days=_BUSINESS_DAYS, now=view.now)
        answers = (None, None) if found.grid is None else _answers(conn, view, asked)
    axis, headline = axis_of(asked), _headline(view, asked)
    courses = {} if found.grid is None else _courses(view, asked, headline)
    made = heat_map(view, asked, MODES["drift"], courses)
    moved = courses.get(in_segment(_DRIFT, segment))
    drift = None if moved is None else last_value(moved)
    performance = None
    if headline is not None and headline in courses:
        performance = _performance(view, asked, (headline, courses[headline]), (axis, counts, events))
    return view.show(
        ModelPage(
            head=head, performance=performance,
            rows=sum(n for n, _ in counts.values()), judged=sum(n for _, n in counts.values()),
            last_window=max(counts, default=None),
            traffic=_traffic(axis, counts, view.language.said) if performance is None else None,
            drift=None if drift is None else drift[1],
            map=None if made is None else _map(made, view.language.said), features=0 if made is None else len(made[0]),
            answers=answers[0], answers_of=answers[1], incidents=incidents,
            events=tuple(EventRow(at=e.at, kind=e.kind, name=e.name, version=e.version) for e in events[-_MOST:][::-1]),
            versions=known[::-1], business=business,
        )
    )  # fmt: skip


def performance_chart(
    watched: Watched, axis: Axis, counts: dict[int, tuple[int, int]], *, links: tuple[str, ...] = ()
) -> tuple[Watched, int]:
    """The figure with its intervals, hatched where labels are still to come; and how many windows that are."""
    awaited = tuple(
        i
        for i, start in enumerate(axis.starts)
        if start in counts and counts[start][0] and counts[start][1] == 0
    )
    return replace(watched, awaited=awaited, uncertain=True, links=links), len(awaited)


def _headline(view: View, asked: Asked) -> str | None:
    """The metric that is drawn; None where the schema has no label."""
    task = asked.model.schema.task
    if task is None or asked.model.schema.one("label") is None:
        return None
    return in_segment(view.selection.metric or HEADLINES[task][0], view.selection.segment or ALL)


def _courses(view: View, asked: Asked, headline: str | None) -> dict[str, Course]:
    """All metrics of the page through time: what they rest on is read once."""
    segment, drift = view.selection.segment or ALL, []
    if asked.compared is not None:
        drift = [*addresses_of(MODES["drift"], asked, segment).values(), in_segment(_DRIFT, segment)]
    wanted = dict.fromkeys([*drift, *([] if headline is None else [headline])])
    return read_courses(view, asked, list(wanted)) if wanted else {}


def _performance(
    view: View,
    asked: Asked,
    drawn_one: tuple[str, Course],
    beside: tuple[Axis, dict[int, tuple[int, int]], list[StoredEvent]],
) -> Performance:
    """The metric that is drawn, beside rows and events."""
    (address, found), (axis, counts, events) = drawn_one, beside
    watched = drawn(
        found,
        axis,
        schema=asked.model.schema,
        rows={s: n for s, (n, _) in counts.items()},
        marks=marks_of(events, axis),
    )
    chart, awaited = performance_chart(watched, axis, counts)
    last = last_value(found)
    return Performance(
        address=address, title=word(found.spec.title), direction=found.spec.direction,
        value=None if last is None else last[1], at=None if last is None else last[0],
        reference=_of_reference(asked, found), awaited=awaited, why_none=why_none(found),
        chart=picture(watched_svg(chart, width=_WIDE, speak=view.language.said), chart, axis),
    )  # fmt: skip


def _of_reference(asked: Asked, found: Course) -> Value | None:
    if asked.compared is None:
        return None
    side = asked.compared.profile if found.address.get("segment") else asked.compared.whole
    told = evaluate(found.address, side)
    return told if isinstance(told, Value) else None


def _traffic(axis: Axis, counts: dict[int, tuple[int, int]], speak: Speak) -> Markup | None:
    """Rows of each window, of a model whose performance is not drawn above its rows."""
    if not counts:
        return None
    rows = tuple(counts.get(start, (0, 0))[0] for start in axis.starts)
    watched = Watched(series=Series(
        name=word("rows"), labels=axis.labels, positions=tuple(range(len(rows))), values=tuple(map(float, rows)),
        rows=(0,) * len(rows), current=(True,) * len(rows), band=(0.0, 0.0), band_name="none",
    ))  # fmt: skip
    return picture(watched_svg(watched, width=_WIDE, speak=speak), watched, axis)


def _map(made: tuple[tuple[HeatRow, ...], Axis, Mode], speak: Speak) -> Markup | None:
    rows, axis, _ = made
    if not any(any(row.cells) for row in rows):
        return None
    drawn = HeatMap(name=word("drift"), labels=axis.labels, rows=rows[:_ROWS_OF_MAP])
    return picture(heat_map_svg(drawn, speak=speak), drawn, axis)


def _answers(conn: sa.Connection, view: View, asked: Asked) -> tuple[Markup | None, str | None]:
    """The model's answers in the span over the reference's."""
    schema = asked.model.schema
    column = next(iter([*schema.with_role("score"), *schema.with_role("prediction")]), None)
    if column is None or asked.compared is None:
        return None, None
    segment, speak = view.selection.segment or ALL, view.language.said

    def drawn_beside() -> Markup | None:
        current = span_profile(conn, asked, columns=(column.name,), segment=segment, outcome=False)
        reference = reference_of(asked, segment)
        if reference is None or not current.cells:
            return None
        chart = distribution_of(column.name, (reference.total(), current.total()))
        return None if chart is None else draw(chart, speak)

    if segment != ALL:
        return drawn_beside(), column.name
    what = ("answers", view.language.code)
    return remembered(conn, asked, what, drawn_beside, parts=(TABLE, column_part(column.name))), column.name


def _incidents(conn: sa.Connection, asked: Asked) -> tuple[IncidentRow, ...]:
    mine = incidents_of_model(conn, asked.model.id, limit=_MOST)
    return tuple(
        IncidentRow(
            id=each.id, title=each.title, severity=each.severity if each.is_open else each.peak_severity,
            status=each.status, since=each.started_at, resolved_at=each.resolved_at,
        )
        for each in mine
    )  # fmt: skip
