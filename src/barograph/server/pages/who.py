"""Who looks at a page: the session's user or key, checked against the role the page needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, Final, cast
from urllib.parse import quote

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from barograph.server.access import picture_links
from barograph.server.access.needs import no_project
from barograph.server.access.principal import Principal
from barograph.server.access.roles import Role
from barograph.server.access.tokens import Token
from barograph.server.errors import RequestRefused
from barograph.server.pages.accounts.cookies import digest_of, secret_of
from barograph.server.pages.own_address import here_of, path_of
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
    by_link : whether this is whoever has a link to one picture, which shows what its maker may see.
    """

    principal: Principal
    secret: str | None
    language: str | None = None
    user_id: int | None = None
    team: str | None = None
    by_link: bool = False

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
    if picture_links.SIGNATURE in request.query_params and request.url.path.endswith(picture_links.ENDINGS):
        return _with_link(request, held, address)
    bearer = request.headers.get("authorization", "")
    if bearer:
        token = Token.parse(bearer.removeprefix("Bearer "))
        return Visitor(principal=held.keys.verify(token, address), secret=None)
    secret = secret_of(request)
    return None if secret is None else _signed_in(held, secret, address)


def _with_link(request: Request, held: Server, address: str) -> Visitor:
    """Whoever shows a link to one picture; raises RequestRefused, 403 where it is not to be shown any more."""
    key, now = picture_links.link_key(held.settings.data_path), held.clock.now()
    page = path_of(request).rpartition(".")[0]
    made_by = picture_links.maker_of(key, page, request.query_params.multi_items(), now=now)
    held.keys.count(request.query_params[picture_links.SIGNATURE], "this picture")
    with held.database.reading() as conn:
        try:
            maker = _maker(conn, made_by, address, now)
        except NotFound:
            maker = None
    if maker is None or not maker.may("viewer"):
        raise RequestRefused(403, _MAKER_IS_GONE)
    return Visitor(principal=replace(maker, role="viewer"), secret=None, by_link=True)


def _maker(conn: Any, made_by: str, address: str, now: int) -> Principal | None:
    """Who made a link, with what they may see now; None where they may not any more."""
    if made_by.startswith(_PERSON):
        return _person(users.user_by_id(conn, int(made_by.removeprefix(_PERSON))), address)
    return _program(conn, made_by, address, now)


def maker_name(visitor: Visitor) -> str:
    """How a link names who made it: people by a number, so that it tells nobody their name."""
    return visitor.principal.key_id if visitor.user_id is None else f"{_PERSON}{visitor.user_id}"


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
        return _person(user, address), user.language, user.team
    return (None if found.key_id is None else _program(conn, found.key_id, address, now)), None, None


def _person(user: users.User, address: str) -> Principal | None:
    """A person; None once they are disabled."""
    if user.disabled_at is not None:
        return None
    projects = None if user.projects is None else frozenset(user.projects)
    return Principal(
        key_id=f"user:{user.name}", name=user.name, role=cast("Role", user.role), projects=projects, address=address
    )  # fmt: skip


def _program(conn: Any, key_id: str, address: str, now: int) -> Principal | None:
    """A key; None once it is revoked or expired."""
    key = find_key(conn, key_id)
    if key is None or key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now):
        return None
    projects = None if key.projects is None else frozenset(key.projects)
    return Principal(key_id=key.key_id, name=key.name, role=key.role, projects=projects, address=address)


_VISITING: Final[dict[Role, Visiting]] = {
    "admin": Visiting("admin"), "editor": Visiting("editor"), "viewer": Visiting("viewer"),
    "ingest": Visiting("ingest"),
}  # fmt: skip

#: Before the number of a person in a link; keys have no such letter.
_PERSON: Final = "u"
_MAKER_IS_GONE: Final = (
    "whoever made this link to a picture may not see it any more; ask somebody who may for a new one."
)
