"""One channel: made, changed, switched off and on, deleted. What it is reached with is typed and never shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from barograph.errors import BarographError, check_known
from barograph.server.access.needs import no_project
from barograph.server.notify.errors import ChannelError
from barograph.server.notify.kinds import KINDS
from barograph.server.pages.accounts.cookies import OwnForm
from barograph.server.pages.channels.fields import ChannelField, Fault, config_typed, faults_of, fields_of
from barograph.server.pages.texts_sent import TextsSent, texts_sent
from barograph.server.pages.view import Administering, View, page
from barograph.server.routes import channels as api
from barograph.server.routes.channels import ChannelBody, ChannelName
from barograph.server.routes.parameters import LONGEST_NAME, NAME_PATTERN, ProjectName
from barograph.store import catalog
from barograph.store.channels import StoredChannel, all_channels, channel_named, channel_seal
from barograph.store.errors import Damaged

router = APIRouter(include_in_schema=False)

_LIST: Final = "/settings/channels"
_LANGUAGES: Final = ("en", "zh-CN")
_LONGEST: Final = 20_000
Language = Literal["en", "zh-CN"]
Sent = Annotated[TextsSent, Depends(texts_sent)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPage:
    """What the page shows.

    Attributes
    ----------
    name : of the channel; empty: a new one.
    fields : by kind, as they were typed.
    is_sealed : whether what it is reached with does not open any more, so that all has to be typed again.
    fault : what is wrong with the whole; `name_fault`: with its name.
    """

    project: str
    projects: tuple[str, ...]
    name: str
    typed_name: str
    kind: str
    kinds: tuple[str, ...]
    fields: tuple[ChannelField, ...]
    language: str
    is_on: bool
    is_sealed: bool
    fault: str = ""
    name_fault: Fault | None = None
    template: str = "settings_channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A channel as it is, opened; what it is reached with stays here."""

    stored: StoredChannel | None = None
    config: Mapping[str, Any] = field(default_factory=dict, repr=False)
    language: str = _LANGUAGES[0]
    is_sealed: bool = False


@page(router, f"{_LIST}/new")
def get_new(
    view: Administering,
    kind: Annotated[str, Query(max_length=40)] = "email",
    into: Annotated[str, Query(max_length=LONGEST_NAME)] = "",
) -> Response:
    """Show the form of a new channel.

    Parameters
    ----------
    into : the project it is for.
    """
    check_known("channel", [("kind", kind, KINDS)], ChannelError)
    return _show(view, into, _Held(), kind)


@router.post(f"{_LIST}/new", dependencies=[OwnForm])
def post_new(view: Administering, sent: Sent) -> Response:
    """Make a channel."""
    typed = _line(sent)
    project, name, kind = (typed.get(each, "").strip() for each in ("into", "name", "kind"))
    check_known("channel", [("kind", kind, KINDS)], ChannelError)
    wrong = _wrong_name(view, project, name)
    return _keep(view, (project, name), kind, _Held(), typed, wrong)


@page(router, _LIST + "/{project}/{channel}")
def get_channel(view: Administering, project: ProjectName, channel: ChannelName) -> Response:
    """Show the form of a channel."""
    held = _held(view, project, channel)
    assert held.stored is not None
    return _show(view, project, held, held.stored.kind)


@router.post(_LIST + "/{project}/{channel}", dependencies=[OwnForm])
def post_channel(view: Administering, project: ProjectName, channel: ChannelName, sent: Sent) -> Response:
    """Change a channel."""
    held, typed = _held(view, project, channel), _line(sent)
    assert held.stored is not None
    return _keep(view, (project, channel), held.stored.kind, held, typed, None)


@router.post(_LIST + "/{project}/{channel}/switch", dependencies=[OwnForm])
def post_switch(view: Administering, project: ProjectName, channel: ChannelName) -> Response:
    """Switch a channel off, or on again; what it could not be told in the last day is then tried."""
    held = api.get_channel(project, channel, view.here)
    body = ChannelBody(kind=held.kind, config=None, enabled=not held.enabled, language=None)
    api.put_a_channel(project, channel, view.here, view.visitor.principal, body)
    return view.go(_LIST)


@router.post(_LIST + "/{project}/{channel}/delete", dependencies=[OwnForm])
def post_delete(view: Administering, project: ProjectName, channel: ChannelName) -> Response:
    """Delete a channel."""
    api.remove_channel(project, channel, view.here, view.visitor.principal)
    return view.go(_LIST)


def _keep(
    view: View, of: tuple[str, str], kind: str, held: _Held, typed: Mapping[str, str], wrong: Fault | None
) -> Response:
    config = config_typed(kind, typed, held.config)
    faults = faults_of(kind, config)
    language: Language = "zh-CN" if typed.get("language") == "zh-CN" else "en"
    if not faults and wrong is None:
        body = ChannelBody(kind=kind, config=config, enabled="enabled" in typed, language=language)
        try:
            api.put_a_channel(*of, view.here, view.visitor.principal, body)
        except BarographError as error:
            return _show(view, of[0], held, kind, typed=typed, fault=str(error))
        return view.go(_LIST)
    return _show(view, of[0], held, kind, typed=typed, faults=faults, wrong=wrong)


def _show(
    view: View,
    project: str,
    held: _Held,
    kind: str,
    *,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, Fault] | None = None,
    wrong: Fault | None = None,
    fault: str = "",
) -> Response:
    given = typed or {}
    is_on = held.stored is None or held.stored.enabled
    shown = ChannelPage(
        project=project, projects=_projects(view), name="" if held.stored is None else held.stored.name,
        typed_name=given.get("name", ""), kind=kind, kinds=tuple(KINDS), is_sealed=held.is_sealed,
        fields=fields_of(kind, given, held.config, faults or {}), language=given.get("language", held.language),
        is_on="enabled" in given if given else is_on, fault=fault, name_fault=wrong,
    )  # fmt: skip
    return view.show(shown, status=422 if fault or faults or wrong else 200)


def _held(view: View, project: str, channel: str) -> _Held:
    with view.here.database.reading() as conn:
        stored = channel_named(conn, catalog.project(conn, project).id, channel)
    try:
        opened = stored.opened(channel_seal(view.here.settings.data_path))
    except Damaged:
        # All of it is typed again.
        return _Held(stored=stored, is_sealed=True)
    return _Held(stored=stored, config=opened.config, language=opened.language)


def _wrong_name(view: View, project: str, name: str) -> Fault | None:
    """What is wrong with the name of a new channel; raises NotFound of a project that may not be seen."""
    if project not in _projects(view):
        raise no_project(project)
    if not name:
        return Fault(word="missing")
    if len(name) > LONGEST_NAME or re.match(NAME_PATTERN, name) is None:
        return Fault(word="name")
    with view.here.database.reading() as conn:
        there = {each.name for each in all_channels(conn, catalog.project(conn, project).id)}
    return Fault(word="there") if name in there else None


def _projects(view: View) -> tuple[str, ...]:
    with view.here.database.reading() as conn:
        return tuple(p.name for p in catalog.projects(conn) if view.visitor.principal.sees(p.name))


def _line(sent: TextsSent) -> dict[str, str]:
    """The last value of each name."""
    return {name: values[-1][:_LONGEST] for name, values in sent.items() if values}
