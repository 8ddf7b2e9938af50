"""All a worker does, in step with a replay, and on its own when the replay is over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread
from typing import Final

from barograph.config.settings import Settings
from barograph.demo.served.clock import ReplayClock
from barograph.server.alerting.evaluate import Evaluator
from barograph.server.alerting.explain import Explaining
from barograph.server.alerting.searching import Searching
from barograph.server.alerting.tick import Watching
from barograph.server.notify.deliver import Deliveries
from barograph.server.notify.start import Digests, deliveries_of
from barograph.server.reading.headlines import Headlines
from barograph.server.times import as_datetime
from barograph.server.worker import Worker
from barograph.server.worker.limits import limits_of
from barograph.server.worker.store import Store
from barograph.store.database import Database, open_database
from barograph.store.log import open_log

_NAME: Final = "demo"
_MONTH_SECONDS: Final = 30 * 86_400.0
_PAUSE_SECONDS: Final = 0.05
_UNTIL_TOLD: Final = timedelta(minutes=1)


class Work:
    """A worker and what it does beside counting.

    A replay moves the clock by months a minute: left to itself a worker would judge windows long after they were over,
    as if their rows had been sent much later. So it is told when to work, as often as rows are sent.
    """

    def __init__(self, settings: Settings, clock: ReplayClock, store: Store) -> None:
        self.clock = clock
        # A year passes in a minute: rows move by the month, and days are not counted again every night.
        limits = replace(limits_of(settings), move_seconds=_MONTH_SECONDS, audited_days=0)
        self.worker = Worker(store, clock, limits=limits, name=_NAME)
        self.evaluator = Evaluator(store, name=_NAME)
        self.watching = Watching(store.database, name=_NAME)
        self.explaining = Explaining(store, name=_NAME)
        self.searching = Searching(store, name=_NAME)
        self.headlines = Headlines(store.database)
        self.deliveries: Deliveries = deliveries_of(settings, store.database, clock, pace_seconds=0.0)
        self.digests = Digests(settings, store.database)
        self._stop = Event()
        self._thread: Thread | None = None

    def catch_up(self) -> None:
        """Count, judge, explain and tell all that is due now."""
        while self.worker.step() or self._judged():
            pass
        # Messages wait for what else fires, half a minute if nobody says otherwise.
        self.clock.move(as_datetime(self.clock.now()) + _UNTIL_TOLD)
        self.watching.step(now=self.clock.now())
        self.digests.step(now=self.clock.now())
        while self.deliveries.step():
            self.deliveries.settle()

    def go_on(self) -> None:
        """Work in a thread from now on, as the clock runs."""
        beside = {
            "monitors": lambda: self.evaluator.step(now=self.clock.now()),
            "incidents": lambda: self.watching.step(now=self.clock.now()),
            "explanations": lambda: self.explaining.step(now=self.clock.now()),
            "searches": lambda: self.searching.step(now=self.clock.now()),
            "digests": lambda: self.digests.step(now=self.clock.now()),
            "deliveries": self.deliveries.step,
            "headlines": lambda: self.headlines.step(now=self.clock.now()),
        }
        self._thread = Thread(
            target=self.worker.run,
            args=(self._stop,),
            kwargs={"beside": beside, "pause_seconds": _PAUSE_SECONDS},
            name="demo worker",
            daemon=True,
        )
        self._thread.start()

    def end(self) -> None:
        """Finish what is begun."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self.deliveries.close()

    def _judged(self) -> bool:
        now = self.clock.now()
        return self.evaluator.step(now=now) or self.explaining.step(now=now)


@contextmanager
def working(settings: Settings, clock: ReplayClock) -> Iterator[Work]:
    """What works on the data of a server's settings; it is ended on the way out."""
    database: Database = open_database(settings.database_url)
    log = open_log(settings.log_url)
    store = Store(database=database, log=log, lake_folder=settings.lake_path, ids_folder=settings.ids_path)
    work = Work(settings, clock, store)
    try:
        yield work
    finally:
        work.end()
        log.close()
        database.close()
