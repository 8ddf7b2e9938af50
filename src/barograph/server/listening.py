"""The socket of a server, and its address."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from barograph.config.settings import Settings
from barograph.server.errors import CannotListen

WAITING_CONNECTIONS: Final = 2_048


@contextmanager
def listening(settings: Settings) -> Iterator[socket.socket]:
    """The socket, bound before anything is written, so that an address in use costs nothing."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server(
            (settings.host, settings.port), family=family, backlog=WAITING_CONNECTIONS
        )
    except OSError as error:
        raise CannotListen(
            f"cannot listen on {settings.host} port {settings.port}: {error.strerror or error}. Choose another with "
            "--port, or 0 for a free one; --host takes an address of this machine."
        ) from error
    with listener:
        yield listener


def address_of(settings: Settings, listener: socket.socket) -> str:
    """The URL to open."""
    port = listener.getsockname()[1]
    host = settings.host
    # What stands for all addresses of this machine is none to open.
    if host and not host.strip("0.:"):
        host = "::1" if ":" in host else "127.0.0.1"
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}{settings.root_path}"
