"""Addresses of this server that lead back to a page."""

from __future__ import annotations

from fastapi import Request


def here_of(request: Request) -> str:
    """The address of the page asked for, as this server's own pages name it: without what a proxy puts before it."""
    path = request.url.path.removeprefix(request.scope.get("root_path", "")) or "/"
    return f"{path}?{request.url.query}" if request.url.query else path


def path_of(request: Request) -> str:
    """The path asked for, decoded, without what a proxy puts before it."""
    path: str = request.scope["path"]
    return path.removeprefix(request.scope.get("root_path", ""))


def own_address(to: str) -> str:
    """An address of this server, else the inbox: another one would let a link lead elsewhere.

    Examples
    --------
    >>> own_address("/models?span=7d"), own_address("//example.com/")
    ('/models?span=7d', '/')
    """
    return to if to.startswith("/") and not to.startswith(("//", "/\\")) else "/"
