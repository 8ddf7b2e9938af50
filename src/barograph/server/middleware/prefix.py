"""The path a proxy serves the server under, whether the proxy takes it off or leaves it on."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send


class Prefix:
    """Tells the application its root path.

    Parameters
    ----------
    app : what answers.
    root_path : such as ``/monitoring``, or nothing.
    """

    def __init__(self, app: ASGIApp, root_path: str) -> None:
        self.app = app
        self.root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if self.root_path and scope["type"] == "http":
            path = scope["path"]
            whole = path if f"{path}/".startswith(f"{self.root_path}/") else self.root_path + path
            scope = {**scope, "root_path": self.root_path, "path": whole}
        await self.app(scope, receive, send)
