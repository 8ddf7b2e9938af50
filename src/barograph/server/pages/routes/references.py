"""What a model is compared with: its references, what another one would change, and which it is from now on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import urlencode

import sqlalchemy as sa
from fastapi import APIRouter, Form, Query
from starlette.responses import Response

from barograph.errors import BarographError
from barograph.server.alerting.file import kept_file
from barograph.server.alerting.rebased import Rebased, Rejudged, rebased
from barograph.server.catalog.forms import ModelChanges, PastRows
from barograph.server.catalog.rebasing import name_of_past
from barograph.server.pages.accounts.cookies import OwnForm
from barograph.server.pages.model.head import Head, address_of_model, asked_for, head_of
from barograph.server.pages.view import Editing, View, Viewing, page
from barograph.server.reading.references import compared_with
from barograph.server.reading.span import Span
from barograph.server.routes.models import patch_model
from barograph.server.routes.parameters import ModelName, ProjectName
from barograph.server.routes.references import post_past as make_past
from barograph.server.times import as_datetime
from barograph.store.catalog import Model, model, references
from barograph.store.catalog import project as project_of
from barograph.store.events import read_events

router = APIRouter(include_in_schema=False)

_LONGEST: Final = 400
_LONGEST_TEXT: Final = 2_000
_MOST_ROWS: Final = 200
_Text = Annotated[str, Form(max_length=_LONGEST)]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReference:
    """A reference of the model; `created_at` in µs UTC."""

    name: str
    origin: str
    created_at: int
    is_default: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """When the model was given its reference; `at` in µs UTC.

    Attributes
    ----------
    before : name of the one before, where that is still kept.
    """

    at: int
    by: str
    text: str
    before: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Another reference that is looked at.

    Attributes
    ----------
    kept : name of a kept one; empty: rows of the span.
    name : that rows of the span would have.
    rows : it rests on.
    changes : what it would change.
    turns : series by what would become of them.
    columns_start, columns_stop : that would begin and cease to alert.
    """

    kept: str
    name: str
    rows: int
    changes: Rebased
    turns: dict[str, int]
    shown: tuple[Rejudged, ...]
    columns_start: tuple[str, ...]
    columns_stop: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferencesPage:
    """What the page shows.

    Attributes
    ----------
    span : of the form, µs UTC.
    candidate : None where nothing was asked for; `fault`: why it could not be looked at.
    """

    head: Head
    kept: tuple[KeptReference, ...]
    changed: Changed | None
    span: tuple[int, int]
    candidate: Candidate | None
    fault: str
    template: str = "references"


@page(router, "/models/{project}/{model}/references")
def get_references(
    project: ProjectName,
    model_name: ModelName,
    view: Viewing,
    show: bool = False,
    kept: Annotated[str, Query(max_length=_LONGEST)] = "",
) -> Response:
    """Show the references of a model, and what another one would change.

    Parameters
    ----------
    show : look at what the rows of the span would change as the reference.
    kept : look at what this kept reference would change.
    """
    with view.here.database.reading() as conn:
        found = model(conn, project, model_name)
        asked = asked_for(conn, view, found)
        head = head_of(conn, view, asked)
        rows = tuple(
            KeptReference(
                name=r.name, origin=r.origin, created_at=r.created_at, is_default=r.id == found.reference
            )
            for r in references(conn, found.id)
        )
        changed = _changed(conn, found, rows)
    candidate, fault = None, ""
    if show or kept:
        try:
            candidate = _candidate(view, found, asked.span, kept)
        except BarographError as error:
            fault = str(error)
    return view.show(
        ReferencesPage(
            head=head, kept=rows, changed=changed, span=(asked.span.first, asked.span.end), candidate=candidate,
            fault=fault,
        ),
        status=422 if fault else 200,
    )  # fmt: skip


@router.post("/models/{project}/{model}/references", dependencies=[OwnForm])
def post_past(
    project: ProjectName,
    model_name: ModelName,
    view: Editing,
    first: Annotated[str, Form(alias="from", max_length=60)],
    end: Annotated[str, Form(alias="to", max_length=60)],
    name: _Text = "",
    comment: Annotated[str, Form(max_length=_LONGEST_TEXT)] = "",
) -> Response:
    """Make rows of a span the reference."""
    said = {"from": first, "to": end, "name": name.strip() or None, "comment": comment.strip()}
    make_past(project, model_name, view.here, view.visitor.principal, PastRows.model_validate(said))
    return view.go(f"{address_of_model(project, model_name)}/references")


@router.post("/models/{project}/{model}/references/choose", dependencies=[OwnForm])
def post_choose(project: ProjectName, model_name: ModelName, view: Editing, name: _Text) -> Response:
    """Compare with a kept reference from now on."""
    changes = ModelChanges(reference=name)
    patch_model(project, model_name, changes, view.here, view.visitor.principal)
    return view.go(f"{address_of_model(project, model_name)}/references")


def past_query(first: int, end: int) -> str:
    """What asks this page for the rows of a span, µs UTC, as the reference."""
    times = {"from": as_datetime(first).isoformat(), "to": as_datetime(end).isoformat()}
    return urlencode({"show": "true", **times})


def _candidate(view: View, found: Model, span: Span, kept: str) -> Candidate:
    words = kept or "/".join(as_datetime(at).isoformat() for at in (span.first, span.end))
    with view.here.database.reading() as conn:
        compared = compared_with(conn, found, words, now=view.now)
        file = kept_file(conn, project_of(conn, found.project).id)
        name = "" if kept else name_of_past(conn, found, words, now=view.now)
    assert compared is not None
    changes = rebased(view.here.store, found, file, words, now=view.now)
    turned = [each for each in changes.series if each.turn != "same"]
    starts, stops = (
        tuple(sorted({each.column for each in turned if each.turn == turn and each.column is not None}))
        for turn in ("starts", "stops")
    )
    return Candidate(
        kept=kept, name=name, rows=compared.whole.rows, changes=changes,
        turns=dict(Counter(each.turn for each in changes.series)), shown=tuple(turned[:_MOST_ROWS]),
        columns_start=starts, columns_stop=stops,
    )  # fmt: skip


def _changed(conn: sa.Connection, found: Model, kept: tuple[KeptReference, ...]) -> Changed | None:
    """The change to the reference there is now."""
    last = read_events(conn, model_id=found.id, kinds=("reference_changed",), limit=1)
    now = next((each.name for each in kept if each.is_default), None)
    if not last or last[0].details.get("after") != now:
        return None
    before = last[0].details.get("before")
    return Changed(
        at=last[0].at, by=last[0].source, text=str(last[0].details.get("text", "")),
        before=before if before in {each.name for each in kept} else None,
    )  # fmt: skip
