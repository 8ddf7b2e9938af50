"""`barograph serve` and `barograph worker`."""

from __future__ import annotations

import os
import signal
import sys
from threading import Event, Thread
from typing import TYPE_CHECKING

from barograph.cli.needs_server import need_server
from barograph.cli.streams import write_json

if TYPE_CHECKING:
    from barograph.config.read import Configuration
    from barograph.server.serve import Running


def run_serve(configuration: Configuration, *, as_json: bool) -> None:
    """Serve until told to stop; say where, and the first key, once it answers."""
    need_server("serve")
    from barograph.server.loading import loading

    with loading():
        from barograph.server.serve import serve

    def told(running: Running) -> None:
        _tell(configuration, running, as_json=as_json)
        sys.stdout.flush()

    serve(configuration, told)


def run_worker_command(configuration: Configuration, *, index: int, while_stdin: bool) -> None:
    """Work until told to stop, or, with `while_stdin`, from a first byte on stdin until it ends."""
    need_server("worker")
    from barograph.server.loading import loading

    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _signal, _frame: stop.set())
    with loading():
        from barograph.server.logs import write_logs
        from barograph.server.worker_process import run_worker
    if while_stdin:
        # The server writes a byte once there is a store to work on.
        if not os.read(0, 1):
            return
        Thread(target=_wait_for_end, args=(stop,), daemon=True).start()
    write_logs(configuration.settings)
    run_worker(configuration.settings, stop, index=index)


def _wait_for_end(stop: Event) -> None:
    # Not through sys.stdin, whose lock this thread would still hold when the process ends.
    while os.read(0, 1):
        pass
    stop.set()


def _tell(configuration: Configuration, running: Running, *, as_json: bool) -> None:
    data = str(configuration.settings.data_path)
    token = None if running.token is None else running.token.text
    if as_json:
        write_json({"address": running.address, "token": token, "data": data})
        return
    print(f"Barograph answers at {running.address}, its data in {data}. Ctrl-C stops it.")
    if token is not None:
        print(f"Its first key, an admin's; it is shown this once, so keep it:\n\n    {token}\n")
