"""Requests under another name than the server's are refused, where names were set."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from barograph.server.errors import RequestRefused, error_response


class Hosts:
    """Checks the header `Host`.

    Parameters
    ----------
    app : what answers.
    allowed : names, ``*.example.com`` for all below one; none for any.
    """

    def __init__(self, app: ASGIApp, allowed: tuple[str, ...]) -> None:
        self.app = app
        self.allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not self.allowed or self._knows(host_of(scope)):
            await self.app(scope, receive, send)
            return
        told = "the header Host names no server here; see the setting allowed_hosts."
        name = scope.get("state", {}).get("request_id", "")
        await error_response(RequestRefused(400, told), name)(scope, receive, send)

    def _knows(self, host: str) -> bool:
        return any(
            host == name or (name.startswith("*.") and host.endswith(name[1:])) for name in self.allowed
        )


def host_of(scope: Scope) -> str:
    """The name in the header `Host`, without port.

    Examples
    --------
    >>> host_of({"headers": [(b"host", b"Example.com:8080")]}), host_of({"headers": [(b"host", b"[::1]:80")]})
    ('example.com', '::1')
    """
    value = str(dict(scope["headers"]).get(b"host", b"").decode("latin-1")).lower()
    if value.startswith("["):
        return value[1:].split("]", 1)[0]
    return value.rsplit(":", 1)[0] if ":" in value else value
