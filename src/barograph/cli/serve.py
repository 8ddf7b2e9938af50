"""`barograph serve` and `barograph worker`."""

from __future__ import annotations

import os
import signal
import sys
import webbrowser
from threading import Event, Thread
from typing import TYPE_CHECKING

from barograph.cli.needs_server import need_server
from barograph.cli.streams import hint, write_json

if TYPE_CHECKING:
    from barograph.config.read import Configuration
    from barograph.server.serve import Running


def run_serve(configuration: Configuration, *, opened: bool, as_json: bool) -> None:
    """Serve until told to stop; say where, and the first key, once it answers, and open it where that is wanted."""
    need_server("serve")
    from barograph.server.loading import loading

    with loading():
        from barograph.server.serve import serve

    def told(running: Running) -> None:
        _tell(configuration, running, as_json=as_json)
        sys.stdout.flush()
        if opened:
            # A browser that runs in the terminal would keep the server from answering it.
            Thread(target=_open, args=(running.link or running.address,), daemon=True).start()

    serve(configuration, told, linked=opened)


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
        write_json({"address": running.address, "token": token, "link": running.link, "data": data})
        return
    print(f"Barograph answers at {running.address}, its data in {data}. Ctrl-C stops it.")
    if running.link is not None:
        print(f"Signed in by opening this, once and within an hour:\n\n    {running.link}\n")
    if token is not None:
        print(f"Its first key, an admin's; it is shown this once, so keep it:\n\n    {token}\n")


def _open(url: str) -> None:
    if not webbrowser.open(url):
        hint("No browser was found to open; open the address above in one.")
