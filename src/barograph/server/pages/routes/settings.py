"""One's own account: language, password, and where one is signed in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Form, Path
from starlette.responses import Response

from barograph.locale.language import LANGUAGES
from barograph.server.access.audited import note
from barograph.server.errors import RequestRefused
from barograph.server.pages.accounts.cookies import OwnForm, digest_of
from barograph.server.pages.accounts.passwords import hashed, is_right
from barograph.server.pages.view import View, Viewing, page
from barograph.store import sessions, users

router = APIRouter(include_in_schema=False)

_LONGEST: Final = 400
_Text = Annotated[str, Form(max_length=_LONGEST)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A browser that is signed in as this person or key; times in µs UTC.

    Attributes
    ----------
    id : names it in addresses; nobody can sign in with it.
    """

    id: str
    address: str
    created_at: int
    seen_at: int
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsPage:
    """What somebody sees of their own account.

    Attributes
    ----------
    user : whether it is a person, who has a password; a key has none.
    projects : names of those that may be seen; None: all.
    """

    name: str
    user: bool
    role: str
    projects: tuple[str, ...] | None
    own_language: str | None
    sessions: tuple[SessionRow, ...]
    now: int
    template: str = "settings"


@page(router, "/settings")
def get_settings(view: Viewing) -> Response:
    """Show one's own account."""
    visitor = view.visitor
    own = None if visitor.secret is None else digest_of(visitor.secret)
    rows = tuple(
        SessionRow(
            id=_id_of(s), address=s.address, created_at=s.created_at, seen_at=s.seen_at, own=s.digest == own
        )
        for s in _sessions(view)
    )
    projects = visitor.principal.projects
    return view.show(
        SettingsPage(
            name=visitor.principal.name, user=visitor.user_id is not None, role=visitor.principal.role,
            projects=None if projects is None else tuple(sorted(projects)), own_language=visitor.language,
            sessions=rows, now=view.now,
        )
    )  # fmt: skip


@router.post("/settings/language", dependencies=[OwnForm])
def post_language(view: Viewing, code: _Text = "") -> Response:
    """Choose the language of one's pages in every browser; nothing leaves it to each browser."""
    if code and code not in LANGUAGES:
        raise RequestRefused(422, f"there is no language {code!r}; there are {', '.join(LANGUAGES)}.")
    with view.here.database.writing() as conn:
        users.change_user(conn, _person(view), language=code or None)
    return view.go("/settings")


@router.post("/settings/password", dependencies=[OwnForm])
def post_password(view: Viewing, old: _Text, new: _Text) -> Response:
    """Take another password; every browser has to sign in again with it."""
    who, principal, wait = _person(view), view.visitor.principal, view.here.sign_ins
    if seconds := wait.exhausted_seconds(principal.address):
        raise RequestRefused(429, f"too many wrong tries from here; wait {seconds} s.")
    with view.here.database.reading() as conn:
        kept = users.user_by_id(conn, who)
    if not is_right(kept.password, old):
        wait.wait_seconds(principal.address)
        raise RequestRefused(
            403, "that is not your password now; go back and give the one you signed in with."
        )
    with view.here.database.writing() as conn:
        users.change_user(conn, who, password=hashed(new, name=kept.name))
        note(conn, view.here, principal, "user.password", kept.name)
    return view.go("/signin")


@router.post("/settings/sessions/{session}/end", dependencies=[OwnForm])
def post_end_one(view: Viewing, session: Annotated[str, Path(max_length=_LONGEST)]) -> Response:
    """Sign out of one browser."""
    found = [each for each in _sessions(view) if _id_of(each) == session]
    if not found:
        raise RequestRefused(404, "that browser is signed out already; those that are not are in the list.")
    with view.here.database.writing() as conn:
        sessions.end(conn, found[0].digest)
        note(conn, view.here, view.visitor.principal, "session.end", view.visitor.principal.name)
    return view.go("/settings")


@router.post("/settings/sessions/end", dependencies=[OwnForm])
def post_end(view: Viewing) -> Response:
    """Sign out of every browser."""
    with view.here.database.writing() as conn:
        sessions.end_all(conn, user_id=_person(view))
        note(conn, view.here, view.visitor.principal, "user.sign_out", view.visitor.principal.name)
    return view.go("/signin")


def _sessions(view: View) -> list[sessions.Session]:
    """Browsers that are signed in as whoever asks."""
    who = view.visitor
    with view.here.database.reading() as conn:
        return sessions.sessions_of(conn, user_id=who.user_id, key_id=who.principal.key_id, now=view.now)


def _id_of(session: sessions.Session) -> str:
    return hashlib.sha256(session.digest).hexdigest()[:16]


def _person(view: View) -> int:
    if view.visitor.user_id is None:
        raise RequestRefused(409, "a key has no password and no language; sign in with a name to set them.")
    return view.visitor.user_id
