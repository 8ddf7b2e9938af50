"""The inbox: what needs somebody, and whether all else is well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Annotated, Final

import sqlalchemy as sa
from fastapi import APIRouter, Query
from starlette.responses import Response

from barograph.server.pages.accounts.cookies import OwnForm
from barograph.server.pages.inbox.attention import incident_rows
from barograph.server.pages.inbox.fleet import fleet_rows
from barograph.server.pages.inbox.shown import FleetRow, InboxPage, IncidentRow, Life
from barograph.server.pages.landings.ahead import reading_ahead
from barograph.server.pages.view import Editing, View, Viewing, page
from barograph.server.routes.incidents import IncidentId, post_acknowledge
from barograph.store import catalog
from barograph.store.actors import names_of_keys
from barograph.store.incidents import StoredIncident, open_incidents
from barograph.store.silences import list_silences
from barograph.store.tables.monitors import monitors
from barograph.store.tallies import tallies

router = APIRouter(include_in_schema=False)

_WEEK_US: Final = 7 * 86_400_000_000
_LONGEST: Final = 20
_MOST_RESOLVED: Final = 15
#: Models that are shown; the list of models has them all.
_MOST_TROUBLED: Final = 30
_MOST_WELL: Final = 20
Word = Annotated[str, Query(max_length=_LONGEST)]


@page(router, "/")
def get_inbox(view: Viewing, whose: Word = "", severity: Word = "") -> Response:
    """Show the inbox.

    Parameters
    ----------
    whose : mine, or nobody: only such incidents.
    severity : only of this one.
    """
    with view.here.database.reading() as conn:
        answer = view.show(_inbox(conn, view, whose=whose, severity=severity))
    answer.background = reading_ahead(view.here, now=view.now)
    return answer


@router.post("/acknowledge/{incident}", dependencies=[OwnForm])
def post_acknowledged(incident: IncidentId, view: Editing) -> Response:
    """Acknowledge an incident of the list, and stay there."""
    with view.here.database.reading() as conn:
        projects = _projects(conn, view)
        found = [each for each in open_incidents(conn) if each.id == incident and each.project_id in projects]
    for each in found:
        post_acknowledge(projects[each.project_id], incident, view.here, view.visitor.principal)
    return view.go("/")


def _inbox(conn: sa.Connection, view: View, *, whose: str, severity: str) -> InboxPage:
    seen = _projects(conn, view)
    only = view.selection.project
    projects = {i: name for i, name in seen.items() if only in (None, name)}
    found = _found(conn, projects, since=view.now - _WEEK_US)
    names = names_of_keys(conn)
    rows = incident_rows(conn, found, projects=projects, names=names, now=view.now, speak=view.language.said)
    resolved = sorted((row for row in rows if row.resolved_at), key=lambda row: -(row.resolved_at or 0))
    fleet = fleet_rows(
        conn,
        (model for model in catalog.models(conn) if model.project in projects.values()),
        now=view.now,
        speak=view.language.said,
        most=_MOST_TROUBLED,
    )
    owners = {(row.project, row.name): row.owner for row in fleet}
    opened = [row for row in rows if row.resolved_at is None]
    shown = tuple(
        row for row in opened if _chosen(row, view, whose, owners) and severity in ("", row.severity)
    )
    return InboxPage(
        incidents=shown, hidden=len(opened) - len(shown), resolved=tuple(resolved),
        troubled=tuple(row for row in fleet if row.standing.word != "well")[:_MOST_TROUBLED],
        well=tuple(row for row in fleet if row.standing.word == "well")[:_MOST_WELL],
        counts=Counter(row.standing.word for row in fleet), life=_life(conn, fleet, set(projects)),
        projects=tuple(sorted(seen.values())), whose=whose, severity=severity, now=view.now,
        silences=sum(each.project_id in projects for each in list_silences(conn, over_since=view.now)),
    )  # fmt: skip


def _found(conn: sa.Connection, projects: Collection[int], *, since: int) -> list[StoredIncident]:
    """Incidents that are open, and the last of those that were resolved since a time, µs UTC."""
    held = [i for i in open_incidents(conn, resolved_since=since) if i.project_id in projects]
    over = sorted((i for i in held if not i.is_open), key=lambda i: -(i.resolved_at or 0))
    return [i for i in held if i.is_open] + over[:_MOST_RESOLVED]


def _projects(conn: sa.Connection, view: View) -> dict[int, str]:
    return {p.id: p.name for p in catalog.projects(conn) if view.visitor.principal.sees(p.name)}


def _chosen(row: IncidentRow, view: View, whose: str, owners: Mapping[tuple[str, str], str | None]) -> bool:
    """Whether an incident is one of those asked for; mine are also those of models that I or my team own."""
    if whose == "mine":
        owned = {owners.get((row.project, model)) for model in row.models}
        return bool(view.visitor.names & {row.owner, row.acknowledged_by, *owned})
    return whose != "nobody" or (row.owner is None and row.acknowledged_by is None)


def _life(conn: sa.Connection, fleet: tuple[FleetRow, ...], projects: set[int]) -> Life:
    counted = [each for each in tallies(conn, "evaluations") if each.project_id in projects]
    judged = [row.standing.judged_at for row in fleet if row.standing.judged_at is not None]
    asked = sa.select(sa.func.count()).select_from(monitors).where(monitors.c.project_id.in_(projects))
    last = max(
        (row for row in fleet if row.window is not None), key=lambda row: row.window or 0, default=None
    )
    return Life(
        judged_at=max((each.last_at for each in counted), default=max(judged, default=None)),
        monitors=conn.scalar(asked) or 0, series=sum(row.standing.watched for row in fleet),
        errors=sum(each.count for each in counted if each.outcome == "error"),
        last_rows=None if last is None else last.window, last_every="" if last is None else last.every,
    )  # fmt: skip
