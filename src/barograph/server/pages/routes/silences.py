"""Silences, maintenance windows and calendars: what is told to nobody, or not judged, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from fastapi import APIRouter, Form, Query
from starlette.responses import Response

from barograph.alerts.known_labels import check_matchers, known_labels, unseen
from barograph.alerts.labels import with_severity
from barograph.alerts.matchers import Matcher, matches, read_matchers
from barograph.alerts.recurrence import DAYS
from barograph.alerts.silences import is_active
from barograph.errors import BarographError
from barograph.locale.said import Said
from barograph.server.access.needs import no_project
from barograph.server.alerting.known_labels import labels_of_projects
from barograph.server.alerting.standing import severity_of
from barograph.server.alerting.suppression import silence_of_stored
from barograph.server.errors import RequestRefused
from barograph.server.pages.accounts.cookies import OwnForm
from barograph.server.pages.monitors.calendars import CalendarRow, calendar_rows
from barograph.server.pages.view import Editing, View, Viewing, page
from barograph.server.routes import silences as api
from barograph.server.routes.silences import SilenceId
from barograph.server.times import as_datetime
from barograph.store import catalog
from barograph.store.actors import name_of, names_of_keys
from barograph.store.alerts import OpenAlert, StoredAlert, alert_of, open_in_short
from barograph.store.silences import StoredSilence, list_silences

router = APIRouter(include_in_schema=False)

_LONGEST: Final = 2_000
_MOST_HOURS: Final = 366 * 24
_MONTH_US: Final = 30 * 86_400_000_000
_MOST_SHOWN: Final = 30
Text = Annotated[str, Form(max_length=_LONGEST)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceRow:
    """One silence; times in µs UTC.

    Attributes
    ----------
    state : active, upcoming, resting (outside its weekly hours) or over.
    matched : open alerts it silences now.
    """

    id: int
    project: str
    kind: str
    state: str
    matchers: str
    starts_at: int
    ends_at: int
    recurrence: Mapping[str, Any] | None
    comment: str
    created_by: str
    ended_by: str | None
    matched: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """An open alert that the conditions of a new silence match."""

    incident: int | None
    severity: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A new silence as it stands in the form.

    Attributes
    ----------
    starts : local time in `timezone`; empty: now.
    days, first, last : weekly hours of a maintenance window.
    """

    project: str = ""
    matchers: str = ""
    kind: Literal["silence", "maintenance"] = "silence"
    hours: int = 24
    starts: str = ""
    days: tuple[str, ...] = ()
    first: str = "22:00"
    last: str = "02:00"
    timezone: str = "UTC"
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarWanted:
    """A calendar as it stands in its form; `fault` is what is wrong with it."""

    project: str = ""
    name: str = ""
    days: str = ""
    weekly: str = ""
    timezone: str = "UTC"
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SilencesPage:
    """What the page shows.

    Attributes
    ----------
    over : ended within 30 days.
    preview : open alerts that what is in the form matches, `matched` of them; None where nothing is in it.
    absent : what is in the form and is not there now, with the nearest name.
    fault : what is wrong with the form.
    calendars : times that monitors leave out; `calendar` stands in the form of one.
    """

    silences: tuple[SilenceRow, ...]
    over: tuple[SilenceRow, ...]
    projects: tuple[str, ...]
    wanted: Wanted
    preview: tuple[Matched, ...] | None
    matched: int
    absent: tuple[Said, ...]
    fault: str
    calendars: tuple[CalendarRow, ...]
    calendar: CalendarWanted
    now: int
    days: tuple[str, ...] = field(default=tuple(DAYS))
    template: str = "silences"


@page(router, "/silences")
def get_silences(
    view: Viewing,
    matchers: Annotated[str, Query(max_length=_LONGEST)] = "",
    comment: Annotated[str, Query(max_length=_LONGEST)] = "",
    hours: Annotated[int, Query(ge=1, le=_MOST_HOURS)] = 24,
) -> Response:
    """Show silences, and what the conditions in the form match now."""
    wanted = Wanted(matchers=matchers, comment=comment, hours=hours, project=view.selection.project or "")
    return silences_shown(view, wanted)


@router.post("/silences/preview", dependencies=[OwnForm])
def post_preview(
    view: Editing,
    matchers: Text,
    project: Text,
    comment: Text = "",
    hours: Annotated[int, Form(ge=1, le=_MOST_HOURS)] = 24,
) -> Response:
    """Lead to the form with what its conditions match now, under an address of its own."""
    asked = {"project": project, "matchers": matchers, "comment": comment, "hours": hours}
    return view.go(f"/silences?{urlencode(asked)}#preview")


@router.post("/silences", dependencies=[OwnForm])
def post_silence(
    view: Editing,
    project: Text,
    matchers: Text,
    comment: Text = "",
    kind: Annotated[Literal["silence", "maintenance"], Form()] = "silence",
    hours: Annotated[int, Form(ge=1, le=_MOST_HOURS)] = 24,
    starts: Text = "",
    days: Annotated[list[str] | None, Form()] = None,
    first: Text = "22:00",
    last: Text = "02:00",
    timezone: Text = "UTC",
) -> Response:
    """Make a silence, or say in the form what is wrong with it."""
    wanted = Wanted(
        project=project, matchers=matchers, kind=kind, hours=hours, starts=starts, days=tuple(days or ()),
        first=first, last=last, timezone=timezone, comment=comment.strip(),
    )  # fmt: skip
    if not view.visitor.principal.sees(project):
        raise no_project(project)
    try:
        api.post_silence(project, view.here, view.visitor.principal, _form(wanted, view.now))
    except BarographError as error:
        return silences_shown(view, wanted, fault=str(error))
    return view.go("/silences")


@router.post("/silences/{silence}/end", dependencies=[OwnForm])
def post_end(silence: SilenceId, view: Editing) -> Response:
    """End a silence before its time."""
    with view.here.database.reading() as conn:
        projects = _projects(conn, view)
        found = [each for each in list_silences(conn) if each.id == silence and each.project_id in projects]
    if not found:
        raise RequestRefused(404, f"no silence {silence}; those there are are listed under /silences.")
    api.delete_silence(projects[found[0].project_id], silence, view.here, view.visitor.principal)
    return view.go("/silences")


def _form(wanted: Wanted, now: int) -> api.NewSilence:
    if not wanted.comment:
        raise RequestRefused(422, "a silence needs a reason: who finds it later wants to know.")
    first, end = _span(wanted, now)
    weekly = {
        "days": list(wanted.days), "start": wanted.first, "end": wanted.last, "timezone": wanted.timezone,
    }  # fmt: skip
    return api.NewSilence(
        kind=wanted.kind, matchers=wanted.matchers, starts_at=first, ends_at=end,
        recurrence=weekly if wanted.kind == "maintenance" and wanted.days else None, comment=wanted.comment,
    )  # fmt: skip


def _span(wanted: Wanted, now: int) -> tuple[datetime, datetime]:
    text, timezone = wanted.starts, wanted.timezone
    try:
        first = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(timezone)) if text else as_datetime(now)
        return first.astimezone(UTC), first.astimezone(UTC) + timedelta(hours=wanted.hours)
    # A name of a zone that is a folder or a path fails in ways of its own.
    except (ValueError, KeyError, OSError, OverflowError):
        told = f"{text!r} in {timezone!r} is no time" if timezone.strip() else f"{text!r} has no time zone"
        raise RequestRefused(
            422, f"{told}; expected one such as 2026-05-01T22:00, and Europe/Berlin."
        ) from None


def silences_shown(
    view: View, wanted: Wanted, *, fault: str = "", calendar: CalendarWanted | None = None
) -> Response:
    """The page with what stands in its forms, and what is wrong with that."""
    with view.here.database.reading() as conn:
        projects = _projects(conn, view)
        only = view.selection.project
        chosen = {i: name for i, name in projects.items() if only in (None, name)}
        names = names_of_keys(conn)
        alerts = {project_id: open_in_short(conn, project_id) for project_id in projects}
        rows = [
            _row(each, projects[each.project_id], names, alerts[each.project_id], view.now)
            for each in list_silences(conn)
            if each.project_id in chosen and each.ends_at > view.now - _MONTH_US
        ]
        calendars = calendar_rows(conn, chosen, now=view.now)
        asked = {i: name for i, name in projects.items() if wanted.project in ("", name)}
        known = labels_of_projects(conn, asked) if wanted.matchers else known_labels()
    found: list[tuple[int, OpenAlert]] | None = None
    absent: tuple[Said, ...] = ()
    if wanted.matchers and not fault:
        try:
            conditions = read_matchers(wanted.matchers)
            check_matchers(conditions, known, where="a silence")
            absent = tuple(unseen(conditions, known))
            found = [(i, alert) for i in asked for alert in alerts[i] if _holds(conditions, alert)]
        except BarographError as error:
            fault = str(error)
    with view.here.database.reading() as conn:
        preview = [alert_of(conn, i, alert.id) for i, alert in (found or ())[:_MOST_SHOWN]]
    made = SilencesPage(
        silences=tuple(row for row in rows if row.state != "over"),
        over=tuple(row for row in reversed(rows) if row.state == "over"), projects=tuple(sorted(projects.values())),
        wanted=replace(wanted, project=wanted.project or next(iter(sorted(projects.values())), "")), fault=fault,
        preview=None if found is None else tuple(_matched(alert) for alert in preview),
        matched=len(found or ()), absent=absent, now=view.now, calendars=calendars,
        calendar=calendar or CalendarWanted(),
    )  # fmt: skip
    return view.show(made, status=422 if fault or made.calendar.fault else 200)


def _row(
    stored: StoredSilence, project: str, names: Mapping[str, str], alerts: Iterable[OpenAlert], now: int
) -> SilenceRow:
    silence = silence_of_stored(stored)
    over = stored.ended_at is not None or stored.ends_at <= now
    active = is_active(silence, now)
    state = "over" if over else "active" if active else "upcoming" if stored.starts_at > now else "resting"
    return SilenceRow(
        id=stored.id, project=project, kind=stored.kind, state=state,
        matchers=", ".join(str(each) for each in silence.matchers), starts_at=stored.starts_at,
        ends_at=stored.ended_at or stored.ends_at, recurrence=stored.recurrence, comment=stored.comment,
        created_by=name_of(names, stored.created_by),
        ended_by=None if stored.ended_by is None else name_of(names, stored.ended_by),
        matched=sum(_holds(silence.matchers, alert) for alert in alerts) if active else 0,
    )  # fmt: skip


def _holds(conditions: Iterable[Matcher], alert: OpenAlert) -> bool:
    return matches(conditions, with_severity(alert.labels, severity_of(alert.severity)))


def _matched(alert: StoredAlert) -> Matched:
    return Matched(incident=alert.incident_id, severity=alert.severity, summary=alert.summary)


def _projects(conn: sa.Connection, view: View) -> dict[int, str]:
    return {p.id: p.name for p in catalog.projects(conn) if view.visitor.principal.sees(p.name)}
