"""The thread that sends, started with the first row and again in the child of a fork."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable

from barograph_client.edge import Complaints

#: A step that fails is tried again after this pause.
_AFTER_FAILURE_SECONDS = 1.0
#: No step is further off than this, so that a clock that jumped does no harm.
_LONGEST_SECONDS = 60.0


class SendingThread:
    """Calls a step, waits as long as it says or until the bell rings, calls it again.

    Parameters
    ----------
    step : does what is due and returns the seconds until more is.
    """

    def __init__(self, step: Callable[[], float], complaints: Complaints) -> None:
        self._step = step
        self._complaints = complaints
        self._thread: threading.Thread | None = None
        self._stopped = False
        self._stepping = threading.RLock()
        self._starting = threading.Lock()
        # Free to take: there is something to do. Ringing takes no lock, so it is safe in signal handlers and `__del__`.
        self._bell = threading.Lock()
        self._bell.acquire()

    @property
    def is_running(self) -> bool:
        """Whether there is a thread."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Start the thread where there is none; at the end of the interpreter there can be none."""
        if self._stopped or not self._starting.acquire(blocking=False):
            return
        try:
            if not self.is_running:
                thread = threading.Thread(target=self._run, name="barograph-client", daemon=True)
                thread.start()
                self._thread = thread
        except RuntimeError as error:
            self._complaints.told("thread", str(error))
        finally:
            self._starting.release()

    def ring(self) -> None:
        """Wake the thread."""
        with contextlib.suppress(RuntimeError):  # it rings already
            self._bell.release()

    def step(self) -> float:
        """One step, by whoever calls; a failure is counted, and never the caller's."""
        with self._stepping:
            with self._complaints.caught("sending"):
                return self._step()
            return _AFTER_FAILURE_SECONDS

    def wait(self, until: Callable[[], bool], deadline: float) -> bool:
        """Let the thread work, or work here where there is none, until something holds or time is up.

        Parameters
        ----------
        deadline : seconds of `time.monotonic`.
        """
        while not until():
            left = deadline - time.monotonic()
            if left <= 0.0:
                return False
            if self.is_running:
                self.ring()
                time.sleep(min(left, 0.005))
            else:
                pause = self.step()
                if not until():
                    time.sleep(min(left, pause, 0.05))
        return True

    def stop(self, seconds: float) -> bool:
        """End the thread after its step; whether it has ended within so many seconds."""
        self._stopped = True
        self.ring()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(seconds)
        return not self.is_running

    def _run(self) -> None:
        while not self._stopped:
            seconds = min(self.step(), _LONGEST_SECONDS)
            if seconds > 0.0:
                self._bell.acquire(timeout=seconds)
