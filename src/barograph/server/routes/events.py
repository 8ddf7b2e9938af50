"""Events: what happened to models, told by users or found by the server."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query

from barograph.errors import check_known
from barograph.operations.event_kinds import KINDS
from barograph.server.access.needs import needs
from barograph.server.errors import declared
from barograph.server.operations.add import add_event_items
from barograph.server.operations.forms import EventItem
from barograph.server.operations.items import TakenAnswer, Told, items_schema
from barograph.server.operations.shown import EventsAnswer, events_answer
from barograph.server.operations.taking import take
from barograph.server.reading.span import Span, read_span
from barograph.server.routes.parameters import ModelName, ProjectName
from barograph.server.routes.readings import told
from barograph.server.state import Here, Server
from barograph.store import catalog
from barograph.store.events import EventError, read_events

router = APIRouter(prefix="/v1/projects/{project}", tags=["operations"])

_READ: Final = declared(401, 403, 404)
_SENT: Final = declared(400, 401, 403, 404, 409, 415)
_FROM: Final = Query(alias="from", description="ISO 8601 time or date; default: 90 days ago.", max_length=40)
_TO: Final = Query(
    alias="to", description="ISO 8601 time or date, as a date its end; default: now.", max_length=40
)
_KIND: Final = Query(description="Only of these kinds.", max_length=len(KINDS))
_LIMIT: Final = Query(description="Most events shown; the latest.", ge=1, le=10_000)


@router.post(
    "/events",
    dependencies=[needs("ingest")],
    responses=_SENT,
    openapi_extra=items_schema("events", EventItem),
)
def post_events(here: Here, items: Annotated[Told, told("events")]) -> TakenAnswer:
    """Tell what happened: a deployment, a backfill, a note; or what a model answers to probe rows."""
    return take(here, items, EventItem, add_event_items)


@router.get("/events", dependencies=[needs("viewer")], responses=_READ)
def get_events(
    project: ProjectName,
    here: Here,
    first: Annotated[str | None, _FROM] = None,
    end: Annotated[str | None, _TO] = None,
    kind: Annotated[list[str] | None, _KIND] = None,
    limit: Annotated[int, _LIMIT] = 1_000,
) -> EventsAnswer:
    """Show the events of a project and its models."""
    span = read_span(first, end, timezone="UTC", now=here.clock.now() + 1)
    return _events(here, project, None, (span, kind or [], limit))


@router.get("/models/{model}/events", dependencies=[needs("viewer")], responses=_READ)
def get_model_events(
    project: ProjectName,
    model: ModelName,
    here: Here,
    first: Annotated[str | None, _FROM] = None,
    end: Annotated[str | None, _TO] = None,
    kind: Annotated[list[str] | None, _KIND] = None,
    limit: Annotated[int, _LIMIT] = 1_000,
) -> EventsAnswer:
    """Show the events of a model, and those of its project as a whole."""
    with here.database.reading() as conn:
        timezone = catalog.model(conn, project, model).schema.timezone or "UTC"
    span = read_span(first, end, timezone=timezone, now=here.clock.now() + 1)
    return _events(here, project, model, (span, kind or [], limit))


def _events(
    here: Server, project: str, model: str | None, asked: tuple[Span, list[str], int]
) -> EventsAnswer:
    span, kinds, limit = asked
    check_known("events", [("kind", kind, KINDS) for kind in kinds], EventError)
    with here.database.reading() as conn:
        project_id = catalog.project(conn, project).id
        names = {m.id: m.name for m in catalog.models(conn, project)}
        model_id = None if model is None else catalog.model(conn, project, model).id
        found = read_events(
            conn, model_id=model_id, project_id=project_id, first=span.first, end=span.end,
            kinds=tuple(kinds), limit=limit,
        )  # fmt: skip
    return events_answer(found, names)
