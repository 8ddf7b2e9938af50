"""How messages leave: the channels of every project, and a test of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form
from starlette.responses import Response

from barograph.alerts.routes import DEFAULT_NAME, DEFAULT_ROUTE, Route, read_route
from barograph.locale.recognised import recognised
from barograph.server.pages.accounts.cookies import OwnForm
from barograph.server.pages.view import Administering, Viewing, page
from barograph.server.routes import channels as api
from barograph.server.routes.channels import ChannelBody, ChannelName
from barograph.server.routes.parameters import ProjectName
from barograph.store import catalog
from barograph.store.monitors import settings_of

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRow:
    """One channel, and how it goes; `language` is that of its messages, None where it writes to nobody."""

    project: str
    name: str
    kind: str
    enabled: bool
    language: str | None
    last_sent_at: datetime | None
    last_error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteRow:
    """Which channels hear of incidents, as a monitors file says.

    Attributes
    ----------
    channels : names; none: all that are on.
    is_usual : whether the project has written none, and this is how it is without.
    steps : seconds after which others are told where nobody acknowledges, with their channels.
    """

    project: str
    name: str
    channels: tuple[str, ...]
    least: str
    wait_seconds: float
    steps: tuple[tuple[float, tuple[str, ...]], ...]
    digest: bool
    is_usual: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelsPage:
    """All channels that may be seen, and the routes that lead to them.

    Attributes
    ----------
    outcome : of the test just made: sent, refused or failed.
    why : what the receiver said.
    """

    channels: tuple[ChannelRow, ...]
    routes: tuple[RouteRow, ...]
    tested: str | None = None
    outcome: str | None = None
    why: str | None = None
    template: str = "settings_channels"


@page(router, "/settings/channels")
def get_channels(view: Viewing) -> Response:
    """Show the channels."""
    return view.show(ChannelsPage(channels=_rows(view), routes=_routes(view)))


@router.post("/settings/channels/{project}/{channel}/test", dependencies=[OwnForm])
def post_test(view: Administering, project: ProjectName, channel: ChannelName) -> Response:
    """Send a test message and show what became of it."""
    said = api.try_channel(project, channel, view.here, view.visitor.principal)
    return view.show(
        ChannelsPage(
            channels=_rows(view), routes=_routes(view), tested=channel, outcome=said.outcome, why=said.why
        )
    )  # fmt: skip


@router.post("/settings/channels/{project}/{channel}/language", dependencies=[OwnForm])
def post_language(
    view: Administering,
    project: ProjectName,
    channel: ChannelName,
    code: Annotated[Literal["en", "zh-CN"], Form()],
) -> Response:
    """Have a channel's messages written in another language."""
    held = api.get_channel(project, channel, view.here)
    body = ChannelBody(kind=held.kind, config=None, enabled=held.enabled, language=code)
    api.put_a_channel(project, channel, view.here, view.visitor.principal, body)
    return view.go("/settings/channels")


def _rows(view: Viewing) -> tuple[ChannelRow, ...]:
    with view.here.database.reading() as conn:
        names = [p.name for p in catalog.projects(conn) if view.visitor.principal.sees(p.name)]
    return tuple(
        ChannelRow(
            project=name, name=each.name, kind=each.kind, enabled=each.enabled, last_sent_at=each.last_sent_at,
            last_error=each.last_error and recognised(each.last_error),
            language=None if each.kind == "browser" else each.language,
        )
        for name in names
        for each in api.list_channels(name, view.here).channels
    )  # fmt: skip


def _routes(view: Viewing) -> tuple[RouteRow, ...]:
    found = []
    with view.here.database.reading() as conn:
        for project in catalog.projects(conn):
            if view.visitor.principal.sees(project.name):
                kept = settings_of(conn, project.id).get("routes", {})
                held = [read_route(name, document) for name, document in kept.items()]
                usual = [] if DEFAULT_NAME in kept else [DEFAULT_ROUTE]
                found += [_route(project.name, each, is_usual=False) for each in held]
                found += [_route(project.name, each, is_usual=True) for each in usual]
    return tuple(found)


def _route(project: str, route: Route, *, is_usual: bool) -> RouteRow:
    return RouteRow(
        project=project, name=route.name, channels=route.channels, least=route.least,
        wait_seconds=route.wait_seconds, digest=route.digest, is_usual=is_usual,
        steps=tuple((step.after_seconds, step.channels) for step in route.escalate),
    )  # fmt: skip
