"""Which answer an error of the library or the store becomes."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from barograph.errors import BarographError, MissingExtra
from barograph.server.errors import CODES, RequestRefused, error_response
from barograph.store.errors import Conflict, Damaged, InvalidName, NotFound, QueueFull, StoreUnavailable

_RETRY_SECONDS: Final = "5"


def refused(error: BarographError) -> RequestRefused:
    """The answer to an error that was raised on purpose; what says nothing else is about the request (400)."""
    if isinstance(error, RequestRefused):
        return error
    for kind, status in _STATUSES:
        if isinstance(error, kind):
            headers = {"Retry-After": _RETRY_SECONDS} if status in (429, 503) else {}
            return RequestRefused(status, str(error), headers=headers)
    return RequestRefused(400, str(error))


_STATUSES: Final[tuple[tuple[type[BarographError], int], ...]] = (
    (NotFound, 404),
    (Conflict, 409),
    (InvalidName, 422),
    (QueueFull, 429),
    (Damaged, 500),
    (StoreUnavailable, 503),
    (MissingExtra, 503),
)


def register_failures(app: FastAPI) -> None:
    """Give every error the one shape."""
    app.add_exception_handler(BarographError, _on_purpose)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(RequestValidationError, _of_parameters)


def request_id(request: Request) -> str:
    """The id of a request, as in its header `X-Request-Id`."""
    return str(getattr(request.state, "request_id", ""))


def _on_purpose(request: Request, error: Exception) -> Response:
    assert isinstance(error, BarographError)
    return error_response(refused(error), request_id(request))


def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    cause = error.__cause__
    if isinstance(cause, BarographError):
        return _on_purpose(request, cause)
    told = _told(error.status_code, request) or str(error.detail)
    answer = RequestRefused(error.status_code, told, headers=error.headers)
    return error_response(answer, request_id(request))


def _told(status: int, request: Request) -> str | None:
    if status == 404:
        return f"no page {request.url.path!r}; see /openapi.json for those there are."
    if status == 405:
        return f"{request.method} is not allowed here; the header Allow says what is."
    if status not in CODES:
        return HTTPStatus(status).phrase
    return None


def _of_parameters(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    details = [_fault(found) for found in error.errors()]
    first = details[0] if details else {"field": "request", "reason": "cannot be read"}
    more = f" ({len(details) - 1} more in details)" if len(details) > 1 else ""
    message = f"{first['field']}: {first['reason']}{more}. See /openapi.json for what is expected."
    not_json = any(found["type"] == "json_invalid" for found in error.errors())
    answer = RequestRefused(400 if not_json else 422, message, details=details)
    return error_response(answer, request_id(request))


def _fault(found: dict[str, Any]) -> dict[str, Any]:
    """One fault of a parameter or field, without the value, which may be private."""
    place: Sequence[object] = found.get("loc", ())
    return {"field": ".".join(str(part) for part in place), "reason": str(found.get("msg", ""))}
