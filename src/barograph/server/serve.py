"""A server that runs: its socket, its data folder, the application, and workers beside it."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Final

import uvicorn

from barograph.config.read import Configuration, read_settings
from barograph.config.settings import Settings
from barograph.config.write import as_environment
from barograph.server.access.tokens import Token
from barograph.server.app import clock_of, create_app
from barograph.server.clock import SystemClock
from barograph.server.errors import CannotListen
from barograph.server.logs import write_logs
from barograph.server.opening import make_folder, prepare
from barograph.server.protocol import punctual
from barograph.server.supervisor import Supervisor
from barograph.server.times import as_datetime
from barograph.store.lock import locked

_WAITING_CONNECTIONS: Final = 2_048
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What is told of a server once it answers.

    Attributes
    ----------
    address : URL to open.
    token : of the first key, where it was made just now; it is kept nowhere.
    """

    address: str
    token: Token | None


def serve(configuration: Configuration, told: Callable[[Running], None]) -> None:
    """Serve until SIGTERM or SIGINT, then answer what has come, let workers finish their step, and return.

    Parameters
    ----------
    configuration : settings, as they were written: workers are given them too.
    told : called once the server answers.

    Raises
    ------
    CannotListen
        Where the address is in use, or not this machine's.
    InUse, StoreUnavailable, LaterVersion
        Where the data folder is another server's, or the store cannot be opened.
    """
    configuration = _with_one_clock(configuration)
    settings = configuration.settings
    write_logs(settings)
    make_folder(settings)
    with listening(settings) as listener, locked(settings.data_path):
        token = prepare(settings, clock_of(settings))
        running = Running(address=_address(settings, listener), token=token)
        server = _Server(_uvicorn(settings), started=lambda: told(running))
        workers = Supervisor(settings.workers, os.environ | as_environment(configuration))
        with _signals_left_to(server):
            workers.start()
            try:
                server.run(sockets=[listener])
            finally:
                workers.stop(settings.stop_seconds)


def _with_one_clock(configuration: Configuration) -> Configuration:
    """The same, but where a clock was set, workers are told when it began."""
    settings = configuration.settings
    if settings.clock is None or settings.clock_began is not None:
        return configuration
    began = {"clock_began": as_datetime(SystemClock().now()).isoformat()}
    return read_settings(environment=as_environment(configuration), flags=began)


class _Server(uvicorn.Server):
    """Uvicorn's, which says when it has started."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._told = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._told()


def _uvicorn(settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(settings),
        http=punctual(settings.header_seconds),
        loop="uvloop",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        # Whom to believe is the application's business: uvicorn would believe all of this machine.
        proxy_headers=False,
        server_header=False,
        backlog=_WAITING_CONNECTIONS,
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


@contextmanager
def listening(settings: Settings) -> Iterator[socket.socket]:
    """The socket, bound before anything is written, so that an address in use costs nothing."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server(
            (settings.host, settings.port), family=family, backlog=_WAITING_CONNECTIONS
        )
    except OSError as error:
        raise CannotListen(
            f"cannot listen on {settings.host} port {settings.port}: {error.strerror or error}. Choose another with "
            "--port, or 0 for a free one; --host takes an address of this machine."
        ) from error
    with listener:
        yield listener


def _address(settings: Settings, listener: socket.socket) -> str:
    port = listener.getsockname()[1]
    host = settings.host
    # What stands for all addresses of this machine is none to open.
    if host and not host.strip("0.:"):
        host = "::1" if ":" in host else "127.0.0.1"
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}{settings.root_path}"
