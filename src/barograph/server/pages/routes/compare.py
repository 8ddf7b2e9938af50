"""Two selections of a model's rows beside each other: every column, how well the model did, and why."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Final

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Query
from markupsafe import Markup
from starlette.responses import Response

from barograph.charts.bars import Bars
from barograph.metrics.values import Result
from barograph.report.comparison import HEADLINES, Comparison, compare_columns
from barograph.report.drawing import draw
from barograph.report.parts.changes import change_rows, changes_note
from barograph.report.parts.performance import performance_note, performance_rows
from barograph.report.rows import ChangeRow, PerformanceRow
from barograph.report.sentences import state_of, verdict_points
from barograph.server.errors import RequestRefused
from barograph.server.pages.model.head import Head, address_of_model, asked_for, head_of
from barograph.server.pages.model.outcome import SegmentFigure, by_segment, span_profile
from barograph.server.pages.model.sides import Before, Side, current_side, earlier_side
from barograph.server.pages.model.why import Why, why_of
from barograph.server.pages.view import View, Viewing, page
from barograph.server.reading.series import Asked, require_grid
from barograph.server.times import as_datetime
from barograph.store import catalog

if TYPE_CHECKING:
    from barograph.explain.since.dated import DatedChange

router = APIRouter()

_LONGEST: Final = 200
_MOST_VALUES: Final = 6
_OWN_SPAN: Final = "7d"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A model to compare selections of, and where."""

    project: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Multiple:
    """One column of both sides.

    Attributes
    ----------
    size : of the effect in a word.
    segments : values of it that are segments of the model, to look at alone.
    """

    column: str
    kind: str
    state: str
    size: str
    effect: Result
    sentence: str
    picture: Markup | None
    feature: str
    segments: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePage:
    """What the page shows; without a model, those there are to choose from.

    Attributes
    ----------
    model : of the address, as project/model.
    before : A as the address says it.
    a, b : both sides in words, with their rows.
    verdict, points : in sentences; state: of the whole.
    judged : on how many rows of B performance rests, and how scores become decisions.
    columns : the largest effect first; hidden: those without a change, which are not shown.
    permalink : the same, with times written out.
    snippet : Python that does the same.
    """

    models: tuple[Choice, ...] = ()
    model: str | None = None
    head: Head | None = None
    before: Before = field(default_factory=Before)
    a: tuple[str, int] = ("", 0)
    b: tuple[str, int] = ("", 0)
    verdict: str = ""
    points: tuple[str, ...] = ()
    state: str = "unknown"
    note: str = ""
    judged: str = ""
    performance: tuple[PerformanceRow, ...] = ()
    columns: tuple[Multiple, ...] = ()
    hidden: int = 0
    shows_all: bool = False
    segments: tuple[SegmentFigure, ...] = ()
    why: Why | None = None
    permalink: str = ""
    snippet: str = ""
    template: str = "compare"


def before(
    a_span: Annotated[str | None, Query(max_length=_LONGEST)] = None,
    a_version: Annotated[str | None, Query(max_length=_LONGEST)] = None,
    a_segment: Annotated[str | None, Query(max_length=_LONGEST)] = None,
) -> Before:
    """A, as the address says it."""
    return Before(span=a_span or None, version=a_version or None, segment=a_segment or None)


@page(router, "/compare")
def get_compare(
    view: Viewing,
    a: Annotated[Before, Depends(before)],
    model: Annotated[str | None, Query(max_length=2 * _LONGEST + 1)] = None,
    show: Annotated[str, Query(max_length=10)] = "changed",
    explain: Annotated[bool, Query()] = False,
) -> Response:
    """Compare A and B."""
    with view.here.database.reading() as conn:
        if not model:
            return view.show(ComparePage(models=_choices(conn, view)))
        found = _model(conn, view, model)
        asked = asked_for(conn, view, found, own_span=_OWN_SPAN)
        head = head_of(conn, view, asked)
        require_grid(found)
        now = current_side(conn, view, asked)
        was = earlier_side(conn, view, asked, a)
        segments = _segments(conn, view, asked, was)
        why = why_of(conn, view, asked, was, now) if explain else None
    compared = compare_columns(was.profile, now.profile.total())
    return view.show(
        _page(
            view, (head, asked), (a, was, now), compared, shows_all=show == "all", segments=segments, why=why
        )
    )


def _page(
    view: View, of: tuple[Head, Asked], sides: tuple[Before, Side, Side], compared: Comparison, *, shows_all: bool,
    segments: tuple[SegmentFigure, ...], why: Why | None,
) -> ComparePage:  # fmt: skip
    (head, asked), (a, was, now) = of, sides
    points = verdict_points(compared, _dated(was, now, compared))
    rows = change_rows(compared, (compared.reference.total(), compared.current))
    shown = [row for row in rows if shows_all or row.state != "ok"]
    model = f"{head.project}/{head.name}"
    written = a.query() if a.span is None else a.query() | {"a_span": _span(was)}
    said = {"show": "all" if shows_all else None, "explain": None if why is None else "true"}
    permalink = view.selection.query(span=_span(now), model=model, **said, **written)
    return ComparePage(
        model=model, head=head, before=a, a=(was.name, was.profile.rows), b=(now.name, now.profile.rows),
        verdict=points[0], points=points[1:], state=state_of(compared), note=changes_note(compared),
        judged=performance_note(compared), performance=performance_rows(compared)[0],
        columns=tuple(_multiple(view, asked, row) for row in shown),
        hidden=len(rows) - len(shown),
        shows_all=shows_all, segments=segments, why=why, permalink=permalink, snippet=_snippet(view, head, was, now),
    )  # fmt: skip


def _dated(was: Side, now: Side, compared: Comparison) -> tuple[DatedChange, ...]:
    """Since when columns changed, by the windows of both sides."""
    # What dates is large, and a server starts without it.
    from barograph.report.dated import dated_of

    return dated_of(replace(compared, reference=was.profile, current=now.profile))


def _choices(conn: sa.Connection, view: View) -> tuple[Choice, ...]:
    return tuple(
        Choice(project=project, name=name)
        for project, name in catalog.model_names(conn)
        if view.visitor.principal.sees(project)
    )


def _model(conn: sa.Connection, view: View, text: str) -> catalog.Model:
    project, _, name = text.partition("/")
    if not name or not view.visitor.principal.sees(project):
        raise RequestRefused(
            404, f"model={text!r} names no model; expected project/model, such as shop/demand."
        )
    return catalog.model(conn, project, name)


def _segments(conn: sa.Connection, view: View, asked: Asked, was: Side) -> tuple[SegmentFigure, ...]:
    """The task's first metric by segment, where rows are divided and labels are known."""
    task = asked.model.schema.task
    if (
        not asked.model.by
        or task is None
        or view.selection.segment
        or asked.model.schema.one("label") is None
    ):
        return ()
    divided = span_profile(conn, asked, columns=(), grain="day")
    return by_segment(was.profile, divided, HEADLINES[task][0])


def _multiple(view: View, asked: Asked, row: ChangeRow) -> Multiple:
    base = address_of_model(asked.model.project, asked.model.name)
    known = () if asked.compared is None else asked.compared.profile.segments
    values = row.picture.categories if isinstance(row.picture, Bars) else ()
    named = ((value, f"{row.column}={value}") for value in values)
    return Multiple(
        column=row.column, kind=row.kind, state=row.state, size=row.size, effect=row.effect, sentence=row.sentence,
        picture=None if row.picture is None else draw(row.picture, view.language.said),
        feature=f"{base}/feature{view.selection.query(column=row.column)}",
        segments=tuple(each for each in named if each[1] in known)[:_MOST_VALUES],
    )  # fmt: skip


def _span(side: Side) -> str | None:
    if side.span is None:
        return None
    return "/".join(as_datetime(time).isoformat() for time in (side.span.first, side.span.end))


_SNIPPET: Final = """import os

import barograph
import httpx

server = httpx.Client(
    base_url={base!r},
    headers={{"Authorization": f"Bearer {{os.environ['BAROGRAPH_API_KEY']}}"}},
    timeout=60,
)
model = {model!r}


def fetched(path, **asked):
    with open("fetched.profile", "wb") as file:
        file.write(server.get(f"{{model}}/{{path}}", params=asked).content)
    return barograph.load_profile("fetched.profile")


a = fetched({a})
b = fetched({b})
barograph.compare(a, b)
"""


def _snippet(view: View, head: Head, was: Side, now: Side) -> str:
    """Python that fetches both sides and compares them."""

    def asked(side: Side) -> str:
        if side.span is None:
            return repr(f"references/{head.reference}")
        first, end = (as_datetime(time).isoformat() for time in (side.span.first, side.span.end))
        of = f", version={side.version!r}" if side.version else ""
        return f'"profiles", **{{"from": {first!r}, "to": {end!r}}}{of}'

    return _SNIPPET.format(
        base=str(view.request.base_url).rstrip("/"), model=f"/v1/projects/{head.project}/models/{head.name}",
        a=asked(was), b=asked(now),
    )  # fmt: skip
