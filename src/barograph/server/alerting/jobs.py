"""What a worker does beside counting rows: judge, watch over incidents, explain them, search for worse segments."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event
from typing import TYPE_CHECKING

import sqlalchemy as sa

from barograph.server.clock import Clock
from barograph.server.unforeseen import UNFORESEEN
from barograph.server.worker.store import Store
from barograph.store.tables.monitors import monitors

if TYPE_CHECKING:
    from barograph.server.alerting.evaluate import Evaluator
    from barograph.server.alerting.explain import Explaining
    from barograph.server.alerting.searching import Searching
    from barograph.server.alerting.tick import Watching

_logger = logging.getLogger(__name__)
_PAUSE_SECONDS = 2.0


class Alerting:
    """The jobs of alerting on a store; what they need is loaded once there are monitors.

    Parameters
    ----------
    name : tells the process from others, the same as its worker's.
    lease_seconds : after which another process may take over what it held.
    """

    def __init__(
        self, store: Store, clock: Clock, *, name: str = "worker", lease_seconds: float = 60.0
    ) -> None:
        self.store, self.clock, self.name, self.lease_seconds = store, clock, name, lease_seconds
        self._evaluator: Evaluator | None = None
        self._watching: Watching | None = None
        self._explaining: Explaining | None = None
        self._searching: Searching | None = None

    @property
    def beside(self) -> dict[str, Callable[[], bool]]:
        """Jobs for `barograph.server.worker.Worker.run`, by name; each does a piece and says whether there was one."""
        return {"monitors": self.judge, "incidents": self.watch}

    def judge(self) -> bool:
        """Judge windows that are due, of one model."""
        if self._evaluator is None and self._is_used():
            from barograph.server.alerting.evaluate import Evaluator

            self._evaluator = Evaluator(self.store, name=self.name, lease_seconds=self.lease_seconds)
        return self._evaluator is not None and self._evaluator.step(now=self.clock.now())

    def watch(self) -> bool:
        """Do what time alone does to incidents."""
        if self._watching is None and self._is_used():
            from barograph.server.alerting.tick import Watching

            self._watching = Watching(self.store.database, name=self.name)
        return self._watching is not None and self._watching.step(now=self.clock.now())

    def explain(self) -> bool:
        """Explain one incident."""
        if self._explaining is None and self._is_used():
            from barograph.server.alerting.explain import Explaining

            self._explaining = Explaining(self.store, name=self.name)
        return self._explaining is not None and self._explaining.step(now=self.clock.now())

    def search(self) -> bool:
        """Search one model for segments that became worse."""
        if self._searching is None and self._is_used():
            from barograph.server.alerting.searching import Searching

            self._searching = Searching(self.store, name=self.name)
        return self._searching is not None and self._searching.step(now=self.clock.now())

    def keep_explaining(self, stop: Event) -> None:
        """Explain, and search, until stopped, in a thread of its own: what is judged does not wait for it."""
        while not stop.is_set():
            try:
                done = self.explain() or self.search()
            except UNFORESEEN:
                # The edge of a thread that must go on: the disk may be full for a while.
                _logger.exception("incidents could not be explained, or models searched; it is tried again")
                done = False
            if not done:
                stop.wait(_PAUSE_SECONDS)

    def _is_used(self) -> bool:
        with self.store.database.reading() as conn:
            return conn.execute(sa.select(monitors.c.id).limit(1)).first() is not None
