"""Notifications: what was told, and when digests are."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field, field_validator

from barograph.server.access.audited import note
from barograph.server.access.needs import Editor, needs
from barograph.server.errors import declared
from barograph.server.routes.parameters import ProjectName
from barograph.server.state import Here
from barograph.server.times import as_datetime
from barograph.store import catalog
from barograph.store.digests import DIGEST_KINDS, DigestKind, StoredDigest, digest_of, keep_digest
from barograph.store.notifications import Notification, State, counts, of_project

router = APIRouter(prefix="/v1/projects/{project}", tags=["notifications"])

_READ: Final = declared(401, 403, 404)
_STATE: Final = Query(description="Only those in this state.")
_BEFORE: Final = Query(description="`next` of the answer before.", ge=1, le=2**63 - 1)
_LIMIT: Final = Query(description="Most that are shown, the latest first.", ge=1, le=1_000)


class NotificationAnswer(BaseModel):
    """What was told, or is to be."""

    id: int
    channel: str
    kind: str
    incident: int | None
    reason: str
    state: State
    key: str = Field(description="Sent with it: a receiver knows it again by it.")
    created_at: datetime
    not_before: datetime = Field(description="It is not tried before.")
    sent_at: datetime | None
    attempts: int
    last_error: str | None
    message: dict[str, Any] | None = Field(description="What is told; null until it is first tried.")


class NotificationsAnswer(BaseModel):
    """Notifications of a project, the latest first."""

    notifications: list[NotificationAnswer]
    counts: dict[str, int] = Field(description="How many there are in each state.")
    next: int | None


class DigestBody(BaseModel):
    """When a digest or weekly summary is told."""

    model_config = ConfigDict(extra="forbid")

    enabled: bool = True
    hour: int = Field(8, ge=0, le=23, description="Local.")
    weekday: int = Field(0, ge=0, le=6, description="Of the summary: 0 is Monday.")
    timezone: str = Field("UTC", max_length=64, description="Such as Europe/Berlin.")
    channels: list[str] | None = Field(
        None,
        max_length=100,
        description="Names of those that are told; null: those of the routes that say so.",
    )

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError("no such time zone; expected a name such as Europe/Berlin or UTC") from None
        return name


class DigestAnswer(DigestBody):
    """When a digest or weekly summary is told, and through which time it was."""

    kind: Literal["digest", "summary"]
    told_through: datetime


class DigestsAnswer(BaseModel):
    """The daily digest and the weekly summary."""

    digests: list[DigestAnswer]


@router.get("/notifications", dependencies=[needs("viewer")], responses=_READ)
def list_notifications(
    project: ProjectName,
    here: Here,
    state: Annotated[State | None, _STATE] = None,
    before: Annotated[int | None, _BEFORE] = None,
    limit: Annotated[int, _LIMIT] = 100,
) -> NotificationsAnswer:
    """List what was told, or is to be."""
    with here.database.reading() as conn:
        project_id = catalog.project(conn, project).id
        found = of_project(conn, project_id, state=state, before=before, limit=limit)
        counted = counts(conn, project_id)
    return NotificationsAnswer(
        notifications=[_answer(each) for each in found], counts={str(k): n for k, n in counted.items()},
        next=found[-1].id if len(found) == limit else None,
    )  # fmt: skip


@router.get("/digests", dependencies=[needs("viewer")], responses=_READ)
def list_digests(project: ProjectName, here: Here) -> DigestsAnswer:
    """Show when the digest and the weekly summary are told."""
    with here.database.reading() as conn:
        project_id, now = catalog.project(conn, project).id, here.clock.now()
        found = [digest_of(conn, project_id, kind, now=now) for kind in DIGEST_KINDS]
    return DigestsAnswer(digests=[_digest(each) for each in found])


@router.put("/digests/{kind}", responses=_READ)
def put_digest(
    project: ProjectName,
    kind: Annotated[DigestKind, Path(description="digest, daily, or summary, weekly.")],
    here: Here,
    who: Editor,
    body: DigestBody,
) -> DigestAnswer:
    """Say when the digest or the weekly summary is told, and to whom."""
    with here.database.writing() as conn:
        project_id = catalog.project(conn, project).id
        held = digest_of(conn, project_id, kind, now=here.clock.now())
        said = body.model_dump() | {"channels": None if body.channels is None else tuple(body.channels)}
        changed = replace(held, **said)
        keep_digest(conn, changed)
        note(conn, here, who, "digest.put", f"{project}/{kind}", **body.model_dump())
    return _digest(changed)


def _answer(held: Notification) -> NotificationAnswer:
    return NotificationAnswer(
        id=held.id, channel=held.channel, kind=held.kind, incident=held.incident_id, reason=held.reason,
        state=held.state, key=held.key, created_at=as_datetime(held.created_at),
        not_before=as_datetime(held.not_before), attempts=held.attempts, last_error=held.last_error,
        sent_at=None if held.sent_at is None else as_datetime(held.sent_at),
        message=None if held.body is None else dict(held.body["document"]),
    )  # fmt: skip


def _digest(held: StoredDigest) -> DigestAnswer:
    return DigestAnswer(
        kind=held.kind, enabled=held.enabled, hour=held.hour, weekday=held.weekday, timezone=held.timezone,
        channels=None if held.channels is None else list(held.channels), told_through=as_datetime(held.told_through),
    )  # fmt: skip
