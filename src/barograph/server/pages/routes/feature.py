"""One feature of a model: now beside the reference, and through time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

import sqlalchemy as sa
from fastapi import APIRouter, Form, Query
from markupsafe import Markup
from starlette.responses import Response

from barograph.alerts.state_json import read_state
from barograph.charts.fan import fan_svg
from barograph.charts.spoken import Speak
from barograph.charts.watched import watched_svg
from barograph.errors import did_you_mean
from barograph.locale.said import word
from barograph.metrics.address import Address, parse_address
from barograph.metrics.drift.roles import COMPARED_ROLES
from barograph.metrics.values import Value
from barograph.metrics.views import ColumnView, column_view
from barograph.profile.value import ALL, Profile
from barograph.report.drawing import draw
from barograph.report.parts.distribution import distribution
from barograph.server.errors import RequestRefused
from barograph.server.pages.accounts.cookies import OwnForm
from barograph.server.pages.model.column import (
    ChangedValue,
    Fact,
    changed_values,
    facts_of,
    fan_of,
    shares_of,
)
from barograph.server.pages.model.course import axis_of, drawn, last_value, picture, read_courses
from barograph.server.pages.model.head import Head, address_of_model, asked_for, head_of
from barograph.server.pages.model.notes import WindowNote, note_window, notes_of
from barograph.server.pages.model.outcome import reference_of, span_profile
from barograph.server.pages.own_address import own_address
from barograph.server.pages.view import Editing, View, Viewing, page
from barograph.server.reading.remembered import remembered
from barograph.server.reading.series import Asked
from barograph.server.reading.span import read_span
from barograph.server.routes.parameters import ModelName, ProjectName
from barograph.store.catalog import model
from barograph.store.errors import NotFound
from barograph.store.monitor_series import series_of_model
from barograph.store.profiles.part import TABLE, column_part
from barograph.windows import parse_every

router = APIRouter()

_WIDE: Final = 760


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A series of the column that a monitor watches.

    Attributes
    ----------
    detail : what was said of its last window.
    """

    address: str
    phase: str
    status: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """How far the column moved, by window."""

    address: str
    title: str
    value: Value | None
    chart: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturePage:
    """What the page shows.

    Attributes
    ----------
    at : start of the one window that is shown beside the reference, µs UTC; None: the whole span.
    notes : on that window.
    rows : of it.
    shares : of categories, by window.
    others : columns before and after it, for a way through all of them.
    """

    head: Head
    column: str
    kind: str
    role: str
    unit: str
    description: str
    at: int | None
    notes: tuple[WindowNote, ...]
    rows: int
    now: Markup | None
    facts: tuple[Fact, ...]
    changed: tuple[ChangedValue, ...]
    fan: Markup | None
    shares: tuple[Markup, ...]
    moved: Moved | None
    nulls: Moved | None
    watches: tuple[Watch, ...]
    others: tuple[str | None, str | None]
    template: str = "feature"


@page(router, "/models/{project}/{model}/feature")
def get_feature(
    project: ProjectName,
    model_name: ModelName,
    view: Viewing,
    column: Annotated[str, Query(max_length=1_000)],
    at: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """Show a feature."""
    with view.here.database.reading() as conn:
        asked = asked_for(conn, view, model(conn, project, model_name))
        names = [c.name for c in asked.model.schema.columns if c.role in COMPARED_ROLES]
        if column not in names:
            raise NotFound(
                f"no compared column {column!r} of model {model_name!r}{did_you_mean(column, names) or '.'} "
                f"Columns: {', '.join(names[:10])}."
            )
        head = head_of(conn, view, asked)
        watches = _watches(conn, asked, column)
        segment = view.selection.segment or ALL
        start = None if not at else read_span(at, None, timezone=asked.span.timezone, now=view.now + 1).first
        shown = _shown(conn, view, asked, column, (segment, start))
    notes: tuple[WindowNote, ...] = ()
    if start is not None:
        end = start + round(parse_every(asked.every).approximate_seconds * 1_000_000)
        with view.here.database.reading() as conn:
            notes = notes_of(conn, asked.model.id, first=start, end=end)
    made = _page(view, asked, head, column, start, watches, names, segment, shown)
    return view.show(replace(made, notes=notes))


@router.post("/models/{project}/{model}/notes", dependencies=[OwnForm], include_in_schema=False)
def post_note(
    project: ProjectName,
    model_name: ModelName,
    view: Editing,
    at: Annotated[int, Form(ge=-(2**51), le=2**53)],
    text: Annotated[str, Form(min_length=1, max_length=10_000)],
    back: Annotated[str, Form(max_length=4_000)] = "",
) -> Response:
    """Say something of the window that begins at a time (µs UTC)."""
    note_window(view, project, model_name, at=at, text=text.strip())
    return view.go(own_address(back or address_of_model(project, model_name)))


def _page(
    view: View, asked: Asked, head: Head, column: str, start: int | None, watches: tuple[Watch, ...],
    names: list[str], segment: str, shown: dict[str, Any],
) -> FeaturePage:  # fmt: skip
    about = asked.model.schema.column(column)
    place = names.index(column)
    none: dict[str, Any] = {"rows": 0, "now": None, "facts": (), "changed": (), "fan": None, "shares": ()}
    figures: tuple[Moved | None, Moved | None] = (None, None)
    if asked.model.grid is not None:
        figures = _figures(view, asked, column, segment)
    return FeaturePage(
        head=head, column=column, kind=about.kind, role=about.role, unit=about.unit or "",
        description=about.description or "", at=start, watches=watches, moved=figures[0], nulls=figures[1],
        notes=(), others=(names[place - 1] if place else None, names[place + 1] if place + 1 < len(names) else None),
        **(none | shown),
    )  # fmt: skip


def _shown(
    conn: sa.Connection, view: View, asked: Asked, column: str, chosen: tuple[str, int | None]
) -> dict[str, Any]:
    """Pictures and figures of the column's values.

    Parameters
    ----------
    chosen : a segment and the start of a window; of all rows in all windows they are held.
    """
    if asked.model.grid is None:
        return {}
    segment, start = chosen

    def made() -> dict[str, Any]:
        current = span_profile(conn, asked, columns=(column,), segment=segment, outcome=False)
        if not current.cells or column not in current.columns:
            return {}
        return _told(asked, (reference_of(asked, segment), current), column, start, speak=view.language.said)

    if segment != ALL or start is not None:
        return made()
    what = ("feature", view.language.code)
    return remembered(conn, asked, what, made, parts=(TABLE, column_part(column)))


def _told(
    asked: Asked, sides: tuple[Profile | None, Profile], column: str, start: int | None, *, speak: Speak
) -> dict[str, Any]:
    (reference, current), axis = sides, axis_of(asked)
    cells = [c for c in current.cells if c.window == start] if start is not None else list(current.cells)
    if not cells:
        raise RequestRefused(
            422, "at=: no row came in a window that starts then; leave it out to see the span."
        )
    now = current.at(*cells).total()
    whole = None if reference is None else reference.total()
    before, mine = (None if whole is None else column_view(whole, column)), column_view(now, column)
    chart = None
    if isinstance(mine, ColumnView):
        chart = distribution(before if isinstance(before, ColumnView) else None, mine)
    changed = changed_values(chart)
    fan = fan_of(whole, current, column, axis)
    shares = () if reference is None else shares_of(replace(reference, cells=()), current, column, changed)
    return {
        "rows": now.rows, "now": None if chart is None else draw(chart, speak), "facts": facts_of(whole, now, column),
        "changed": changed, "fan": None if fan is None else picture(fan_svg(fan, width=_WIDE, speak=speak), fan, axis),
        "shares": tuple(draw(each, speak) for each in shares),
    }  # fmt: skip


def _figures(view: View, asked: Asked, column: str, segment: str) -> tuple[Moved | None, Moved | None]:
    """How far the column moved, and its nulls, by window."""
    of = (("column", column), *((("segment", segment),) if segment else ()))
    nulls = str(Address("quality.null_share", of))
    found, moved = read_courses(view, asked, [nulls]), None
    for metric in () if asked.compared is None else ("drift.windows_ratio", "drift.total_variation"):
        address = str(Address(metric, of))
        found |= read_courses(view, asked, [address])
        if last_value(found[address]) is not None:
            moved = address
            break
    axis = axis_of(asked)

    def told(address: str) -> Moved:
        last = last_value(found[address])
        chart = replace(drawn(found[address], axis, schema=asked.model.schema), uncertain=True)
        return Moved(
            address=address, title=word(found[address].spec.title), value=None if last is None else last[1],
            chart=picture(watched_svg(chart, width=_WIDE, speak=view.language.said), chart, axis),
        )  # fmt: skip

    return None if moved is None else told(moved), told(nulls)


def _watches(conn: sa.Connection, asked: Asked, column: str) -> tuple[Watch, ...]:
    return tuple(
        Watch(
            address=each.address, phase=read_state(each.state).phase, status=each.status or "not judged yet",
            detail=each.verdict.get("detail", ""),
        )
        for each in series_of_model(conn, asked.model.id)
        if parse_address(each.address).get("column") == column
    )  # fmt: skip
