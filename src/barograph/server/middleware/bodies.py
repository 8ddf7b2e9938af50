"""Bodies that are too large or come too slowly are refused while they come, not when they are here."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from barograph.config.settings import Settings
from barograph.server.errors import RequestRefused, error_response

#: A body must come at least this fast, once its time is over.
SLOWEST_BYTES_PER_SECOND: Final = 10_000
_COLUMNAR: Final = (
    b"application/vnd.apache.arrow.", b"application/vnd.apache.parquet", b"application/vnd.barograph.",
)  # fmt: skip


class Bodies:
    """Holds every request to the limits of its body's size and time.

    Parameters
    ----------
    app : what reads bodies.
    settings : `body_bytes`, `columnar_body_bytes` for Arrow, Parquet and profiles, `body_seconds`.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        body = _Body(receive, self._limit(headers), self.settings.body_seconds)
        declared = headers.get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > body.limit:
            await _refuse(body.too_large(), scope, receive, send)
            return

        begun = False

        async def pass_on(message: Message) -> None:
            nonlocal begun
            if body.refusal is not None and not begun:
                return
            begun = True
            await send(message)

        try:
            await self.app(scope, body.receive, pass_on)
        except ClientDisconnect:
            if body.refusal is None:
                raise
        if body.refusal is not None and not begun:
            await _refuse(body.refusal, scope, receive, send)

    def _limit(self, headers: dict[bytes, bytes]) -> int:
        kind = headers.get(b"content-type", b"").lower()
        return self.settings.columnar_body_bytes if kind.startswith(_COLUMNAR) else self.settings.body_bytes


class _Body:
    """Reads a body and stops where it breaks a limit."""

    def __init__(self, receive: Receive, limit: int, seconds: float) -> None:
        self._receive = receive
        self._seconds = seconds
        self._began: float | None = None
        self._bytes = 0
        self._ended = False
        self.limit = limit
        self.refusal: RequestRefused | None = None

    async def receive(self) -> Message:
        """The next part; raises ClientDisconnect, as where the client has left, at a limit."""
        if self._ended:
            return await self._receive()
        loop = asyncio.get_running_loop()
        if self._began is None:
            self._began = loop.time()
        until = self._began + self._seconds + self._bytes / SLOWEST_BYTES_PER_SECOND
        try:
            async with asyncio.timeout_at(until):
                message = await self._receive()
        except TimeoutError:
            raise self._refused(self._too_slow()) from None
        self._bytes += len(message.get("body", b""))
        self._ended = not message.get("more_body", False)
        if self._bytes > self.limit:
            raise self._refused(self.too_large())
        return message

    def too_large(self) -> RequestRefused:
        return RequestRefused(
            413, f"the body is larger than {self.limit:,} bytes; send fewer rows at a time.",
            details=[{"field": "body", "limit_bytes": self.limit}], headers={"Connection": "close"},
        )  # fmt: skip

    def _too_slow(self) -> RequestRefused:
        told = (
            f"{self._bytes:,} bytes of the body came in {self._seconds:g} s and more; expected at least "
            f"{SLOWEST_BYTES_PER_SECOND:,} a second. Send it again."
        )
        return RequestRefused(408, told, headers={"Connection": "close"})

    def _refused(self, refusal: RequestRefused) -> ClientDisconnect:
        self.refusal = refusal
        return ClientDisconnect()


async def _refuse(refusal: RequestRefused, scope: Scope, receive: Receive, send: Send) -> None:
    name = scope.get("state", {}).get("request_id", "")
    await error_response(refusal, name)(scope, receive, send)
