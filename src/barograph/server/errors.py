"""What a request is refused with: one shape for every error, everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from barograph.errors import BarographError

#: The word that stands for a status where nothing more precise is known.
CODES: Final[dict[int, str]] = {
    400: "bad_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    408: "too_slow",
    409: "conflict",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_many",
    500: "internal",
    503: "unavailable",
}


class RequestRefused(BarographError, RuntimeError):
    """A request cannot be served; the message says what is wrong, what was expected and what to do.

    Parameters
    ----------
    status : HTTP status.
    message : one or two sentences for people.
    code : one word for programs; default: the status's.
    details : one entry a fault, such as ``{"field": …, "reason": …}``.
    headers : sent with the answer, such as ``Retry-After``.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        details: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code or CODES.get(status, "error")
        self.details = list(details)
        self.headers = dict(headers or {})


class CannotListen(BarographError, OSError):
    """The server's address cannot be listened on."""


class KeyNotMade(BarographError, ValueError):
    """A key cannot be made as asked."""


class Fault(BaseModel):
    """What is told about an error."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(description="One word for programs.")
    message: str = Field(description="What is wrong, what was expected, what to do.")
    details: list[dict[str, Any]] = Field(description="One entry a fault, where there are several.")
    request_id: str = Field(description="Names this request in the server's log.")


class ErrorAnswer(BaseModel):
    """The one shape of an error."""

    model_config = ConfigDict(extra="forbid")

    error: Fault


def error_response(error: RequestRefused, request_id: str) -> Response:
    """The answer to a refused request."""
    held = {
        "error": {
            "code": error.code, "message": str(error), "details": error.details, "request_id": request_id,
        }
    }  # fmt: skip
    body = orjson.dumps(held, default=str)
    return Response(body, status_code=error.status, headers=error.headers, media_type="application/json")


def declared(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The error answers of a route, for its OpenAPI entry: ``responses=declared(404, 409)``.

    Examples
    --------
    >>> sorted(declared(404))
    [404]
    """
    return {status: {"model": ErrorAnswer, "description": _MEANINGS[status]} for status in statuses}


_MEANINGS: Final = {
    400: "The request cannot be read.",
    401: "No key, or one that is wrong, revoked or expired.",
    403: "The key's role does not allow it.",
    404: "There is no such thing, or the key may not see it.",
    405: "The method is not allowed here.",
    406: "No form of the answer is acceptable.",
    408: "The body came too slowly.",
    409: "It contradicts what is there.",
    413: "The body, or what it holds, is too large.",
    415: "The type or the encoding of the body is not known.",
    422: "A parameter, or a field of the body, is not as expected.",
    429: "Too many requests; come back after the seconds in `Retry-After`.",
    500: "A fault of the server; its log has more under the request's id.",
    503: "What is needed is not available at the moment; try again.",
}
