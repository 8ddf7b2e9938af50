"""A server that runs: its socket, its data folder, the application, and workers beside it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from barograph.config.read import Configuration, read_settings
from barograph.config.write import as_environment
from barograph.server.access.tokens import Token
from barograph.server.clock import SystemClock, clock_of
from barograph.server.listening import address_of, listening
from barograph.server.loading import loading
from barograph.server.logs import write_logs
from barograph.server.preparing import make_folder, prepare, sign_in_link
from barograph.server.supervisor import Supervisor
from barograph.server.times import as_datetime
from barograph.store.lock import locked

#: Batches have some hundred rows: handing their columns from thread to thread costs more than all that is done with
#: them. Workers, which have thousands, are given the environment as it was.
_POLARS_THREADS: Final = ("POLARS_MAX_THREADS", "1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What is told of a server once it answers.

    Attributes
    ----------
    address : URL to open.
    token : of the first key, where it was made just now; it is kept nowhere.
    link : URL that signs a browser in, once; where the first key was made just now, or a link was wanted.
    """

    address: str
    token: Token | None
    link: str | None


def serve(configuration: Configuration, told: Callable[[Running], None], *, linked: bool = False) -> None:
    """Serve until SIGTERM or SIGINT, then answer what has come, let workers finish their step, and return.

    Parameters
    ----------
    configuration : settings, as they were written: workers are given them too.
    told : called once the server answers.
    linked : whether a link is wanted that signs a browser in, at a later start too.

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
        workers = Supervisor(settings.workers, os.environ | as_environment(configuration))
        workers.start()
        try:
            token = prepare(settings, clock_of(settings))
            secret = sign_in_link(settings, clock_of(settings)) if linked or token is not None else None
            workers.release()
            os.environ.setdefault(*_POLARS_THREADS)
            # Loaded here, for it takes longest: meanwhile workers load what they need.
            with loading():
                from barograph.server.answering import answer

            address = address_of(settings, listener)
            link = None if secret is None else f"{address}/signin/once?code={secret}"
            running = Running(address=address, token=token, link=link)
            answer(settings, listener, started=lambda: told(running))
        finally:
            workers.stop(settings.stop_seconds)


def _with_one_clock(configuration: Configuration) -> Configuration:
    """The same, but where a clock was set, workers are told when it began."""
    settings = configuration.settings
    if settings.clock is None or settings.clock_began is not None:
        return configuration
    began = {"clock_began": as_datetime(SystemClock().now()).isoformat()}
    return read_settings(environment=as_environment(configuration), flags=began)
