"""The product seen whole, for whoever runs it; and how well it has served."""

from __future__ import annotations

from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Query
from starlette.responses import Response

from barograph.server.alerting.record import own_record
from barograph.server.clock import SystemClock
from barograph.server.pages.accounts.cookies import OwnForm
from barograph.server.pages.system.flow import channel_rows, judged, lag_rows, refused_rows, source_rows
from barograph.server.pages.system.machine import machine_of
from barograph.server.pages.system.shown import Check, SystemPage
from barograph.server.pages.view import Administering, Editing, View, Viewing, page
from barograph.server.routes import channels as channels_api
from barograph.server.routes import sources as sources_api
from barograph.server.routes.channels import ChannelName
from barograph.server.routes.parameters import ProjectName
from barograph.server.routes.sources import SourceName
from barograph.store import catalog

router = APIRouter(include_in_schema=False)


@page(router, "/system")
def get_system(view: Viewing, examine: Annotated[bool, Query()] = False) -> Response:
    """Show what waits, works, was refused and is kept, of the projects that may be seen.

    Parameters
    ----------
    examine : look closer, as `barograph doctor` does; takes seconds.
    """
    with view.here.database.reading() as conn:
        return view.show(_system(conn, view, examine=examine))


@router.post("/system/channels/{project}/{channel}/retry", dependencies=[OwnForm])
def post_retry(view: Editing, project: ProjectName, channel: ChannelName) -> Response:
    """Try again what was given up of a channel in the last seven days."""
    channels_api.retry_channel(project, channel, view.here, view.visitor.principal)
    return view.go("/system#messages")


@router.post("/system/sources/{project}/{source}/run", dependencies=[OwnForm])
def post_run(view: Administering, project: ProjectName, source: SourceName) -> Response:
    """Read a source as soon as may be."""
    sources_api.run_source_now(project, source, view.here, view.visitor.principal)
    return view.go("/system#sources")


def _system(conn: sa.Connection, view: View, *, examine: bool) -> SystemPage:
    here, who = view.here, view.visitor.principal
    projects = {p.id: p.name for p in catalog.projects(conn) if who.sees(p.name)}
    seen = {model.id: model for model in catalog.models(conn) if who.sees(model.project)}
    lag, machine_now = lag_rows(conn, here.log, seen), SystemClock().now()
    machine = None
    if who.projects is None:
        machine = machine_of(conn, here, machine_now=machine_now, examined=examine and view.may("admin"))
    return SystemPage(
        checks=tuple(
            Check(name=each.name, ok=each.ok, told="" if machine is None else each.told)
            for each in here.readiness.look(here)
        ),
        lag=lag, waiting=sum(row.rows for row in lag), judged=judged(conn, projects),
        refused=refused_rows(conn, seen, now=view.now), sources=source_rows(conn, projects, seen),
        channels=channel_rows(conn, projects), record=own_record(conn, projects, now=view.now), machine=machine,
        now=view.now, machine_now=machine_now,
    )  # fmt: skip
