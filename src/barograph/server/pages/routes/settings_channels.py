"""How messages leave: the channels of every project, and a test of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form
from starlette.responses import Response

from barograph.locale.recognised import recognised
from barograph.server.pages.accounts.cookies import OwnForm
from barograph.server.pages.view import Administering, Viewing, page
from barograph.server.routes import channels as api
from barograph.server.routes.channels import ChannelBody, ChannelName
from barograph.server.routes.parameters import ProjectName
from barograph.store import catalog

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
class ChannelsPage:
    """All channels that may be seen.

    Attributes
    ----------
    outcome : of the test just made: sent, refused or failed.
    why : what the receiver said.
    """

    channels: tuple[ChannelRow, ...]
    tested: str | None = None
    outcome: str | None = None
    why: str | None = None
    template: str = "settings_channels"


@page(router, "/settings/channels")
def get_channels(view: Viewing) -> Response:
    """Show the channels."""
    return view.show(ChannelsPage(channels=_rows(view)))


@router.post("/settings/channels/{project}/{channel}/test", dependencies=[OwnForm])
def post_test(view: Administering, project: ProjectName, channel: ChannelName) -> Response:
    """Send a test message and show what became of it."""
    said = api.try_channel(project, channel, view.here, view.visitor.principal)
    return view.show(ChannelsPage(channels=_rows(view), tested=channel, outcome=said.outcome, why=said.why))


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
