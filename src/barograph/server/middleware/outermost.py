"""The edge: every request gets an id, a line in the log, and an answer, whatever happens inside."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from secrets import token_hex
from typing import Any, Final

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from barograph.server.errors import RequestRefused, error_response
from barograph.server.unforeseen import UNFORESEEN

_LOG = logging.getLogger("barograph.requests")
_ID: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")
#: Sent with every answer that does not say otherwise. Pages say more about what they load.
_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_POLICY: Final = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'")
_NO_FRAME: Final = (b"x-frame-options", b"DENY")
#: In the policy of the few answers that are made for frames of other sites.
_ANY_FRAME: Final = b"frame-ancestors *"
_NO_STORE: Final = (b"cache-control", b"no-store")
_OVER_TLS: Final = (b"strict-transport-security", b"max-age=31536000")
_CLIENT_LEFT: Final = 499

Observe = Callable[[str, str, int, float], None]


class Outermost:
    """Names requests, logs and counts them, adds headers of security, answers what no one foresaw with 500.

    Parameters
    ----------
    app : what answers.
    observe : told of each request's method, route, status and seconds.
    """

    def __init__(self, app: ASGIApp, observe: Observe) -> None:
        self.app = app
        self.observe = observe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        name = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = name
        answer = _Answer(send, name, over_tls=scope.get("scheme") == "https")
        began = time.perf_counter()
        try:
            await self.app(scope, receive, answer.send)
        except ClientDisconnect:
            answer.status = _CLIENT_LEFT
        except UNFORESEEN:
            _LOG.exception("a request failed", extra={"request_id": name, **_what(scope)})
            if not answer.status:
                refusal = RequestRefused(500, _UNFORESEEN)
                await error_response(refusal, name)(scope, receive, answer.send)
            else:
                # The answer has begun: only breaking it off tells the client.
                raise
        finally:
            seconds = time.perf_counter() - began
            route = getattr(scope.get("route"), "path", "unmatched")
            self.observe(scope["method"], route, answer.status, seconds)
            told = {"request_id": name, **_what(scope), "status": answer.status, "seconds": round(seconds, 6)}
            principal = scope["state"].get("principal")
            if principal is not None:
                told["key"] = principal.key_id
            _LOG.info("request", extra=told)


class _Answer:
    """Passes an answer on, with its headers."""

    def __init__(self, send: Send, name: str, *, over_tls: bool) -> None:
        self._send = send
        self._name = name.encode()
        self._over_tls = over_tls
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = [*message.get("headers", ()), (b"x-request-id", self._name)]
            present = {key.lower(): value for key, value in headers}
            headers += [header for header in (*_HEADERS, _POLICY, _NO_STORE) if header[0] not in present]
            if _ANY_FRAME not in present.get(_POLICY[0], b""):
                headers.append(_NO_FRAME)
            if self._over_tls:
                headers.append(_OVER_TLS)
            message = {**message, "headers": headers}
        await self._send(message)


def _request_id(scope: Scope) -> str:
    """The client's id of the request where it is harmless, else a new one."""
    for key, value in scope["headers"]:
        if key == b"x-request-id" and _ID.fullmatch(value):
            return str(value.decode())
    return token_hex(8)


def _what(scope: Scope) -> dict[str, Any]:
    client = scope.get("client")
    return {"method": scope["method"], "path": scope["path"], "client": client[0] if client else ""}


_UNFORESEEN: Final = "the server failed at this request; its log says more under the request's id."
