"""Who asks from this machine."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final

from fastapi import Request

from barograph.server.middleware.hosts import host_of

_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


def is_local(request: Request) -> bool:
    """Whether a request was made on this machine, to it, and not passed on by a proxy.

    The name it was sent to counts too: a page in a browser here could otherwise read what its own name leads to.
    """
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    return _is_loopback(request.client.host) and _is_loopback(host_of(request.scope))


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
