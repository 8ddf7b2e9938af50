"""How this browser shows the pages: the language, light or dark, and where one begins."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from barograph.locale.language import LANGUAGES
from barograph.server.errors import RequestRefused
from barograph.server.pages.own_address import own_address
from barograph.server.pages.render import LANDING_COOKIE, LANDINGS, LANGUAGE_COOKIE, THEME_COOKIE, THEMES

router = APIRouter(include_in_schema=False)

_LONGEST: Final = 400
_YEAR: Final = 365 * 86_400
_To = Annotated[str, Query(max_length=_LONGEST)]


@router.get("/language/{code}")
def get_language(request: Request, code: str, to: _To = "/") -> Response:
    """Choose the language of this browser."""
    if code not in LANGUAGES:
        raise RequestRefused(404, f"there is no language {code!r}; there are {', '.join(LANGUAGES)}.")
    return _kept(request, LANGUAGE_COOKIE, code, to)


@router.get("/theme/{name}")
def get_theme(request: Request, name: str, to: _To = "/") -> Response:
    """Choose light or dark for this browser, or what its system says."""
    if name not in THEMES:
        raise RequestRefused(404, f"there is no theme {name!r}; there are {', '.join(THEMES)}.")
    return _kept(request, THEME_COOKIE, name, to)


@router.get("/landing/{name}")
def get_landing(request: Request, name: str, to: _To = "/settings") -> Response:
    """Choose where one begins in this browser."""
    if name not in LANDINGS:
        raise RequestRefused(404, f"there is no landing {name!r}; there are {', '.join(LANDINGS)}.")
    return _kept(request, LANDING_COOKIE, name, to)


def _kept(request: Request, cookie: str, value: str, to: str) -> Response:
    answer = RedirectResponse(request.scope.get("root_path", "") + own_address(to), status_code=303)
    answer.set_cookie(cookie, value, max_age=_YEAR, path="/", samesite="lax", httponly=True)
    return answer
