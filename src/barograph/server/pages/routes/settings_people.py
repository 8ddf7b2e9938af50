"""Who may sign in, and as what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final, cast

from fastapi import APIRouter, Form
from starlette.responses import Response

from barograph.errors import did_you_mean
from barograph.server.access.audited import note
from barograph.server.access.needs import for_all_projects
from barograph.server.access.roles import ROLES, Role
from barograph.server.errors import RequestRefused
from barograph.server.pages.accounts.cookies import OwnForm
from barograph.server.pages.accounts.passwords import hashed
from barograph.server.pages.view import Administering, View, page
from barograph.store import catalog, users
from barograph.store.users import User

router = APIRouter(include_in_schema=False)

#: Sending rows is for keys.
PEOPLE_ROLES: Final = tuple(role for role in ROLES if role != "ingest")
_LONGEST: Final = 400
_Text = Annotated[str, Form(max_length=_LONGEST)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One person; times in µs UTC."""

    id: int
    name: str
    role: str
    projects: tuple[str, ...] | None
    team: str | None
    created_at: int
    disabled_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePage:
    """All who have an account."""

    people: tuple[PersonRow, ...]
    roles: tuple[str, ...]
    projects: tuple[str, ...]
    now: int
    template: str = "settings_people"


@page(router, "/settings/people")
def get_people(view: Administering) -> Response:
    """Show who has an account."""
    for_all_projects(view.visitor.principal)
    with view.here.database.reading() as conn:
        rows = tuple(_row(user) for user in users.all_users(conn))
        projects = tuple(sorted(p.name for p in catalog.projects(conn)))
    return view.show(PeoplePage(people=rows, roles=PEOPLE_ROLES, projects=projects, now=view.now))


@router.post("/settings/people", dependencies=[OwnForm])
def post_person(
    view: Administering, name: _Text, password: _Text, role: _Text, projects: _Text = "", team: _Text = ""
) -> Response:
    """Make an account."""
    who = view.visitor.principal
    for_all_projects(who)
    if not name.strip() or not name.isprintable():
        raise RequestRefused(422, f"name={name!r} is none; expected printable characters, such as ann.")
    kept = hashed(password, name=name.strip())
    with view.here.database.writing() as conn:
        made = users.add_user(
            conn, name=name.strip(), password=kept, role=_role(role), projects=_projects(view, projects),
            created_by=who.key_id, now=view.now, team=team.strip() or None,
        )  # fmt: skip
        note(conn, view.here, who, "user.create", made.name, role=made.role, projects=made.projects)
    return view.go("/settings/people")


@router.post("/settings/people/{user_id}", dependencies=[OwnForm])
def post_change(
    view: Administering, user_id: int, role: _Text, projects: _Text = "", team: _Text = ""
) -> Response:
    """Give a person another role, other projects or another team."""
    for_all_projects(view.visitor.principal)
    with view.here.database.writing() as conn:
        kept = users.user_by_id(conn, user_id)
        changed = {"role": _role(role), "projects": _projects(view, projects), "team": team.strip() or None}
        users.change_user(conn, user_id, **changed)
        note(conn, view.here, view.visitor.principal, "user.change", kept.name, before=kept.role, **changed)
    return view.go("/settings/people")


@router.post("/settings/people/{user_id}/password", dependencies=[OwnForm])
def post_new_password(view: Administering, user_id: int, password: _Text) -> Response:
    """Give a person a new password; their browsers have to sign in with it."""
    for_all_projects(view.visitor.principal)
    with view.here.database.writing() as conn:
        kept = users.user_by_id(conn, user_id)
        users.change_user(conn, user_id, password=hashed(password, name=kept.name))
        note(conn, view.here, view.visitor.principal, "user.password", kept.name)
    return view.go("/settings/people")


@router.post("/settings/people/{user_id}/disable", dependencies=[OwnForm])
def post_disable(view: Administering, user_id: int) -> Response:
    """Let a person in no more, or again; their browsers are signed out."""
    for_all_projects(view.visitor.principal)
    if user_id == view.visitor.user_id:
        raise RequestRefused(409, "this is you; another admin can disable your account.")
    with view.here.database.writing() as conn:
        kept = users.user_by_id(conn, user_id)
        disabled_at = view.now if kept.disabled_at is None else None
        users.change_user(conn, user_id, disabled_at=disabled_at)
        note(
            conn,
            view.here,
            view.visitor.principal,
            "user.enable" if disabled_at is None else "user.disable",
            kept.name,
        )
    return view.go("/settings/people")


def _row(user: User) -> PersonRow:
    return PersonRow(
        id=user.id, name=user.name, role=user.role, projects=user.projects, team=user.team,
        created_at=user.created_at, disabled_at=user.disabled_at,
    )  # fmt: skip


def _role(written: str) -> Role:
    if written not in PEOPLE_ROLES:
        hint = did_you_mean(written, PEOPLE_ROLES) or "."
        raise RequestRefused(
            422, f"role={written!r} is not known{hint} Expected one of {', '.join(PEOPLE_ROLES)}."
        )
    return cast("Role", written)


def _projects(view: View, written: str) -> tuple[str, ...] | None:
    """Names with commas between them; nothing: all projects."""
    names = tuple(dict.fromkeys(name.strip() for name in written.split(",") if name.strip()))
    with view.here.database.reading() as conn:
        known = [p.name for p in catalog.projects(conn)]
    for name in names:
        if name not in known:
            raise RequestRefused(
                422, f"no project {name!r}{did_you_mean(name, known) or '.'} Separate names by commas."
            )
    return names or None
