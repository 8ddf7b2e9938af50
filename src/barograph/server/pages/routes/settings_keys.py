"""Keys of programs: made, shown once, revoked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form
from starlette.responses import Response

from barograph.server.access.forms import NewKey
from barograph.server.access.roles import ROLES
from barograph.server.errors import RequestRefused
from barograph.server.pages.accounts.cookies import OwnForm
from barograph.server.pages.view import Administering, View, page
from barograph.server.routes import keys as api
from barograph.server.routes.keys import KeyId

router = APIRouter(include_in_schema=False)

_Text = Annotated[str, Form(max_length=200)]
_NAMES: Final = Form(
    max_length=4_000, description="Names of projects with commas between them; nothing: all."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysPage:
    """The keys there are.

    Attributes
    ----------
    token : of the key just made, shown this once.
    """

    keys: tuple[dict[str, Any], ...]
    roles: tuple[str, ...]
    token: str | None
    template: str = "settings_keys"


@page(router, "/settings/keys")
def get_keys(view: Administering) -> Response:
    """Show the keys."""
    return _show(view)


@router.post("/settings/keys", dependencies=[OwnForm])
def post_key(
    view: Administering, name: _Text, role: _Text, projects: Annotated[str, _NAMES] = ""
) -> Response:
    """Make a key, and show its token: that is in this answer and nowhere else, so it leads to no other page."""
    names = [each.strip() for each in projects.split(",") if each.strip()]
    if role not in ROLES or not name.strip():
        raise RequestRefused(422, f"a key has a name and a role of {', '.join(ROLES)}; this has {role!r}.")
    body = NewKey(name=name.strip(), role=role, projects=names or None)
    return _show(view, token=api.post_key(view.here, view.visitor.principal, body).token)


@router.post("/settings/keys/{key_id}/revoke", dependencies=[OwnForm])
def post_revoke(view: Administering, key_id: KeyId) -> Response:
    """Revoke a key."""
    api.delete_key(key_id, view.here, view.visitor.principal)
    return view.go("/settings/keys")


def _show(view: View, *, token: str | None = None) -> Response:
    found = api.list_keys(view.here, view.visitor.principal).keys
    found.sort(key=lambda key: (key.revoked_at is not None, key.name))
    keys = tuple(key.model_dump() for key in found)
    return view.show(KeysPage(keys=keys, roles=ROLES, token=token), status=200 if token is None else 201)
