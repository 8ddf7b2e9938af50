"""What a route needs of who calls it: declared on the route, checked before it runs."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool

from barograph.server.access.audited import note_denial
from barograph.server.access.known import refuse_unknown
from barograph.server.access.principal import Principal
from barograph.server.access.roles import Role
from barograph.server.access.tokens import Token
from barograph.server.errors import RequestRefused
from barograph.server.state import Server, server

_DENIALS: Final = (401, 403, 404)
bearer_of: Final = HTTPBearer(
    auto_error=False, scheme_name="key", description="A key of the server, `bg_<key id>_<secret>`."
)


class Needs:
    """A dependency that lets through whose key has the role, and sees the project in the path.

    Parameters
    ----------
    role : the least one that suffices.
    """

    def __init__(self, role: Role) -> None:
        self.role = role

    async def __call__(
        self,
        request: Request,
        held: Annotated[Server, Depends(server)],
        bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer_of)],
    ) -> Principal:
        """Who calls.

        Raises
        ------
        RequestRefused
            401 without a valid key, 403 where its role does not suffice, 404 for a project it may not see.
        """
        token = None if bearer is None else Token.parse(bearer.credentials)
        address = request.client.host if request.client else "unknown"
        try:
            if token is not None and held.keys.remembers(token):
                principal = held.keys.verify(token, address)
            else:
                principal = await run_in_threadpool(held.keys.verify, token, address)
            request.state.principal = principal
            self._check(principal, request.path_params.get("project"))
            refuse_unknown(request)
        except RequestRefused as refusal:
            if refusal.status in _DENIALS:
                await run_in_threadpool(
                    note_denial, held, actor="unknown" if token is None else token.key_id, address=address,
                    action=f"{request.method} {request.url.path}", why=str(refusal),
                )  # fmt: skip
            raise
        return principal

    def _check(self, principal: Principal, project: str | None) -> None:
        if not principal.may(self.role):
            raise RequestRefused(
                403, f"key {principal.key_id} has the role {principal.role}; this needs {self.role}."
            )
        if project is not None and not principal.sees(project):
            raise no_project(project)


def needs(role: Role) -> Any:
    """The least role a route needs, for its signature or its `dependencies`.

    Examples
    --------
    >>> needs("viewer").dependency.role
    'viewer'
    """
    return Depends(_NEEDS[role])


def for_all_projects(who: Principal) -> None:
    """Refuse a key that is scoped to some projects."""
    if who.projects is not None:
        raise RequestRefused(403, f"key {who.key_id} is for some projects alone; this needs one for all.")


def no_project(name: str) -> RequestRefused:
    """The answer for a project that does not exist, and for one that the key may not see."""
    return RequestRefused(
        404, f"no project {name!r} that this key may see; GET /v1/projects lists those there are."
    )


_NEEDS: Final[dict[Role, Needs]] = {
    "admin": Needs("admin"), "editor": Needs("editor"), "viewer": Needs("viewer"), "ingest": Needs("ingest"),
}  # fmt: skip

Admin = Annotated[Principal, needs("admin")]
Editor = Annotated[Principal, needs("editor")]
Viewer = Annotated[Principal, needs("viewer")]
Ingest = Annotated[Principal, needs("ingest")]
