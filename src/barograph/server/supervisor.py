"""Worker processes beside the server: started first, started again where one ends, and stopped last."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from threading import Event, Thread
from typing import Final

_LOG = logging.getLogger(__name__)
#: A worker that ends is started again after so long, and twice as long each time it ends soon.
_FIRST_PAUSE_SECONDS: Final = 0.5
_LONGEST_PAUSE_SECONDS: Final = 30.0
_LASTED_SECONDS: Final = 60.0
#: Written to a worker's stdin, on which it waits.
_BEGIN: Final = b"\n"


class Supervisor:
    """Keeps a number of workers running.

    A worker that was started loads what it needs, and begins once `release` was called.

    Parameters
    ----------
    workers : how many.
    environment : of the workers; says their settings.
    """

    def __init__(self, workers: int, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)
        self._stopping = Event()
        self._released = Event()
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self._threads = [
            Thread(target=self._keep, args=(index,), name=f"barograph-worker-{index}", daemon=True)
            for index in range(workers)
        ]

    def start(self) -> None:
        """Start the workers."""
        for thread in self._threads:
            thread.start()

    def release(self) -> None:
        """Let the workers begin: there is something to work on."""
        self._released.set()

    def stop(self, seconds: float) -> None:
        """Ask the workers to finish what they are at, and end those that take longer than `seconds`."""
        self._stopping.set()
        self._released.set()
        until = time.monotonic() + seconds
        for process in list(self._running.values()):
            process.terminate()
        for process in list(self._running.values()):
            try:
                process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                # What it was at is taken back, and done again: nothing is lost by it.
                _LOG.warning("a worker did not stop in time and is ended", extra={"pid": process.pid})
                process.kill()
        for thread in self._threads:
            thread.join()

    def _keep(self, index: int) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while not self._stopping.is_set():
            began = time.monotonic()
            code = self._run(index)
            if self._stopping.is_set():
                return
            lasted = time.monotonic() - began
            pause = (
                _FIRST_PAUSE_SECONDS if lasted > _LASTED_SECONDS else min(2 * pause, _LONGEST_PAUSE_SECONDS)
            )
            _LOG.error(
                "a worker ended and is started again",
                extra={"worker": index, "exit_code": code, "pause_seconds": pause},
            )
            self._stopping.wait(pause)

    def _run(self, index: int) -> int:
        """Run one worker to its end. Its stdin is a pipe from here: it ends where this process does, however."""
        command = [sys.executable, "-m", "barograph", "worker", "--index", str(index), "--while-stdin"]
        # A session of its own: Ctrl-C in a terminal reaches the server, which stops its workers last.
        process = subprocess.Popen(  # noqa: S603 - this program, with words of its own
            command, env=self._environment, stdin=subprocess.PIPE, start_new_session=True
        )
        self._running[index] = process
        self._released.wait()
        if self._stopping.is_set():
            process.terminate()
        assert process.stdin is not None
        with suppress(BrokenPipeError):
            process.stdin.write(_BEGIN)
            process.stdin.flush()
        return process.wait()
