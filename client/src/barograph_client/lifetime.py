"""A client's life: configured, used, forked, closed."""

from __future__ import annotations

import atexit
import logging
import os
import random
import sys
import threading
import weakref
from collections.abc import Callable, Mapping

from barograph_client.clock import Clock
from barograph_client.edge import Caught
from barograph_client.errors import SettingsError
from barograph_client.identifiers import Identifiers
from barograph_client.parts import assemble
from barograph_client.record.recorder import Recorder
from barograph_client.sending.transport import Transport
from barograph_client.settings import Settings, read_settings
from barograph_client.stats import Stats

logger = logging.getLogger("barograph_client")


class Lifetime:
    """Makes the parts when they are first needed, again in the child of a fork, and ends them with the process.

    No signal handler is ever installed: a process that is killed by a signal it does not handle loses what waits in
    memory, a second's worth, and nothing of what is spooled.
    """

    def __init__(
        self, *, transport: Transport | None, clock: Clock, rng: random.Random, threads: bool
    ) -> None:
        self._transport = transport
        self._clock = clock
        self._rng = rng
        self._threads = threads
        self._lock = threading.RLock()
        self._settings: Settings | None = None
        self._on_error: Callable[[str, str], object] | None = None
        self._recorder: Recorder | None = None
        self._registered = False
        self.off = ""
        self.ids = Identifiers()

    def configure(
        self,
        given: Mapping[str, object],
        *,
        on_error: Callable[[str, str], object] | None,
        strict: bool,
    ) -> None:
        """Read the settings, ending what ran under others.

        Raises
        ------
        SettingsError
            A setting is wrong, and `strict` was asked for.
        """
        with self._lock:
            self.close()
            self._on_error = on_error
            try:
                self._settings = read_settings(given)
                self.off = "" if self._settings.url or self._transport else "no url: nothing is recorded"
                if not self.off:
                    self._assemble()
            except (SettingsError, OSError) as error:
                self._settings = Settings()
                self.off = str(error)
                logger.error("barograph is off: %s", error)  # a line of text, no trace
                if strict:
                    raise

    def recorder(self) -> Recorder | None:
        """The way in, made where there is none yet; None where the client is off."""
        recorder = self._recorder
        if recorder is not None and recorder.pid == os.getpid():
            return recorder
        if self._settings is not None and self.off:
            return None
        with self._lock:
            if self._settings is None:
                self.configure({}, on_error=None, strict=False)
            elif self._recorder is None or self._recorder.pid != os.getpid():
                self.forked()
                self._assemble()
            return self._recorder

    def failed(self, kind: str, why: str) -> None:
        """Count a failure at the caller's edge, and say so once a minute."""
        if self._recorder is not None:
            self._recorder.parts.complaints.failed(kind, why)
        else:
            logger.warning("%s: %s", kind, why)

    def caught(self, kind: str) -> Caught:
        """A block from which no exception comes out to the caller."""
        return Caught(kind, self.failed)

    def stats(self) -> Stats:
        """The account; empty where the client is off."""
        recorder = self._recorder
        return recorder.parts.stats() if recorder is not None else Stats(last_error=self.off)

    def close(self) -> bool:
        """Flush and end; what is logged later starts anew."""
        recorder, self._recorder = self._recorder, None
        if recorder is None or recorder.pid != os.getpid():
            return True
        return recorder.parts.close(recorder.parts.settings.exit_seconds)

    def forked(self) -> None:
        """In the child of a fork: leave to the parent what is its own."""
        recorder, self._recorder = self._recorder, None
        self._lock = threading.RLock()
        self.ids = Identifiers()
        if recorder is not None:
            recorder.parts.abandon()

    def _assemble(self) -> None:
        settings = self._settings
        if settings is None:
            return
        parts = assemble(
            settings, clock=self._clock, transport=self._transport, on_error=self._on_error, rng=self._rng
        )
        self._recorder = Recorder(parts, self._clock, threads=self._threads)
        if self._threads:
            self._register()

    def _register(self) -> None:
        """End with the process, and notice forks. A child of `multiprocessing` runs finalizers in place of `atexit`."""
        own = weakref.ref(self)

        def end() -> None:
            found = own()
            if found is not None:
                with found.caught("exit"):
                    found.close()

        def forked() -> None:
            found = own()
            if found is not None:
                with found.caught("fork"):
                    found.forked()

        processes = sys.modules.get("multiprocessing")
        if processes is not None and processes.parent_process() is not None:
            from multiprocessing.util import Finalize  # only where it is loaded

            Finalize(None, end, exitpriority=10)
        if self._registered:
            return
        self._registered = True
        atexit.register(end)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=forked)
