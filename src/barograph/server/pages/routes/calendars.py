"""Calendars made and removed on the page of silences: times that monitors leave out."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Form
from starlette.responses import Response

from barograph.errors import BarographError
from barograph.server.access.needs import no_project
from barograph.server.pages.accounts.cookies import OwnForm
from barograph.server.pages.monitors.calendars import document_of, put_calendar, remove_calendar
from barograph.server.pages.routes.silences import CalendarWanted, Wanted, silences_shown
from barograph.server.pages.view import Editing, View

router = APIRouter(include_in_schema=False)

_LONGEST: Final = 4_000
Text = Annotated[str, Form(max_length=_LONGEST)]


@router.post("/calendars", dependencies=[OwnForm])
def post_calendar(
    view: Editing, project: Text, name: Text, days: Text = "", weekly: Text = "", timezone: Text = "UTC"
) -> Response:
    """Add or change a calendar, or say what is wrong with it."""
    _require(view, project)
    try:
        put_calendar(view, project, name.strip(), document_of(days=days, weekly=weekly, timezone=timezone))
    except BarographError as error:
        said = CalendarWanted(
            project=project, name=name, days=days, weekly=weekly, timezone=timezone, fault=str(error)
        )
        return silences_shown(view, Wanted(), calendar=said)
    return view.go("/silences#calendars")


@router.post("/calendars/delete", dependencies=[OwnForm])
def post_delete(view: Editing, project: Text, name: Text) -> Response:
    """Remove a calendar."""
    _require(view, project)
    try:
        remove_calendar(view, project, name)
    except BarographError as error:
        return silences_shown(view, Wanted(), calendar=CalendarWanted(fault=str(error)))
    return view.go("/silences#calendars")


def _require(view: View, project: str) -> None:
    if not view.visitor.principal.sees(project):
        raise no_project(project)
