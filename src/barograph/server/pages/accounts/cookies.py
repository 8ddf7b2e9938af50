"""The cookie of a session, and the proof that a form came from one of our pages."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import Depends, Form, Request
from starlette.responses import Response

from barograph.server.errors import RequestRefused
from barograph.store.sessions import LONGEST_US

_BYTES: Final = 32
_DIGITS: Final = 64
_SECONDS: Final = LONGEST_US // 1_000_000


def name_of(request: Request) -> str:
    """The cookie's name: bound to this host where the connection is secure, which browsers then enforce."""
    return "__Host-barograph" if request.url.scheme == "https" else "barograph"


def new_secret() -> str:
    """What a browser shows from now on: 256 random bits."""
    return secrets.token_urlsafe(_BYTES)


def digest_of(secret: str) -> bytes:
    """What is stored of it."""
    return hashlib.sha256(secret.encode()).digest()


def secret_of(request: Request) -> str | None:
    """What the browser shows; None where it shows nothing."""
    return request.cookies.get(name_of(request)) or None


def set_cookie(request: Request, response: Response, secret: str) -> None:
    """Give the browser its secret; scripts cannot read it, other sites do not send it along with a form."""
    response.set_cookie(
        name_of(request), secret, max_age=_SECONDS, path="/", secure=request.url.scheme == "https",
        httponly=True, samesite="lax",
    )  # fmt: skip


def clear_cookie(request: Request, response: Response) -> None:
    """Take it back."""
    response.delete_cookie(name_of(request), path="/", secure=request.url.scheme == "https", httponly=True)


def form_token(secret: str) -> str:
    """What every form of a session carries.

    Examples
    --------
    >>> form_token("a") == form_token("a") != form_token("b")
    True
    """
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def require_own_form(request: Request, secret: str | None, shown: str) -> None:
    """Refuse a form that was not sent from a page of ours: 403.

    The browser says where it comes from (`Sec-Fetch-Site`, else `Origin`), and the form holds the session's token.
    Source: OWASP, Cross-Site Request Forgery Prevention Cheat Sheet.
    """
    require_own_origin(request)
    if secret is None or not hmac.compare_digest(form_token(secret).encode(), shown.encode()):
        raise RequestRefused(403, "this form is out of date; go back, reload the page and send it again.")


def require_own_origin(request: Request) -> None:
    """Refuse a request another site made a browser send: 403."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        own = site in ("same-origin", "none")
    else:
        origin = request.headers.get("origin") or request.headers.get("referer", "")
        own = bool(origin) and _host_of(origin) == request.headers.get("host", "")
    if not own:
        raise RequestRefused(
            403, "this was not sent from a page of this server; open the page here and send it again."
        )


def _host_of(address: str) -> str | None:
    """Host and port of an address; None where it is none."""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return None


async def own_form(request: Request, form_token: Annotated[str, Form(max_length=_DIGITS)] = "") -> None:
    """Refuse a form that was not sent from a page of this session, before anything is done: 403."""
    require_own_form(request, secret_of(request), form_token)


#: Of every handler of a form.
OwnForm: Final = Depends(own_form)
