"""The page of an incident, and what people do there."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Annotated, Final, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Form
from starlette.responses import Response

from barograph.server.alerting.attention import note_opened
from barograph.server.pages.accounts.cookies import OwnForm
from barograph.server.pages.incident.make import Held, incident_page
from barograph.server.pages.own_address import own_address
from barograph.server.pages.view import Editing, View, Viewing, page
from barograph.server.routes import causes as causes_api
from barograph.server.routes import incidents as api
from barograph.server.routes import silences as silences_api
from barograph.server.routes.incidents import IncidentId
from barograph.server.times import as_datetime
from barograph.store import catalog
from barograph.store.alerts import alerts_of_incidents, events_of
from barograph.store.errors import NotFound, StoreUnavailable
from barograph.store.incidents import StoredIncident, incidents_of
from barograph.store.notifications import of_incident

router = APIRouter(include_in_schema=False)

_LONGEST_TEXT: Final = 10_000
_LONGEST_NAME: Final = 200
_MOST_HOURS: Final = 30 * 24
Hours = Annotated[int, Form(ge=1, le=_MOST_HOURS)]
Text = Annotated[str, Form(max_length=_LONGEST_TEXT)]
#: The page the form was on, where that is not the incident's.
Back = Annotated[str, Form(max_length=_LONGEST_NAME)]


@page(router, "/incidents/{incident}")
def get_incident(incident: IncidentId, view: Viewing) -> Response:
    """Show an incident; that it was looked at is noted once for everybody."""
    who = view.visitor.principal.key_id
    with view.here.database.reading() as conn:
        project, found = found_incident(conn, view, incident)
        held = held_of(conn, found)
        made = incident_page(conn, view, project, held)
    if not view.wants_picture and not any(
        event.kind == "opened by" and event.actor == who for event in held.history
    ):
        # Whoever reads is answered where nothing can be written.
        with suppress(StoreUnavailable), view.here.database.writing() as conn:
            note_opened(conn, found, actor=who, now=view.now)
    return view.show(made)


@router.post("/incidents/{incident}/acknowledge", dependencies=[OwnForm])
def post_acknowledge(incident: IncidentId, view: Editing, back: Back = "") -> Response:
    """Say that one sees to it."""
    api.post_acknowledge(_project(view, incident), incident, view.here, view.visitor.principal)
    return view.go(own_address(back or f"/incidents/{incident}"))


@router.post("/incidents/{incident}/assign", dependencies=[OwnForm])
def post_assign(
    incident: IncidentId,
    view: Editing,
    to: Annotated[str, Form(max_length=_LONGEST_NAME)] = "",
) -> Response:
    """Say who sees to it."""
    body = api.Assigned(to=to.strip() or None)
    api.post_assign(_project(view, incident), incident, view.here, view.visitor.principal, body)
    return view.go(f"/incidents/{incident}")


@router.post("/incidents/{incident}/snooze", dependencies=[OwnForm])
def post_snooze(incident: IncidentId, view: Editing, hours: Hours) -> Response:
    """Put it off."""
    body = api.Snoozed(until=as_datetime(view.now) + timedelta(hours=hours))
    api.post_snooze(_project(view, incident), incident, view.here, view.visitor.principal, body)
    return view.go(f"/incidents/{incident}")


@router.post("/incidents/{incident}/silence", dependencies=[OwnForm])
def post_silence(
    incident: IncidentId,
    view: Editing,
    hours: Hours,
    comment: Annotated[str, Form(min_length=1, max_length=2_000)],
    matchers: Annotated[str, Form(min_length=1, max_length=2_000)],
    back: Back = "",
) -> Response:
    """Silence alerts like those of the incident."""
    until = as_datetime(view.now) + timedelta(hours=hours)
    body = silences_api.NewSilence(matchers=matchers, ends_at=until, comment=comment)  # type: ignore[call-arg]
    silences_api.post_silence(_project(view, incident), view.here, view.visitor.principal, body)
    return view.go(own_address(back or f"/incidents/{incident}"))


@router.post("/incidents/{incident}/undo", dependencies=[OwnForm])
def post_undo(incident: IncidentId, view: Editing, back: Back = "") -> Response:
    """Take back what was done last."""
    api.post_undo(_project(view, incident), incident, view.here, view.visitor.principal)
    return view.go(own_address(back or f"/incidents/{incident}"))


@router.post("/incidents/{incident}/comment", dependencies=[OwnForm])
def post_comment(
    incident: IncidentId,
    view: Editing,
    text: Annotated[str, Form(min_length=1, max_length=_LONGEST_TEXT)],
) -> Response:
    """Say something about it."""
    api.post_comment(
        _project(view, incident), incident, view.here, view.visitor.principal, api.Commented(text=text)
    )
    return view.go(f"/incidents/{incident}#history")


@router.post("/incidents/{incident}/mark", dependencies=[OwnForm])
def post_mark(
    incident: IncidentId,
    view: Editing,
    mark: Annotated[Literal["useful", "noise", ""], Form()] = "",
    back: Back = "",
) -> Response:
    """Say whether it was worth it."""
    body = api.Marked.model_validate({"as": mark or None})
    api.post_mark(_project(view, incident), incident, view.here, view.visitor.principal, body)
    return view.go(own_address(back or f"/incidents/{incident}"))


@router.post("/incidents/{incident}/cause", dependencies=[OwnForm])
def post_cause(
    incident: IncidentId,
    view: Editing,
    cause: Annotated[Literal["right", "wrong", ""], Form()] = "",
) -> Response:
    """Say whether the first cause named was right."""
    body = causes_api.CauseJudged.model_validate({"as": cause or None})
    causes_api.post_cause(_project(view, incident), incident, view.here, view.visitor.principal, body)
    return view.go(f"/incidents/{incident}")


@router.post("/incidents/{incident}/resolve", dependencies=[OwnForm])
def post_resolve(incident: IncidentId, view: Editing, comment: Text = "") -> Response:
    """End it."""
    body = api.Resolved(comment=comment)
    api.post_resolve(_project(view, incident), incident, view.here, view.visitor.principal, body)
    return view.go(f"/incidents/{incident}")


def _project(view: View, incident: int) -> str:
    """The project of an incident that may be seen."""
    with view.here.database.reading() as conn:
        return found_incident(conn, view, incident)[0]


def held_of(conn: sa.Connection, found: StoredIncident) -> Held:
    """What is stored of an incident."""
    return Held(
        incident=found,
        alerts=alerts_of_incidents(conn, [found.id]).get(found.id, []),
        history=events_of(conn, incident_id=found.id),
        told=of_incident(conn, found.id),
    )


def found_incident(conn: sa.Connection, view: View, incident: int) -> tuple[str, StoredIncident]:
    """An incident and its project; raises NotFound where there is none that may be seen."""
    projects = {project.id: project.name for project in catalog.projects(conn)}
    for found in incidents_of(conn, [incident]):
        if view.visitor.principal.sees(projects[found.project_id]):
            return projects[found.project_id], found
    raise NotFound(f"no incident {incident}; the inbox leads to those there are.")
