"""Who looks at a page: the session's user or key, checked against the role the page needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from barograph.server.access.needs import no_project
from barograph.server.access.principal import Principal
from barograph.server.access.roles import Role
from barograph.server.access.tokens import Token
from barograph.server.errors import RequestRefused
from barograph.server.pages.accounts.cookies import digest_of, secret_of
from barograph.server.pages.own_address import here_of
from barograph.server.state import Server, server
from barograph.store import sessions, users
from barograph.store.errors import NotFound
from barograph.store.keys import find_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who is signed in.

    Attributes
    ----------
    principal : what they may do.
    secret : of the session; forms prove with it where they come from. None with a key in the header.
    language : the one they chose; None: the browser's.
    user_id : None for a key.
    team : of a person; None where they are of none.
    """

    principal: Principal
    secret: str | None
    language: str | None = None
    user_id: int | None = None
    team: str | None = None

    @property
    def names(self) -> frozenset[str]:
        """What is theirs bears one of these names: their own, or that of their team."""
        return frozenset({self.principal.name} | ({self.team} if self.team else set()))


class MustSignIn(RequestRefused):
    """Nobody is signed in: a browser is led to where that is done."""

    def __init__(self, request: Request) -> None:
        super().__init__(401, "sign in to see this page.")
        self.address = f"{request.scope.get('root_path', '')}/signin?to={quote(here_of(request), safe='/')}"


class Visiting:
    """A dependency that lets through who is signed in with a role that suffices, and sees the project in the path."""

    def __init__(self, role: Role) -> None:
        self.role = role

    async def __call__(self, request: Request, held: Annotated[Server, Depends(server)]) -> Visitor:
        """Who it is.

        Raises
        ------
        MustSignIn, RequestRefused
            401 where nobody is, 403 where the role does not suffice, 404 for a project they may not see.
        """
        visitor = await run_in_threadpool(_visitor, request, held)
        if visitor is None:
            raise MustSignIn(request)
        request.state.principal = visitor.principal
        if not visitor.principal.may(self.role):
            raise RequestRefused(
                403,
                f"{visitor.principal.name} has the role {visitor.principal.role}; this needs {self.role}.",
            )
        project = request.path_params.get("project")
        if project is not None and not visitor.principal.sees(project):
            raise no_project(project)
        return visitor


def visiting(role: Role) -> Any:
    """The least role a page needs, for its signature."""
    return Depends(_VISITING[role])


def _visitor(request: Request, held: Server) -> Visitor | None:
    address = request.client.host if request.client else "unknown"
    bearer = request.headers.get("authorization", "")
    if bearer:
        token = Token.parse(bearer.removeprefix("Bearer "))
        return Visitor(principal=held.keys.verify(token, address), secret=None)
    secret = secret_of(request)
    return None if secret is None else _signed_in(held, secret, address)


def _signed_in(held: Server, secret: str, address: str) -> Visitor | None:
    digest, now = digest_of(secret), held.clock.now()
    with held.database.reading() as conn:
        found = sessions.session(conn, digest, now=now)
        if found is None:
            return None
        try:
            principal, language, team = _principal(conn, found, address, now)
        except NotFound:
            return None
    if principal is None:
        return None
    if sessions.is_seen_again(found, now):
        with held.database.writing() as conn:
            sessions.see(conn, digest, now=now)
    return Visitor(principal=principal, secret=secret, language=language, user_id=found.user_id, team=team)


def _principal(
    conn: Any, found: sessions.Session, address: str, now: int
) -> tuple[Principal | None, str | None, str | None]:
    """Who it is, the language they chose, and their team."""
    if found.user_id is not None:
        user = users.user_by_id(conn, found.user_id)
        if user.disabled_at is not None:
            return None, None, None
        projects = None if user.projects is None else frozenset(user.projects)
        who = Principal(
            key_id=f"user:{user.name}", name=user.name, role=user.role, projects=projects, address=address
        )
        return who, user.language, user.team
    key = None if found.key_id is None else find_key(conn, found.key_id)
    if key is None or key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now):
        return None, None, None
    projects = None if key.projects is None else frozenset(key.projects)
    who = Principal(key_id=key.key_id, name=key.name, role=key.role, projects=projects, address=address)
    return who, None, None


_VISITING: Final[dict[Role, Visiting]] = {
    "admin": Visiting("admin"), "editor": Visiting("editor"), "viewer": Visiting("viewer"),
    "ingest": Visiting("ingest"),
}  # fmt: skip
