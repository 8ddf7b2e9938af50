"""The application, answering on a socket until it is told to stop."""

from __future__ import annotations

import gc
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType
from typing import Final

import uvicorn

from barograph.config.settings import Settings
from barograph.server.app import create_app
from barograph.server.listening import WAITING_CONNECTIONS
from barograph.server.protocol import punctual

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
#: After how many new objects garbage is looked for, and how many times until it is among older ones. A page makes
#: 100,000 that are gone by themselves once it is sent; to look through all there is takes 0.1 s of somebody's page.
_GARBAGE: Final = (50_000, 20, 50)


def answer(settings: Settings, listener: socket.socket, started: Callable[[], None]) -> None:
    """Answer until SIGTERM or SIGINT, and then what has come.

    Parameters
    ----------
    listener : the socket.
    started : called once the application answers.
    """
    gc.set_threshold(*_GARBAGE)
    stopping = Event()
    server = _Server(_uvicorn(settings, stopping), started, stopping)
    with _signals_left_to(server):
        server.run(sockets=[listener])


class _Server(uvicorn.Server):
    """Uvicorn's, which says when it has started, and when it is to stop: what lasts has to end for it to do so."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None], stopping: Event) -> None:
        super().__init__(config)
        self._told, self._stopping = started, stopping

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._stopping.set()
        super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._told()


def _uvicorn(settings: Settings, stopping: Event) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(settings, stopping=stopping),
        http=punctual(settings.header_seconds),
        loop="uvloop",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        # Whom to believe is the application's business: uvicorn would believe all of this machine.
        proxy_headers=False,
        server_header=False,
        backlog=WAITING_CONNECTIONS,
        timeout_keep_alive=max(1, round(settings.header_seconds)),
        timeout_graceful_shutdown=max(1, round(settings.stop_seconds)),
    )


@contextmanager
def _signals_left_to(server: uvicorn.Server) -> Iterator[None]:
    """Signals stop the server and nothing else: uvicorn raises them anew when it is done, before workers are."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    before = {number: signal.signal(number, stop) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
