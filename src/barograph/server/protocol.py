"""HTTP/1.1 by uvicorn and httptools, for clients that do not take for ever to ask."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


def punctual(header_seconds: float) -> type[asyncio.Protocol]:
    """A protocol that closes a connection whose request's headers are not whole in time.

    Uvicorn limits the time between requests alone: a client that sends a byte a second of its headers could hold a
    connection for days.
    """

    class Punctual(HttpToolsProtocol):
        """One connection."""

        _late: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._expect_headers()

        def connection_lost(self, exc: Exception | None) -> None:
            self._have_headers()
            super().connection_lost(exc)

        def on_message_begin(self) -> None:
            super().on_message_begin()
            self._expect_headers()

        def on_headers_complete(self) -> None:
            self._have_headers()
            super().on_headers_complete()

        def _expect_headers(self) -> None:
            if self._late is None:
                self._late = self.loop.call_later(header_seconds, self._give_up)

        def _have_headers(self) -> None:
            if self._late is not None:
                self._late.cancel()
                self._late = None

        def _give_up(self) -> None:
            self._late = None
            self.transport.close()

    return Punctual
