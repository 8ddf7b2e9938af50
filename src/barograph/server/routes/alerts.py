"""Alerts: listed, shown, judged again from what is kept of them."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query

from barograph.monitors.monitor import SEVERITIES, Severity
from barograph.server.access.audited import note
from barograph.server.access.needs import Editor, needs
from barograph.server.alerting.attention import comment_on_alert
from barograph.server.alerting.noise import Noise, noise
from barograph.server.alerting.replay import Replay, replay
from barograph.server.alerting.said import said_of
from barograph.server.alerting.shown import AlertAnswer, AlertsAnswer, alert_answer, alert_shown
from barograph.server.errors import declared
from barograph.server.routes.incidents import Commented
from barograph.server.routes.paging import Before, From, Limit, State, To, between, next_of, read_before
from barograph.server.routes.parameters import LONGEST_NAME, ProjectName
from barograph.server.state import Here
from barograph.store import catalog
from barograph.store.alerts import alert_of, events_of, list_alerts

router = APIRouter(prefix="/v1/projects/{project}", tags=["alerts"])

_READ: Final = declared(401, 403, 404)
AlertId = Annotated[int, Path(alias="alert", description="Number of the alert.", ge=1, le=2**53)]
ModelAsked = Annotated[
    str | None, Query(alias="model", description="Only of this model.", max_length=LONGEST_NAME)
]
MonitorAsked = Annotated[str | None, Query(description="Only of this monitor.", max_length=LONGEST_NAME)]
KindAsked = Annotated[str | None, Query(description="breach, or blind.", max_length=20)]
IncidentAsked = Annotated[
    int | None, Query(alias="incident", description="Only of this incident.", ge=1, le=2**53)
]
SeverityAsked = Annotated[Severity | None, Query(description=f"One of {', '.join(SEVERITIES)}.")]
Days = Annotated[int, Query(description="Days looked back.", ge=1, le=400)]


@router.get("/alerts", dependencies=[needs("viewer")], responses=_READ)
def get_alerts(
    project: ProjectName,
    here: Here,
    state: State = "all",
    model: ModelAsked = None,
    monitor: MonitorAsked = None,
    severity: SeverityAsked = None,
    kind: KindAsked = None,
    incident: IncidentAsked = None,
    first: From = None,
    end: To = None,
    before: Before = None,
    limit: Limit = 100,
) -> AlertsAnswer:
    """List the alerts of a project, the latest first."""
    chosen: dict[str, object] = {
        name: value
        for name, value in (
            ("monitor", monitor),
            ("severity", severity),
            ("kind", kind),
            ("incident_id", incident),
        )
        if value is not None
    }
    with here.database.reading() as conn:
        project_id = catalog.project(conn, project).id
        if model is not None:
            chosen["model_id"] = catalog.model(conn, project, model).id
        found = list_alerts(
            conn, project_id, chosen=chosen, state=state, fired=between(first, end, now=here.clock.now()),
            before=read_before(before), limit=limit,
        )  # fmt: skip
    return AlertsAnswer(
        alerts=[alert_shown(alert) for alert in found],
        next=next_of(found, limit, lambda a: (a.fired_at, a.id)),
    )


@router.get("/alerts/{alert}", dependencies=[needs("viewer")], responses=_READ)
def get_alert(project: ProjectName, alert: AlertId, here: Here) -> AlertAnswer:
    """Show an alert and what happened to it."""
    with here.database.reading() as conn:
        project_id = catalog.project(conn, project).id
        found = alert_of(conn, project_id, alert)
        said = said_of(
            conn, project_id, found.incident_id, project=project, reached_at=here.settings.reached_at
        )
        return alert_answer(found, events_of(conn, alert_id=found.id), said=said)


@router.post("/alerts/{alert}/comment", responses=declared(401, 403, 404))
def post_comment(
    project: ProjectName, alert: AlertId, here: Here, who: Editor, body: Commented
) -> AlertAnswer:
    """Say something about one alert."""
    with here.database.writing() as conn:
        found = alert_of(conn, catalog.project(conn, project).id, alert)
        comment_on_alert(conn, found, body.text, actor=who.key_id, now=here.clock.now())
        note(conn, here, who, "alert.commented", f"{project}/{alert}")
    return get_alert(project, alert, here)


@router.get("/alerts/{alert}/replay", dependencies=[needs("viewer")], responses=declared(401, 403, 404, 409))
def get_replay(project: ProjectName, alert: AlertId, here: Here) -> Replay:
    """Judge an alert again from the sums and figures that were kept for it: the same, whatever became of the rows."""
    with here.database.reading() as conn:
        return replay(conn, alert_of(conn, catalog.project(conn, project).id, alert))


@router.get("/noise", dependencies=[needs("viewer")], responses=_READ)
def get_noise(project: ProjectName, here: Here, days: Days = 28) -> Noise:
    """Say which monitors were worth their alerts, and what to change about the others."""
    with here.database.reading() as conn:
        return noise(conn, catalog.project(conn, project).id, days=days, now=here.clock.now())
