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
from barograph.server.alerting.settle import settle
from barograph.server.alerting.untelling import untell
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
    Opened,
    Seal,
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
    enabled: bool | None = Field(None, description="null leaves it as it is, on at first.")
    language: Literal["en", "zh-CN"] | None = Field(
        None, description="In which its messages are written; null leaves it as it is, `en` at first."
    )


class ChannelAnswer(BaseModel):
    """A channel, with its secrets masked, and how it goes."""

    name: str
    kind: str
    enabled: bool
    config: dict[str, Any] | None = Field(
        description="With secrets masked; null where it cannot be opened any more."
    )
    language: str | None = Field(description="In which its messages are written; null as `config`.")
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
    """Make a channel or change it; what it could not be told in the last day is then tried again.

    One that is switched off sends nothing any more of what waits; incidents of which nobody else was told are told by
    the channels that are on.
    """
    seal, now = channel_seal(here.settings.data_path), here.clock.now()
    with here.database.writing() as conn:
        project_id = catalog.project(conn, project).id
        present = _present(conn, project_id, channel, body)
        if body.config is None and body.language is None and present is not None:
            sealed = present.sealed
        else:
            sealed = _wanted(body, present, seal).sealed(seal, project_id=project_id, name=channel)
        was_on = True if present is None else present.enabled
        is_on = was_on if body.enabled is None else body.enabled
        untold = set() if is_on or present is None else untell(conn, present, now=now)
        made = put_channel(
            conn,
            project_id=project_id,
            name=channel,
            kind=body.kind,
            sealed=sealed,
            enabled=is_on,
            now=now,
        )
        if is_on:
            revive(conn, channel_id=made.id, since=now - _DAY_US, now=now)
        settle(conn, project_id, untold, now=now)
        note(conn, here, who, "channel.put", f"{project}/{channel}", kind=body.kind, enabled=is_on)
    return _answer(here, made)


@router.delete("/{channel}", status_code=204, responses=_READ, response_class=Response)
def remove_channel(project: ProjectName, channel: ChannelName, here: Here, who: Admin) -> None:
    """Delete a channel, and what was told through it; what it had still to tell is told by the channels that are on."""
    now = here.clock.now()
    with here.database.writing() as conn:
        found = channel_named(conn, catalog.project(conn, project).id, channel)
        untold = untell(conn, found, now=now)
        delete_channel(conn, found)
        settle(conn, found.project_id, untold, now=now)
        note(conn, here, who, "channel.delete", f"{project}/{channel}")


@router.post("/{channel}/test", responses=_READ)
def try_channel(project: ProjectName, channel: ChannelName, here: Here, who: Admin) -> TestAnswer:
    """Send a test message now, and say what became of it."""
    seal = channel_seal(here.settings.data_path)
    with here.database.writing() as conn:
        found = channel_named(conn, catalog.project(conn, project).id, channel)
        note(conn, here, who, "channel.test", f"{project}/{channel}")
    try:
        held = found.opened(seal)
    except Damaged as damage:
        return TestAnswer(outcome="refused", why=str(damage))
    made = make_channel(found.kind, held.config, making_of(here.settings))
    letter = trial_letter(project, channel, public_url=here.settings.reached_at)
    outcome = made.send(said_in(letter, held.language), f"test/{uuid.uuid4()}")
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


def _present(conn: Any, project_id: int, name: str, body: ChannelBody) -> StoredChannel | None:
    """The channel as it is; None where it is new, which takes a config, as another kind does."""
    try:
        present = channel_named(conn, project_id, name)
    except NotFound:
        if body.config is None:
            raise RequestRefused(
                422, f"body.config: channel {name!r} is new; say what it is reached with."
            ) from None
        return None
    if body.config is None and present.kind != body.kind:
        raise RequestRefused(
            422,
            f"body.config: channel {name!r} is of kind {present.kind} so far; say what {body.kind} is reached with.",
        )
    return present


def _wanted(body: ChannelBody, present: StoredChannel | None, seal: Seal) -> Opened:
    """What is to be sealed: what was said, and of the rest what there is."""
    held = Opened(config={})
    try:
        held = held if present is None else present.opened(seal)
    except Damaged:
        # What does not open any more is set anew.
        if body.config is None:
            raise
    config = (
        held.config if body.config is None else read_config(body.kind, body.config).model_dump(mode="json")
    )
    return Opened(config=config, language=body.language or held.language)


def _answer(here: Server, channel: StoredChannel) -> ChannelAnswer:
    seal, error = channel_seal(here.settings.data_path), channel.last_error
    shown: dict[str, Any] | None = None
    language: str | None = None
    try:
        held = channel.opened(seal)
        shown, language = read_config(channel.kind, held.config).masked(), held.language
    except Damaged as damage:
        error = str(damage)
    return ChannelAnswer(
        name=channel.name, kind=channel.kind, enabled=channel.enabled, config=shown, last_error=error,
        language=language,
        created_at=as_datetime(channel.created_at), last_sent_at=_time(channel.last_sent_at),
        last_error_at=_time(channel.last_error_at),
    )  # fmt: skip


def _time(at: int | None) -> datetime | None:
    return None if at is None else as_datetime(at)
