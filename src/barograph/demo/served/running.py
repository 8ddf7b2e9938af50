"""A server in a thread of this process, on a clock that is moved, and the work on what it was sent."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Final

import httpx
import uvicorn

from barograph.config.read import read_settings
from barograph.config.settings import Settings
from barograph.demo.served.clock import ReplayClock
from barograph.demo.served.working import Work, working
from barograph.errors import BarographError
from barograph.server.app import create_app
from barograph.server.listening import listening
from barograph.server.preparing import make_folder, prepare, sign_in_link
from barograph.store.lock import locked

_START_SECONDS: Final = 30.0
_PAUSE_SECONDS: Final = 0.05
#: A replay sends a year in a minute.
_REQUESTS_A_MINUTE: Final = 1_000_000


class DemoError(BarographError, RuntimeError):
    """The demo's server does not do what it should."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A server that runs.

    Attributes
    ----------
    token : of its first key, an admin's.
    http : with this key.
    work : what a worker does.
    """

    address: str
    token: str
    data: Path
    clock: ReplayClock
    http: httpx.Client
    work: Work
    settings: Settings

    def link(self) -> str:
        """An address that signs a browser in, once and within an hour."""
        return f"{self.address}/signin/once?code={sign_in_link(self.settings, self.clock)}"

    def get(self, path: str, **asked: str | list[str]) -> dict[str, object]:
        """The JSON answer of a route below the demo's project.

        Raises
        ------
        DemoError
            Where it is refused.
        """
        answer = self.http.get(path, params=asked)
        if answer.status_code >= httpx.codes.BAD_REQUEST:
            raise DemoError(f"GET {path} was answered {answer.status_code}: {answer.text}")
        held: dict[str, object] = answer.json()
        return held

    def send(self, method: str, path: str, **sent: object) -> None:
        """Make a request that changes something.

        Raises
        ------
        DemoError
            Where it is refused.
        """
        answer = self.http.request(method, path, **sent)  # type: ignore[arg-type]
        if answer.is_error:
            raise DemoError(f"{method} {path} was answered {answer.status_code}: {answer.text}")


@contextmanager
def running(data: Path, clock: ReplayClock, *, port: int = 0) -> Iterator[Demo]:
    """Run a server on a folder; what runs is ended on the way out.

    Parameters
    ----------
    port : 0: a free one.

    Raises
    ------
    DemoError
        Where it does not start, or the folder is no new one.
    CannotListen, InUse, StoreUnavailable
        As `barograph.server.serve.serve`.
    """
    flags = {"data": str(data), "port": str(port), "key_requests": str(_REQUESTS_A_MINUTE)}
    settings = read_settings(environment={}, flags=flags).settings
    make_folder(settings)
    with listening(settings) as listener, locked(settings.data_path):
        token = prepare(settings, clock)
        if token is None:
            raise DemoError(f"{data} is the data of a server already; give the demo a folder of its own.")
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with (
            _answering(settings, clock, listener),
            working(settings, clock) as work,
            httpx.Client(
                base_url=address,
                headers={"Authorization": f"Bearer {token.text}"},
                timeout=120.0,
                trust_env=False,
            ) as http,
        ):
            yield Demo(
                address=address, token=token.text, data=data, clock=clock, http=http, work=work, settings=settings
            )  # fmt: skip


@contextmanager
def _answering(settings: Settings, clock: ReplayClock, listener: socket.socket) -> Iterator[None]:
    stopping = Event()
    config = uvicorn.Config(
        create_app(settings, clock=clock, stopping=stopping), log_config=None, access_log=False, lifespan="on"
    )
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name="demo server", daemon=True)
    thread.start()
    try:
        last = time.monotonic() + _START_SECONDS
        while not server.started:
            if not thread.is_alive() or time.monotonic() > last:
                raise DemoError("the demo's server did not start; `barograph doctor` may say why.")
            time.sleep(_PAUSE_SECONDS)
        yield
    finally:
        stopping.set()
        server.should_exit = True
        thread.join()
