"""The page of one alert, and what people say about it."""

from __future__ import annotations

from typing import Annotated, Final

import sqlalchemy as sa
from fastapi import APIRouter, Form
from starlette.responses import Response

from barograph.server.pages.accounts.cookies import OwnForm
from barograph.server.pages.incident.alert import alert_page
from barograph.server.pages.routes.incidents import found_incident, held_of
from barograph.server.pages.view import Editing, View, Viewing, page
from barograph.server.routes import alerts as api
from barograph.server.routes.alerts import AlertId
from barograph.server.routes.incidents import Commented
from barograph.store.alerts import StoredAlert, alert_of, incident_of_alert
from barograph.store.errors import NotFound
from barograph.store.incidents import StoredIncident

router = APIRouter(include_in_schema=False)

_LONGEST_TEXT: Final = 10_000


@page(router, "/alerts/{alert}")
def get_alert(alert: AlertId, view: Viewing) -> Response:
    """Show an alert."""
    with view.here.database.reading() as conn:
        project, incident, found = _found(conn, view, alert)
        return view.show(alert_page(conn, view, project, found, held_of(conn, incident)))


@router.post("/alerts/{alert}/comment", dependencies=[OwnForm])
def post_comment(
    alert: AlertId, view: Editing, text: Annotated[str, Form(min_length=1, max_length=_LONGEST_TEXT)]
) -> Response:
    """Say something about it."""
    with view.here.database.reading() as conn:
        project = _found(conn, view, alert)[0]
    api.post_comment(project, alert, view.here, view.visitor.principal, Commented(text=text))
    return view.go(f"/alerts/{alert}#history")


def _found(conn: sa.Connection, view: View, alert: int) -> tuple[str, StoredIncident, StoredAlert]:
    """An alert with its project and incident; raises NotFound where there is none that may be seen."""
    incident = incident_of_alert(conn, alert)
    if incident is None:
        raise NotFound(f"no alert {alert}; the inbox leads to those there are.")
    project, found = found_incident(conn, view, incident)
    return project, found, alert_of(conn, found.project_id, alert)
