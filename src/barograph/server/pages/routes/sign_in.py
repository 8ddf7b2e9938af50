"""Signing in with a key, with a name and password or by a link that the server printed, and signing out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from barograph.server.access.links import use_link
from barograph.server.access.tokens import Token
from barograph.server.errors import RequestRefused
from barograph.server.pages.accounts.cookies import (
    clear_cookie,
    digest_of,
    new_secret,
    require_own_form,
    require_own_origin,
    secret_of,
    set_cookie,
)
from barograph.server.pages.accounts.passwords import is_right
from barograph.server.pages.own_address import own_address
from barograph.server.pages.render import LANDINGS, as_html, landing_of
from barograph.server.pages.view import language_of
from barograph.server.state import Here, Server
from barograph.store import catalog, sessions, users
from barograph.store.audit import append_audit
from barograph.store.errors import NotFound

router = APIRouter(include_in_schema=False)

_LONGEST: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPage:
    """Where one signs in.

    Attributes
    ----------
    to : address one is led to afterwards.
    fault : what was wrong with the last try.
    """

    to: str
    fault: str = ""
    template: str = "sign_in"


@router.get("/signin")
def get_sign_in(request: Request, to: Annotated[str, Query(max_length=_LONGEST)] = "/") -> Response:
    """Show where one signs in."""
    return _page(request, SignInPage(to=own_address(to)))


@router.get("/signin/once")
def get_sign_in_once(
    request: Request, here: Here, code: Annotated[str, Query(max_length=_LONGEST)] = ""
) -> Response:
    """Sign in by a link that the server printed, and show where a model is made where there is none."""
    address = request.client.host if request.client else "unknown"
    if here.sign_ins.exhausted_seconds(address):
        return _too_many(request, here, address, "/")
    with here.database.writing() as conn:
        key_id = use_link(conn, code, now=here.clock.now())
        is_new = not catalog.model_names(conn)
    if key_id is None:
        here.sign_ins.wait_seconds(address)
        _note(here, "", address, outcome="denied")
        return _page(request, SignInPage(to="/", fault=_USED), status=401)
    return _signed_in(request, here, (None, key_id), "/models/new" if is_new else "/")


@router.post("/signin", dependencies=[Depends(require_own_origin)])
def post_sign_in(
    request: Request,
    here: Here,
    to: Annotated[str, Form(max_length=_LONGEST)] = "/",
    name: Annotated[str, Form(max_length=_LONGEST)] = "",
    secret: Annotated[str, Form(max_length=_LONGEST)] = "",
) -> Response:
    """Sign in, with a key alone or with a name and its password."""
    address = request.client.host if request.client else "unknown"
    if here.sign_ins.exhausted_seconds(address):
        return _too_many(request, here, address, to)
    user_id, key_id = _known(here, name.strip(), secret.strip(), address)
    if user_id is None and key_id is None:
        here.sign_ins.wait_seconds(address)
        _note(here, name, address, outcome="denied")
        return _page(request, SignInPage(to=own_address(to), fault=_WRONG), status=401)
    return _signed_in(request, here, (user_id, key_id), to, name=name)


@router.post("/signout")
def post_sign_out(
    request: Request, here: Here, form_token: Annotated[str, Form(max_length=_LONGEST)] = ""
) -> Response:
    """End this browser's session."""
    secret = secret_of(request)
    require_own_form(request, secret, form_token)
    assert secret is not None
    with here.database.writing() as conn:
        sessions.end(conn, digest_of(secret))
    answer = RedirectResponse(f"{request.scope.get('root_path', '')}/signin", status_code=303)
    clear_cookie(request, answer)
    return answer


def _signed_in(
    request: Request, here: Server, who: tuple[int | None, str | None], to: str, *, name: str = ""
) -> Response:
    """Begin a session of a user or a key, and lead where they were going."""
    address = request.client.host if request.client else "unknown"
    cookie, now, (user_id, key_id) = new_secret(), here.clock.now(), who
    with here.database.writing() as conn:
        sessions.begin(
            conn, digest=digest_of(cookie), user_id=user_id, key_id=key_id, address=address, now=now
        )
    _note(here, name or str(key_id), address, outcome="done")
    begins = LANDINGS[landing_of(request)][0] if to == "/" else own_address(to)
    answer = RedirectResponse(request.scope.get("root_path", "") + begins, status_code=303)
    set_cookie(request, answer, cookie)
    return answer


def _too_many(request: Request, here: Server, address: str, to: str) -> Response:
    fault = f"too many wrong tries from here; wait {here.sign_ins.exhausted_seconds(address)} s."
    return _page(request, SignInPage(to=own_address(to), fault=fault), status=429)


def _known(here: Server, name: str, secret: str, address: str) -> tuple[int | None, str | None]:
    """The user or the key; neither where it is wrong."""
    token = Token.parse(secret)
    if token is not None:
        try:
            return None, here.keys.verify(token, address).key_id
        except RequestRefused:
            return None, None
    try:
        with here.database.reading() as conn:
            user = users.user(conn, name)
    except NotFound:
        is_right(None, secret)
        return None, None
    right = is_right(user.password, secret) and user.disabled_at is None
    return (user.id if right else None), None


def _note(here: Server, who: str, address: str, *, outcome: str) -> None:
    with here.database.writing() as conn:
        append_audit(
            conn,
            actor=who or "unknown",
            action="sign in",
            subject=address,
            outcome=outcome,
            at=here.clock.now(),
        )


def _page(request: Request, page: SignInPage, *, status: int = 200) -> Response:
    return as_html(page.template, request=request, language=language_of(request), status=status, page=page)


_WRONG: Final = "That is not right; give a name and its password, or a key such as bg_… that still holds."
_USED: Final = (
    "This link was used before, or is older than an hour; "
    "sign in with a key, or start the server again with --open."
)
