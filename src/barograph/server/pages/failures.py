"""What a browser is shown where a page cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from barograph.errors import BarographError
from barograph.server.errors import RequestRefused, error_response
from barograph.server.failures import refused, request_id
from barograph.server.pages.render import as_html
from barograph.server.pages.view import language_of
from barograph.server.pages.who import MustSignIn


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultPage:
    """What went wrong, and what to do."""

    status: int
    title: str
    message: str
    request_id: str
    template: str = "fault"


def register_page_failures(app: FastAPI) -> None:
    """Show browsers a page for every error, and lead those who are not signed in to where that is done."""
    app.add_exception_handler(MustSignIn, _sign_in)
    for kind in (BarographError, HTTPException):
        app.add_exception_handler(kind, _shown(app.exception_handlers[kind]))


def wants_page(request: Request) -> bool:
    """Whether a browser asked for a page."""
    path = request.url.path
    return (
        not path.startswith("/v1/")
        and not path.endswith(".json")
        and "text/html" in request.headers.get("accept", "")
    )


def _shown(otherwise: Any) -> Any:
    """The handler for browsers; `otherwise` for all others."""

    def handle(request: Request, error: Exception) -> Response:
        return _fault(request, error) if wants_page(request) else otherwise(request, error)

    return handle


def _fault(request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException):
        answer = RequestRefused(
            error.status_code, _THERE_IS_NONE if error.status_code == 404 else str(error.detail)
        )
    else:
        assert isinstance(error, BarographError)
        answer = refused(error)
    page = FaultPage(
        status=answer.status,
        title=HTTPStatus(answer.status).phrase,
        message=str(answer),
        request_id=request_id(request),
    )
    return as_html(
        page.template, request=request, language=language_of(request), status=answer.status, page=page
    )


def _sign_in(request: Request, error: Exception) -> Response:
    assert isinstance(error, MustSignIn)
    if wants_page(request):
        return RedirectResponse(error.address, status_code=303)
    return error_response(error, request_id(request))


_THERE_IS_NONE: Final = "there is no such page; the inbox leads to those there are."
