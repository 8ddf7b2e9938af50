"""One request over HTTP, on a connection that is kept."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from barograph_client.errors import UnreachableError
from barograph_client.sending.proxies import Proxy, proxy_for
from barograph_client.settings import Settings

#: No reply is read further.
_REPLY_BYTES = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the server said; names of headers in small letters."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Transport(Protocol):
    """Posts bodies; tests bring their own."""

    def post(self, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Post a body.

        Raises
        ------
        UnreachableError
            No reply came; the server may or may not have read the body.
        """
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


class HttpTransport:
    """Posts through `http.client`, past HTTPS_PROXY and NO_PROXY, trusting the machine's certificates or a file of own.

    Redirects are not followed: they would carry the key to another host.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._parts = urlsplit(settings.url)
        self._proxy: Proxy | None = proxy_for(settings.url)
        self._tls: ssl.SSLContext | None = None
        self._connection: http.client.HTTPConnection | None = None
        self._fixed = {"User-Agent": "barograph-client", "Accept": "application/json"}
        if settings.api_key:
            self._fixed["Authorization"] = f"Bearer {settings.api_key}"

    def post(self, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Post a body; a kept connection that the server has closed meanwhile is opened once more."""
        kept = self._connection is not None
        try:
            return self._post(path, headers, body)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError) as error:
            self.close()
            if not kept:
                raise UnreachableError(f"{self._settings.url}: {error!r}") from error
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise UnreachableError(f"{self._settings.url}: {error!r}") from error
        try:
            return self._post(path, headers, body)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise UnreachableError(f"{self._settings.url}: {error!r}") from error

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _post(self, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        connection = self._connection or self._connected()
        self._connection = connection
        target = self._parts.path.rstrip("/") + path
        extra = dict(self._fixed)
        if self._proxy is not None and self._parts.scheme == "http":
            target = f"http://{self._parts.netloc}{target}"
            if self._proxy.authorization:
                extra["Proxy-Authorization"] = self._proxy.authorization
        connection.request("POST", target, body=body, headers={**extra, **headers})
        reply = connection.getresponse()
        held = reply.read(_REPLY_BYTES)
        if reply.length and len(held) < _REPLY_BYTES:
            raise http.client.IncompleteRead(held, reply.length)
        found = Reply(status=reply.status, headers={k.lower(): v for k, v in reply.getheaders()}, body=held)
        if reply.will_close or not reply.isclosed():
            self.close()
        return found

    def _connected(self) -> http.client.HTTPConnection:
        """A connection; connecting and reading have time-outs of their own."""
        host, port = self._parts.hostname or "", self._parts.port
        first = (self._proxy.host, self._proxy.port) if self._proxy else (host, port)
        seconds = self._settings.connect_seconds
        connection: http.client.HTTPConnection
        if self._parts.scheme == "https":
            self._tls = self._tls or ssl.create_default_context(cafile=self._settings.ca_bundle or None)
            connection = http.client.HTTPSConnection(*first, timeout=seconds, context=self._tls)
            if self._proxy is not None:
                extra = (
                    {"Proxy-Authorization": self._proxy.authorization} if self._proxy.authorization else {}
                )
                connection.set_tunnel(host, port or 443, headers=extra)
        else:
            connection = http.client.HTTPConnection(*first, timeout=seconds)
        try:
            connection.connect()
        except BaseException:
            connection.close()
            raise
        connection.sock.settimeout(self._settings.read_seconds)
        return connection
