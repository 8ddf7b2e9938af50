"""Monitors of a project: one file, shown, put in place, tried on the past."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

import sqlalchemy as sa
from fastapi import APIRouter, Body, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from barograph.monitors.file import file_document, read_file_document
from barograph.monitors.plan import plan, plan_document
from barograph.server.access.audited import note
from barograph.server.access.needs import Editor, needs
from barograph.server.alerting.backtest import Backtest, backtest
from barograph.server.alerting.file import check_file, kept_file, put_file
from barograph.server.alerting.known_labels import names_to_come
from barograph.server.alerting.shown_series import SeriesShown, counted, shown_series
from barograph.server.errors import declared
from barograph.server.routes.parameters import LONGEST_NAME, NAME_PATTERN, ProjectName
from barograph.server.state import Here
from barograph.server.times import as_datetime
from barograph.store import catalog
from barograph.store.catalog.names import not_found
from barograph.store.monitors import StoredMonitor, all_monitors

router = APIRouter(prefix="/v1/projects/{project}/monitors", tags=["monitors"])

_ANY: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}}}}
}
MonitorName = Annotated[
    str,
    Path(
        alias="monitor", description="Name of the monitor.", min_length=1, max_length=LONGEST_NAME,
        pattern=NAME_PATTERN,
    ),
]  # fmt: skip
Document = Annotated[
    dict[str, Any],
    Body(description="A file of monitors as JSON: monitors, routes, calendars, inhibitions, defaults."),
]
DryRun = Annotated[bool, Query(description="Only say what would change.")]
WithSeries = Annotated[bool, Query(alias="series", description="Also how the series of each monitor stand.")]


class PutAnswer(BaseModel):
    """What putting the file changed, or would change."""

    added: list[dict[str, Any]]
    changed: list[dict[str, Any]] = Field(description="With the keys that differ, before and after.")
    removed: list[dict[str, Any]]
    same: int
    dry_run: bool
    warnings: list[str] = Field(
        description="Models, monitors, routes and channels that the file names and that are not there now."
    )


class MonitorAnswer(BaseModel):
    """One monitor and where it stands."""

    name: str
    revision: int
    created_at: datetime
    changed_at: datetime
    document: dict[str, Any]
    series: list[SeriesShown]


class AskedBacktest(BaseModel):
    """Monitors and a span of the past to try them on."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    document: dict[str, Any] = Field(description="A file of monitors as JSON.")
    model: str | None = Field(None, description="Only this model.", max_length=LONGEST_NAME)
    first: str | None = Field(None, alias="from", description="ISO 8601 time or date.", max_length=40)
    end: str | None = Field(None, alias="to", max_length=40, description="As a date that day's end.")


@router.get(
    "", dependencies=[needs("viewer")], responses=declared(401, 403, 404) | _ANY, response_class=Response
)
def get_monitors(project: ProjectName, here: Here, series: WithSeries = False) -> Response:
    """Show all monitors of a project as one file, which can be put back."""
    with here.database.reading() as conn:
        project_id = catalog.project(conn, project).id
        document = file_document(kept_file(conn, project_id))
        if series:
            told = counted(conn, project_id)
            by_name = {each.name: each for each in all_monitors(conn, project_id)}
            document["standing"] = {
                name: {"revision": each.revision, **told.get(each.id, {})} for name, each in by_name.items()
            }
    return JSONResponse(document)


@router.put("", responses=declared(401, 403, 404, 409))
def put_monitors(
    project: ProjectName, here: Here, who: Editor, document: Document, dry_run: DryRun = False
) -> PutAnswer:
    """Put a file in place of all monitors, routes, calendars and inhibitions there are: all of it or nothing."""
    wanted, now = read_file_document(document, where="body"), here.clock.now()
    with here.database.reading() as conn:
        project_id = catalog.project(conn, project).id
        check_file(conn, project, project_id, wanted)
        to_come = names_to_come(conn, {project_id: project}, wanted)
        warnings = [f"{where}: {said}" for where, said in to_come]
        if dry_run:
            found = plan(kept_file(conn, project_id), wanted)
            return PutAnswer(**plan_document(found), dry_run=True, warnings=warnings)
    with here.database.writing() as conn:
        found = put_file(conn, project_id, wanted, now=now, actor=who.key_id)
        if not found.is_empty:
            note(conn, here, who, "monitors.put", project, **plan_document(found))
    return PutAnswer(**plan_document(found), dry_run=False, warnings=warnings)


@router.get("/{monitor}", dependencies=[needs("viewer")], responses=declared(401, 403, 404))
def get_monitor(project: ProjectName, monitor: MonitorName, here: Here) -> MonitorAnswer:
    """Show a monitor, and where each of its series stands."""
    with here.database.reading() as conn:
        project_id = catalog.project(conn, project).id
        found = _named(conn, project, project_id, monitor)
        series = shown_series(conn, project, found.id)
    return MonitorAnswer(
        name=found.name, revision=found.revision, created_at=as_datetime(found.created_at),
        changed_at=as_datetime(found.changed_at), document=dict(found.document), series=series,
    )  # fmt: skip


@router.post("/backtest", dependencies=[needs("viewer")], responses=declared(401, 403, 404, 409))
def post_backtest(project: ProjectName, here: Here, asked: AskedBacktest) -> Backtest:
    """Say when monitors would have fired in a span of the past; nothing is kept."""
    file = read_file_document(asked.document, where="body.document")
    return backtest(
        here.store, project, file, model=asked.model, span=(asked.first, asked.end), now=here.clock.now()
    )


def _named(conn: sa.Connection, project: str, project_id: int, name: str) -> StoredMonitor:
    held = {each.name: each for each in all_monitors(conn, project_id)}
    if name not in held:
        raise not_found("monitor", name, held, f" in project {project!r}")
    return held[name]
