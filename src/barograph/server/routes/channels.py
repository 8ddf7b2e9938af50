"""Channels: where messages go. What they are reached with is written and never shown."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from barograph.server.access.audited import note
from barograph.server.access.needs import Admin, Editor, needs
from barograph.server.access.principal import Principal
from barograph.server.errors import RequestRefused, declared
from barograph.server.notify.kinds import make_channel, read_config
from barograph.server.notify.letter import said_in
from barograph.server.notify.outcome import Refused, Sent
from barograph.server.notify.start import making_of
from barograph.server.notify.trial import trial_letter
from barograph.server.routes.parameters import LONGEST_NAME, NAME_PATTERN, ProjectName
from barograph.server.state import Here, Server
from barograph.server.times import as_datetime
from barograph.store import catalog
from barograph.store.channels import (
    StoredChannel,
    all_channels,
    channel_named,
    channel_seal,
    delete_channel,
    note_attempt,
    put_channel,
)
from barograph.store.errors import Damaged, NotFound
from barograph.store.notifications import revive

router = APIRouter(prefix="/v1/projects/{project}/channels", tags=["notifications"])

_READ: Final = declared(401, 403, 404)
_DAY_US: Final = 86_400_000_000
ChannelName = Annotated[
    str,
    Path(
        alias="channel",
        description="Name of the channel.",
        min_length=1,
        max_length=LONGEST_NAME,
        pattern=NAME_PATTERN,
    ),
]


class ChannelBody(BaseModel):
    """A channel to make or change."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(
        description="email, apprise, webhook, pagerduty, sms, browser or alertmanager.", max_length=40
    )
    config: dict[str, Any] | None = Field(
        None, description="What it is reached with, as its kind needs it; null leaves it as it is."
    )
    enabled: bool = True


class ChannelAnswer(BaseModel):
    """A channel, with its secrets masked, and how it goes."""

    name: str
    kind: str
    enabled: bool
    config: dict[str, Any] | None = Field(
        description="With secrets masked; null where it cannot be opened any more."
    )
    created_at: datetime
    last_sent_at: datetime | None
    last_error: str | None = Field(description="Why the last message did not arrive; null once one has.")
    last_error_at: datetime | None


class ChannelsAnswer(BaseModel):
    """Channels of a project, by name."""

    channels: list[ChannelAnswer]


class TestAnswer(BaseModel):
    """What became of a test."""

    outcome: Literal["sent", "refused", "failed"]
    why: str | None = Field(description="Where it did not arrive: what the receiver said.")


class RetryAnswer(BaseModel):
    """How many messages are tried again."""

    notifications: int


@router.get("", dependencies=[needs("viewer")], responses=_READ)
def list_channels(project: ProjectName, here: Here) -> ChannelsAnswer:
    """List the channels of a project."""
    with here.database.reading() as conn:
        found = all_channels(conn, catalog.project(conn, project).id)
    return ChannelsAnswer(channels=[_answer(here, channel) for channel in found])


@router.get("/{channel}", dependencies=[needs("viewer")], responses=_READ)
def get_channel(project: ProjectName, channel: ChannelName, here: Here) -> ChannelAnswer:
    """Show a channel."""
    with here.database.reading() as conn:
        found = channel_named(conn, catalog.project(conn, project).id, channel)
    return _answer(here, found)


@router.put("/{channel}", responses=_READ)
def put_a_channel(
    project: ProjectName, channel: ChannelName, here: Here, who: Admin, body: ChannelBody
) -> ChannelAnswer:
    """Make a channel or change it; what it could not be told in the last day is then tried again."""
    seal, now = channel_seal(here.settings.data_path), here.clock.now()
    with here.database.writing() as conn:
        project_id = catalog.project(conn, project).id
        if body.config is None:
            sealed = _kept(conn, project_id, channel, body.kind)
        else:
            config = read_config(body.kind, body.config).model_dump(mode="json")
            sealed = seal.close(config, project_id=project_id, name=channel)
        made = put_channel(
            conn,
            project_id=project_id,
            name=channel,
            kind=body.kind,
            sealed=sealed,
            enabled=body.enabled,
            now=now,
        )
        revive(conn, channel_id=made.id, since=now - _DAY_US, now=now)
        note(conn, here, who, "channel.put", f"{project}/{channel}", kind=body.kind, enabled=body.enabled)
    return _answer(here, made)


def set_language(here: Server, who: Principal, project: str, channel: str, language: str) -> None:
    """Have a channel's messages written in another language; everything else of it stays.

    Raises
    ------
    ChannelError
        Where nobody is written to through it, or there is no such language.
    """
    seal = channel_seal(here.settings.data_path)
    with here.database.writing() as conn:
        found = channel_named(conn, catalog.project(conn, project).id, channel)
        config = seal.open(found.sealed, project_id=found.project_id, name=found.name)
        changed = read_config(found.kind, {**config, "language": language}).model_dump(mode="json")
        sealed = seal.close(changed, project_id=found.project_id, name=found.name)
        put_channel(
            conn, project_id=found.project_id, name=found.name, kind=found.kind, sealed=sealed,
            enabled=found.enabled, now=here.clock.now(),
        )  # fmt: skip
        note(conn, here, who, "channel.put", f"{project}/{channel}", language=language)


@router.delete("/{channel}", status_code=204, responses=_READ, response_class=Response)
def remove_channel(project: ProjectName, channel: ChannelName, here: Here, who: Admin) -> None:
    """Delete a channel, and what was to be told through it."""
    with here.database.writing() as conn:
        delete_channel(conn, channel_named(conn, catalog.project(conn, project).id, channel))
        note(conn, here, who, "channel.delete", f"{project}/{channel}")


@router.post("/{channel}/test", responses=_READ)
def try_channel(project: ProjectName, channel: ChannelName, here: Here, who: Admin) -> TestAnswer:
    """Send a test message now, and say what became of it."""
    seal = channel_seal(here.settings.data_path)
    with here.database.writing() as conn:
        found = channel_named(conn, catalog.project(conn, project).id, channel)
        note(conn, here, who, "channel.test", f"{project}/{channel}")
    try:
        config = seal.open(found.sealed, project_id=found.project_id, name=found.name)
    except Damaged as damage:
        return TestAnswer(outcome="refused", why=str(damage))
    made = make_channel(found.kind, config, making_of(here.settings))
    letter = trial_letter(project, channel, public_url=here.settings.reached_at)
    outcome = made.send(said_in(letter, config.get("language", "en")), f"test/{uuid.uuid4()}")
    why = None if isinstance(outcome, Sent) else outcome.why
    with here.database.writing() as conn:
        note_attempt(conn, found.id, error=why, now=here.clock.now())
    if isinstance(outcome, Sent):
        return TestAnswer(outcome="sent", why=outcome.note or None)
    return TestAnswer(outcome="refused" if isinstance(outcome, Refused) else "failed", why=why)


@router.post("/{channel}/retry", responses=_READ)
def retry_channel(project: ProjectName, channel: ChannelName, here: Here, who: Editor) -> RetryAnswer:
    """Try again what was given up in the last seven days."""
    now = here.clock.now()
    with here.database.writing() as conn:
        found = channel_named(conn, catalog.project(conn, project).id, channel)
        n = revive(conn, channel_id=found.id, since=now - 7 * _DAY_US, now=now)
        note(conn, here, who, "channel.retry", f"{project}/{channel}", notifications=n)
    return RetryAnswer(notifications=n)


def _kept(conn: Any, project_id: int, name: str, kind: str) -> bytes:
    """What the channel is reached with already."""
    try:
        present = channel_named(conn, project_id, name)
    except NotFound:
        raise RequestRefused(
            422, f"body.config: channel {name!r} is new; say what it is reached with."
        ) from None
    if present.kind != kind:
        raise RequestRefused(
            422,
            f"body.config: channel {name!r} is of kind {present.kind} so far; say what {kind} is reached with.",
        )
    return present.sealed


def _answer(here: Server, channel: StoredChannel) -> ChannelAnswer:
    seal, error = channel_seal(here.settings.data_path), channel.last_error
    shown: dict[str, Any] | None = None
    try:
        config = seal.open(channel.sealed, project_id=channel.project_id, name=channel.name)
        shown = read_config(channel.kind, config).masked()
    except Damaged as damage:
        error = str(damage)
    return ChannelAnswer(
        name=channel.name, kind=channel.kind, enabled=channel.enabled, config=shown, last_error=error,
        created_at=as_datetime(channel.created_at), last_sent_at=_time(channel.last_sent_at),
        last_error_at=_time(channel.last_error_at),
    )  # fmt: skip


def _time(at: int | None) -> datetime | None:
    return None if at is None else as_datetime(at)
