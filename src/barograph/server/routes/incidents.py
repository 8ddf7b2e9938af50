"""Incidents: listed, shown, and what people do about them."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from barograph.server.access.audited import note
from barograph.server.access.needs import Editor, Viewer, needs
from barograph.server.access.principal import Principal
from barograph.server.alerting.attention import attend, note_opened, resolve
from barograph.server.alerting.said import said_of_alerts
from barograph.server.alerting.shown import (
    IncidentAnswer,
    IncidentsAnswer,
    IncidentShown,
    incident_answer,
    incident_shown,
)
from barograph.server.alerting.undoing import undo
from barograph.server.errors import RequestRefused, declared
from barograph.server.routes.paging import (
    MOST,
    Before,
    From,
    Limit,
    State,
    To,
    between,
    next_of,
    read_before,
)
from barograph.server.routes.parameters import ProjectName
from barograph.server.state import Here, Server
from barograph.server.times import as_time_us
from barograph.store import catalog
from barograph.store.alerts import alerts_of_incidents, events_of, has_event
from barograph.store.errors import StoreUnavailable
from barograph.store.incidents import incident_of, list_incidents
from barograph.store.notifications import of_incident

router = APIRouter(prefix="/v1/projects/{project}/incidents", tags=["incidents"])

_READ: Final = declared(401, 403, 404)
_ACT: Final = declared(401, 403, 404, 409)
_LONGEST_TEXT: Final = 10_000
_LONGEST_SNOOZE_DAYS: Final = 30
IncidentId = Annotated[int, Path(alias="incident", description="Number of the incident.", ge=1, le=2**53)]
LatestOf = Annotated[
    int,
    Query(description="How many alerts, and how much of its history, at most.", ge=1, le=MOST),
]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Assigned(_Form):
    """Who sees to it."""

    to: str | None = Field(description="A name; null: nobody.", max_length=200)


class Snoozed(_Form):
    """Until when it may wait."""

    until: AwareDatetime = Field(description=f"At most {_LONGEST_SNOOZE_DAYS} days ahead.")


class Commented(_Form):
    """Something said about it."""

    text: str = Field(min_length=1, max_length=_LONGEST_TEXT)


class Resolved(_Form):
    """Why it is over."""

    comment: str = Field("", max_length=_LONGEST_TEXT)


class Marked(_Form):
    """Whether it was worth it."""

    as_: Literal["useful", "noise"] | None = Field(alias="as", description="null takes the mark away.")


@router.get("", dependencies=[needs("viewer")], responses=_READ)
def get_incidents(
    project: ProjectName,
    here: Here,
    state: State = "all",
    first: From = None,
    end: To = None,
    before: Before = None,
    limit: Limit = 100,
) -> IncidentsAnswer:
    """List the incidents of a project, the latest first."""
    with here.database.reading() as conn:
        project_id = catalog.project(conn, project).id
        found = list_incidents(
            conn, project_id, state=state, opened=between(first, end, now=here.clock.now()),
            before=read_before(before), limit=limit,
        )  # fmt: skip
    return IncidentsAnswer(
        incidents=[incident_shown(each) for each in found],
        next=next_of(found, limit, lambda each: (each.opened_at, each.id)),
    )


@router.get("/{incident}", responses=_READ)
def get_incident(
    project: ProjectName, incident: IncidentId, here: Here, who: Viewer, limit: LatestOf = 100
) -> IncidentAnswer:
    """Show an incident: its alerts, why, what was done and told. That it was looked at is noted once a key."""
    with here.database.reading() as conn:
        project_id = catalog.project(conn, project).id
        found = incident_of(conn, project_id, incident)
        alerts = alerts_of_incidents(conn, [found.id]).get(found.id, [])
        answer = incident_answer(
            found,
            alerts,
            events_of(conn, incident_id=found.id, limit=limit),
            of_incident(conn, found.id),
            said=said_of_alerts(conn, found, alerts, project=project, reached_at=here.settings.reached_at),
            limit=limit,
        )
        is_noted = has_event(conn, found.id, "opened by", actor=who.key_id)
    if not is_noted:
        # Whoever reads is answered where nothing can be written.
        with suppress(StoreUnavailable), here.database.writing() as conn:
            note_opened(conn, found, actor=who.key_id, now=here.clock.now())
    return answer


@router.post("/{incident}/acknowledge", responses=_ACT)
def post_acknowledge(project: ProjectName, incident: IncidentId, here: Here, who: Editor) -> IncidentShown:
    """Say that somebody sees to it: no more reminders and escalation, unless it becomes worse."""
    now = here.clock.now()
    changed = {"acknowledged_by": who.key_id, "acknowledged_at": now}
    return _attended(here, who, (project, incident), "acknowledged", changed=changed)


@router.post("/{incident}/assign", responses=_ACT)
def post_assign(
    project: ProjectName, incident: IncidentId, here: Here, who: Editor, body: Assigned
) -> IncidentShown:
    """Say who sees to it."""
    changed = {"assignee": body.to}
    return _attended(here, who, (project, incident), "assigned", {"to": body.to}, changed=changed)


@router.post("/{incident}/snooze", responses=_ACT)
def post_snooze(
    project: ProjectName, incident: IncidentId, here: Here, who: Editor, body: Snoozed
) -> IncidentShown:
    """Put it off: if it still fires then, it is told again."""
    until, now = as_time_us(body.until), here.clock.now()
    if not now < until <= now + _LONGEST_SNOOZE_DAYS * 86_400_000_000:
        raise RequestRefused(
            422, f"body.until: expected a time within the next {_LONGEST_SNOOZE_DAYS} days.",
            details=[{"field": "body.until"}],
        )  # fmt: skip
    told = {"until": body.until.isoformat()}
    return _attended(here, who, (project, incident), "snoozed", told, changed={"snoozed_until": until})


@router.post("/{incident}/undo", responses=_ACT)
def post_undo(project: ProjectName, incident: IncidentId, here: Here, who: Editor) -> IncidentShown:
    """Take back the acknowledgement, the snooze or the end by hand that was the last thing to happen to it."""
    with here.database.writing() as conn:
        project_id = catalog.project(conn, project).id
        found = undo(conn, project_id, incident, actor=who.key_id, now=here.clock.now())
        note(conn, here, who, "incident.undo", f"{project}/{incident}")
    return incident_shown(found)


@router.post("/{incident}/comment", responses=_ACT)
def post_comment(
    project: ProjectName, incident: IncidentId, here: Here, who: Editor, body: Commented
) -> IncidentShown:
    """Say something about it."""
    return _attended(here, who, (project, incident), "commented", {"text": body.text})


@router.post("/{incident}/mark", responses=_ACT)
def post_mark(
    project: ProjectName, incident: IncidentId, here: Here, who: Editor, body: Marked
) -> IncidentShown:
    """Say whether it was useful or noise: the noise report and back-tests go by it."""
    return _attended(here, who, (project, incident), "marked", {"as": body.as_}, changed={"mark": body.as_})


@router.post("/{incident}/resolve", responses=_ACT)
def post_resolve(
    project: ProjectName, incident: IncidentId, here: Here, who: Editor, body: Resolved | None = None
) -> IncidentShown:
    """End it with all its alerts; the next breach is a new one."""
    comment = "" if body is None else body.comment
    with here.database.writing() as conn:
        project_id = catalog.project(conn, project).id
        found = resolve(conn, project_id, incident, actor=who.key_id, now=here.clock.now(), comment=comment)
        note(conn, here, who, "incident.resolve", f"{project}/{incident}")
    return incident_shown(found)


def _attended(
    here: Server,
    who: Principal,
    of: tuple[str, int],
    kind: str,
    details: dict[str, Any] | None = None,
    *,
    changed: dict[str, Any] | None = None,
) -> IncidentShown:
    project, incident = of
    with here.database.writing() as conn:
        found = attend(
            conn, catalog.project(conn, project).id, incident, kind, actor=who.key_id, now=here.clock.now(),
            details=details, changed=changed,
        )  # fmt: skip
        note(conn, here, who, f"incident.{kind}", f"{project}/{incident}")
    return incident_shown(found)
