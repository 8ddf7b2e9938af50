"""What was told: a list of messages, and each as its receivers have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

import sqlalchemy as sa
from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from barograph.server.notify.kinds import make_channel
from barograph.server.notify.letter import Letter, read_letter, said_in
from barograph.server.notify.start import making_of
from barograph.server.notify.written import Written, as_mail
from barograph.server.pages.view import View, Viewing, page
from barograph.store import catalog
from barograph.store.channels import Opened, channel_by_id, channel_seal
from barograph.store.errors import Damaged, NotFound
from barograph.store.notifications import Notification, State, counts, notification_of, of_project

router = APIRouter(include_in_schema=False)

_MOST: Final = 50
#: Fields of channels with those who are written to.
_RECIPIENTS: Final = ("to",)
NotificationId = Annotated[int, Path(alias="notification", ge=1, le=2**63 - 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """A message of the list; `at` in µs UTC: when it was sent, or is to be.

    Attributes
    ----------
    title : None until it is first tried.
    incident : None for digests and summaries.
    """

    id: int
    at: int
    project: str
    channel: str
    incident: int | None
    reason: str
    state: State
    error: str | None
    title: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesPage:
    """What was told, or is to be, the latest first.

    Attributes
    ----------
    state : only of this one; None: of each.
    counts : how many there are of each state.
    next : where the list goes on; None where it ends.
    """

    rows: tuple[MessageRow, ...]
    counts: dict[str, int]
    state: State | None
    next: int | None
    now: int
    template: str = "notifications"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePage:
    """One message; times in µs UTC.

    Attributes
    ----------
    language : in which it was sent, or would be now.
    recipients : those the channel writes to now, where it knows them one by one.
    written : as a receiver has it; None until it is first tried.
    link : where it leads.
    is_sealed : whether what the channel is reached with does not open, so that an e-mail of it is shown instead.
    """

    id: int
    project: str
    channel: str
    kind: str
    incident: int | None
    reason: str
    state: State
    language: str
    recipients: tuple[str, ...]
    created_at: int
    not_before: int
    sent_at: int | None
    attempts: int
    error: str | None
    title: str
    link: str | None
    written: Written | None
    is_sealed: bool
    now: int
    template: str = "notification"


@page(router, "/notifications")
def get_messages(
    view: Viewing,
    state: Annotated[State | None, Query()] = None,
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
) -> Response:
    """Show what was told, or is to be."""
    found: list[tuple[str, Notification]] = []
    counted: dict[str, int] = {}
    only = view.selection.project
    with view.here.database.reading() as conn:
        for project in catalog.projects(conn):
            if view.visitor.principal.sees(project.name) and only in (None, project.name):
                rows = of_project(conn, project.id, state=state, before=before, limit=_MOST)
                found += [(project.name, row) for row in rows]
                for name, n in counts(conn, project.id).items():
                    counted[name] = counted.get(name, 0) + n
    found.sort(key=lambda pair: -pair[1].id)
    shown = tuple(_row(project, each) for project, each in found[:_MOST])
    return view.show(
        MessagesPage(
            rows=shown, counts=counted, state=state, now=view.now,
            next=shown[-1].id if len(shown) == _MOST else None,
        )
    )  # fmt: skip


@page(router, "/notifications/{notification}")
def get_message(notification: NotificationId, view: Viewing) -> Response:
    """Show a message as it was sent."""
    with view.here.database.reading() as conn:
        project, held = _found(conn, view, notification)
        channel = channel_by_id(conn, held.channel_id)
    opened: Opened | None = None
    if channel is not None:
        try:
            opened = channel.opened(channel_seal(view.here.settings.data_path))
        except Damaged:
            # What was told can be read all the same.
            opened = None
    letter = None if held.body is None else _as_sent(held, read_letter(held.body), opened)
    return view.show(
        MessagePage(
            id=held.id, project=project, channel=held.channel, kind=held.kind, incident=held.incident_id,
            reason=held.reason, state=held.state, recipients=_recipients(opened), created_at=held.created_at,
            language=letter.language if letter is not None else "en" if opened is None else opened.language,
            not_before=held.not_before, sent_at=held.sent_at, attempts=held.attempts, error=held.last_error,
            title="" if letter is None else letter.title, link=None if letter is None else letter.link,
            written=None if letter is None else _written(view, held, letter, opened), is_sealed=opened is None,
            now=view.now,
        )
    )  # fmt: skip


def _as_sent(held: Notification, letter: Letter, opened: Opened | None) -> Letter:
    """The letter in the language it was sent in; one that was not, as the channel would send it now."""
    now = letter.language if opened is None else opened.language
    return said_in(letter, letter.language if held.state == "sent" else now)


def _written(view: View, held: Notification, letter: Letter, opened: Opened | None) -> Written:
    if opened is None:
        made = as_mail(letter)
    else:
        channel = make_channel(held.kind, opened.config, making_of(view.here.settings))
        made = channel.written(letter, held.key)
    if made.html is None:
        return made
    # Its links open beside the page: it stands in a frame that may go nowhere.
    return Written(
        title=made.title, text=made.text, html=made.html.replace("<head>", '<head><base target="_blank">', 1)
    )


def _recipients(opened: Opened | None) -> tuple[str, ...]:
    config: Any = {} if opened is None else opened.config
    return tuple(str(each) for name in _RECIPIENTS for each in config.get(name, ()))


def _found(conn: sa.Connection, view: View, number: int) -> tuple[str, Notification]:
    """A message and its project; raises NotFound where there is none that may be seen."""
    names = {project.id: project.name for project in catalog.projects(conn)}
    held = notification_of(conn, number)
    if held is None or not view.visitor.principal.sees(names[held.project_id]):
        raise NotFound(f"no message {number}; the list of messages leads to those that are kept.")
    return names[held.project_id], held


def _row(project: str, held: Notification) -> MessageRow:
    return MessageRow(
        id=held.id, at=held.not_before if held.sent_at is None else held.sent_at, project=project,
        channel=held.channel, incident=held.incident_id, reason=held.reason, state=held.state,
        error=held.last_error, title=None if held.body is None else held.body["document"]["title"],
    )  # fmt: skip
