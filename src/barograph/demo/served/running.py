"""A server and its worker, in threads of this process, on a clock that is moved."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Thread
from typing import Final

import httpx
import uvicorn

from barograph.config.read import read_settings
from barograph.config.settings import Settings
from barograph.demo.served.clock import ReplayClock
from barograph.errors import BarographError
from barograph.server.app import create_app
from barograph.server.listening import listening
from barograph.server.preparing import make_folder, prepare
from barograph.server.reading.headlines import Headlines
from barograph.server.worker import Worker
from barograph.server.worker.limits import limits_of
from barograph.server.worker.store import Store
from barograph.store.database import open_database
from barograph.store.lock import locked
from barograph.store.log import open_log

_START_SECONDS: Final = 30.0
_MONTH_SECONDS: Final = 30 * 86_400.0
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
    """

    address: str
    token: str
    data: Path
    clock: ReplayClock
    http: httpx.Client

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
            _working(settings, clock),
            httpx.Client(
                base_url=address,
                headers={"Authorization": f"Bearer {token.text}"},
                timeout=120.0,
                trust_env=False,
            ) as http,
        ):
            yield Demo(address=address, token=token.text, data=data, clock=clock, http=http)


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


@contextmanager
def _working(settings: Settings, clock: ReplayClock) -> Iterator[None]:
    database, log, stop = open_database(settings.database_url), open_log(settings.log_url), Event()
    store = Store(database=database, log=log, lake_folder=settings.lake_path, ids_folder=settings.ids_path)
    headlines = Headlines(database)
    # A year passes in a minute: rows move by the month, and days are not counted again every night.
    limits = replace(limits_of(settings), move_seconds=_MONTH_SECONDS, audited_days=0)
    worker = Worker(store, clock, limits=limits, name="demo")
    beside = {"headlines": lambda: clock.runs and headlines.step(now=clock.now())}
    thread = Thread(
        target=worker.run,
        args=(stop,),
        kwargs={"beside": beside, "pause_seconds": _PAUSE_SECONDS},
        name="demo worker",
        daemon=True,
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        log.close()
        database.close()
