"""What happened: deployments, schema changes, backfills, notes and incidents, day by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from fastapi import APIRouter, Form, Query
from starlette.responses import Response

from barograph.errors import check_known
from barograph.locale.said import word
from barograph.operations.event_kinds import KINDS, TOLD
from barograph.server.access.audited import note
from barograph.server.access.needs import no_project
from barograph.server.errors import RequestRefused
from barograph.server.pages.accounts.cookies import OwnForm
from barograph.server.pages.view import Editing, View, Viewing, page
from barograph.server.reading.span import Span
from barograph.server.times import as_datetime, as_time_us
from barograph.store import catalog
from barograph.store.events import EventError, StoredEvent, read_events, record
from barograph.store.incidents import StoredIncident, list_incidents

router = APIRouter(include_in_schema=False)

_INCIDENT: Final = "incident"
_LONGEST_NAME: Final = 200
_LONGEST_TEXT: Final = 10_000
_MOST: Final = 150
Word = Annotated[str, Query(max_length=60)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One thing that happened; `at` in µs UTC.

    Attributes
    ----------
    text : what was said with it.
    incident : its number, where it is one that was opened.
    by : who told it; empty: the server found it.
    """

    at: int
    kind: str
    name: str
    project: str
    model: str | None
    text: str
    by: str
    incident: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day on which something happened."""

    day: date
    happened: tuple[Happened, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsPage:
    """What the page shows.

    Attributes
    ----------
    days : the latest first.
    counts : how many there are of each kind, before one was chosen.
    models : (project, model) pairs that a note may be about.
    told : kinds a person may note, with what they mean.
    """

    days: tuple[Day, ...]
    counts: Mapping[str, int]
    kind: str
    model: str
    models: tuple[tuple[str, str], ...]
    projects: tuple[str, ...]
    told: Mapping[str, str]
    first: int
    end: int
    now: int
    template: str = "events"


@page(router, "/events")
def get_events(view: Viewing, kind: Word = "", model: Annotated[str, Query(max_length=401)] = "") -> Response:
    """Show what happened in a span of time.

    Parameters
    ----------
    kind : only of this one.
    model : only of this one, as project/model.
    """
    span = view.selection.read_span(timezone="UTC", now=view.now, default="90d")
    with view.here.database.reading() as conn:
        found = _happened(conn, view, span)
        pairs = tuple((p, m) for p, m in catalog.model_names(conn) if view.visitor.principal.sees(p))
        projects = tuple(sorted(_projects(conn, view).values()))
    of_model = [each for each in found if model in ("", f"{each.project}/{each.model}")]
    shown = [each for each in of_model if kind in ("", each.kind)][:_MOST]
    days: dict[date, list[Happened]] = {}
    for each in shown:
        days.setdefault(as_datetime(each.at).date(), []).append(each)
    return view.show(
        EventsPage(
            days=tuple(Day(day=day, happened=tuple(those)) for day, those in days.items()), kind=kind, model=model,
            counts=dict(Counter(each.kind for each in of_model).most_common()), models=pairs, projects=projects,
            told=dict(TOLD), first=span.first, end=span.end, now=view.now,
        )
    )  # fmt: skip


@router.post("/events", dependencies=[OwnForm])
def post_event(
    view: Editing,
    about: Annotated[str, Form(min_length=1, max_length=401)],
    name: Annotated[str, Form(min_length=1, max_length=_LONGEST_NAME)],
    kind: Annotated[str, Form(max_length=60)] = "note",
    at: Annotated[str, Form(max_length=40)] = "",
    timezone: Annotated[str, Form(max_length=60)] = "UTC",
    text: Annotated[str, Form(max_length=_LONGEST_TEXT)] = "",
) -> Response:
    """Note what happened.

    Parameters
    ----------
    about : a project, or project/model.
    at : local time in `timezone`; empty: now.
    """
    check_known("event", [("kind", kind, tuple(TOLD))], EventError)
    project, _, model = about.partition("/")
    if not view.visitor.principal.sees(project):
        raise no_project(project)
    happened = view.now if not at else _moment(at, timezone)
    who = view.visitor.principal
    with view.here.database.writing() as conn:
        project_id = catalog.project(conn, project).id
        model_id = catalog.model(conn, project, model).id if model else None
        record(
            conn, model_id=model_id, project_id=project_id, kind=kind, at=happened, received_at=view.now,
            name=name.strip(), source=who.name, details={"text": text.strip()} if text.strip() else {},
        )  # fmt: skip
        note(conn, view.here, who, "event.create", about, kind=kind, name=name.strip())
    return view.go("/events")


def _moment(text: str, timezone: str) -> int:
    try:
        return as_time_us(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC))
    except (ValueError, KeyError, OSError, OverflowError):
        raise RequestRefused(
            422,
            f"{text!r} in {timezone!r} is no time; expected one such as 2026-05-01T22:00, and Europe/Berlin.",
        ) from None


def _happened(conn: sa.Connection, view: View, span: Span) -> list[Happened]:
    """Events and incidents of the projects that are seen, the latest first."""
    only = view.selection.project
    found: list[Happened] = []
    for project_id, project in _projects(conn, view).items():
        if only in (None, project):
            names = {model.id: model.name for model in catalog.models(conn, project)}
            events = read_events(conn, project_id=project_id, first=span.first, end=span.end + 1, limit=_MOST)
            found += [_event(each, project, names) for each in events]
            opened = list_incidents(conn, project_id, opened=(span.first, span.end + 1), limit=_MOST)
            found += [_incident(each, project) for each in opened]
    return sorted(found, key=lambda each: -each.at)


def _event(event: StoredEvent, project: str, names: Mapping[int, str]) -> Happened:
    said = event.details.get("text") or event.details.get("message") or ""
    return Happened(
        at=event.at, kind=event.kind, name=event.name or word(KINDS.get(event.kind, event.kind)), project=project,
        model=None if event.model_id is None else names.get(event.model_id), text=str(said),
        by="" if event.source == "server" else event.source,
    )  # fmt: skip


def _incident(incident: StoredIncident, project: str) -> Happened:
    models = incident.facts.get("models", ())
    return Happened(
        at=incident.opened_at, kind=_INCIDENT, name=incident.title, project=project,
        model=models[0] if len(models) == 1 else None, text=incident.peak_severity, by="", incident=incident.id,
    )  # fmt: skip


def _projects(conn: sa.Connection, view: View) -> dict[int, str]:
    return {p.id: p.name for p in catalog.projects(conn) if view.visitor.principal.sees(p.name)}
