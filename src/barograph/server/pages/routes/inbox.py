"""The inbox: what needs somebody, and whether all else is well."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from fastapi import APIRouter
from starlette.responses import Response

from barograph.server.pages.view import View, Viewing, page
from barograph.store import catalog
from barograph.store.incidents import StoredIncident, open_incidents

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """One incident that is open.

    Attributes
    ----------
    since : start of its first breached window, µs UTC.
    """

    id: int
    project: str
    status: str
    severity: str
    title: str
    since: int
    models: tuple[str, ...]
    acknowledged_by: str | None
    assignee: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """What the inbox shows.

    Attributes
    ----------
    incidents : open ones, those that need somebody most first.
    models : how many there are.
    """

    incidents: tuple[InboxRow, ...]
    models: int
    now: int
    template: str = "inbox"


#: Statuses in the order in which they need somebody.
_ORDER = ("new", "escalating", "regressed", "ongoing")
_SEVERITIES = ("emergency", "critical", "warning", "info")


@page(router, "/")
def get_inbox(view: Viewing) -> Response:
    """Show the inbox."""
    with view.here.database.reading() as conn:
        return view.show(_inbox(conn, view))


def _inbox(conn: sa.Connection, view: View) -> InboxPage:
    projects = {p.id: p.name for p in catalog.projects(conn) if view.visitor.principal.sees(p.name)}
    if view.selection.project is not None:
        projects = {i: name for i, name in projects.items() if name == view.selection.project}
    found = [i for i in open_incidents(conn) if i.project_id in projects and i.resolved_at is None]
    rows = tuple(_row(each, projects[each.project_id]) for each in sorted(found, key=_need))
    models = sum(name in projects.values() for name, _ in catalog.model_names(conn))
    return InboxPage(incidents=rows, models=models, now=view.now)


def _need(incident: StoredIncident) -> tuple[int, int, int]:
    status = _ORDER.index(incident.status) if incident.status in _ORDER else len(_ORDER)
    return _SEVERITIES.index(incident.severity), status, -incident.started_at


def _row(incident: StoredIncident, project: str) -> InboxRow:
    return InboxRow(
        id=incident.id, project=project, status=incident.status, severity=incident.severity, title=incident.title,
        since=incident.started_at, models=tuple(incident.facts.get("models", ())),
        acknowledged_by=incident.acknowledged_by, assignee=incident.assignee,
    )  # fmt: skip
