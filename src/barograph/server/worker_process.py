"""A worker as a process of its own."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from typing import Final

from barograph.config.settings import Settings
from barograph.server.alerting.jobs import Alerting
from barograph.server.alertmanager.resend import keep_resending, resending_of
from barograph.server.clock import Clock, SystemClock, clock_of
from barograph.server.door.redact import redaction_key
from barograph.server.notify.addresses import TIMEOUT_SECONDS
from barograph.server.notify.deliver import keep_delivering
from barograph.server.notify.start import Digests, deliveries_of
from barograph.server.reading.headlines import Headlines
from barograph.server.sources.due import keep_reading
from barograph.server.sources.prometheus import fetched
from barograph.server.sources.run import Reach
from barograph.server.worker import Worker
from barograph.server.worker.limits import limits_of
from barograph.server.worker.store import Store
from barograph.store.database import Database, open_database
from barograph.store.errors import StoreUnavailable
from barograph.store.log import open_log
from barograph.store.worker_runs import add_runs
from barograph.store.workers import mark_alive, mark_gone

#: A source leaves off between two frames of rows.
_PATIENCE_SECONDS: Final = 10.0


def run_worker(settings: Settings, stop: Event, *, index: int = 0) -> None:
    """Work on what the server has acknowledged until `stop` is set, then finish the step and return.

    Parameters
    ----------
    settings : the server's.
    stop : set to stop.
    index : tells workers of one machine apart; the same after a restart, so that a worker takes up its own work.
    """
    name = f"{socket.gethostname()}/{index}"
    database = open_database(settings.database_url)
    log = open_log(settings.log_url)
    store = Store(database=database, log=log, lake_folder=settings.lake_path, ids_folder=settings.ids_path)
    try:
        clock = clock_of(settings)
        worker, headlines = Worker(store, clock, limits=limits_of(settings), name=name), Headlines(database)
        sources = _reading_sources(settings, store, clock, stop, name)
        alertmanagers = _resending(settings, database, clock, stop, name)
        delivering, digests = _delivering(settings, database, clock, stop), Digests(settings, database)
        alerting = Alerting(store, clock, name=name, lease_seconds=settings.lease_seconds)
        explaining = Thread(target=alerting.keep_explaining, args=(stop,), name="explanations", daemon=True)
        explaining.start()
        worker.run(
            stop,
            beside={
                **alerting.beside,
                "headlines": lambda: headlines.step(now=clock.now()),
                "digests": lambda: digests.step(now=clock.now()),
            },
            seen=_seen(database, worker, settings.lease_seconds),
            pause_seconds=settings.apply_seconds,
        )
        sources.join(_PATIENCE_SECONDS)
        explaining.join(_PATIENCE_SECONDS)
        alertmanagers.join(_PATIENCE_SECONDS)
        # A receiver is waited for: what it was sent is marked then, and is not sent to it again.
        delivering.join(2 * TIMEOUT_SECONDS)
        with suppress(StoreUnavailable), database.writing() as conn:
            mark_gone(conn, name)
            add_runs(conn, worker.runs.told)
    finally:
        log.close()
        database.close()


def _reading_sources(settings: Settings, store: Store, clock: Clock, stop: Event, name: str) -> Thread:
    """A thread that reads sources: what has come in over HTTP does not wait for a large file."""
    reach = Reach(
        store=store, owner=name, environment=os.environ, fetch=fetched, wall_ns=time.time_ns,
        key=redaction_key(settings.data_path), stopped=stop.is_set,
    )  # fmt: skip
    thread = Thread(target=keep_reading, args=(reach, clock, stop), name="sources", daemon=True)
    thread.start()
    return thread


def _resending(settings: Settings, database: Database, clock: Clock, stop: Event, name: str) -> Thread:
    """A thread that tells Alertmanagers what fires, on a beat of its own."""
    resending = resending_of(settings, database, clock, owner=name)
    thread = Thread(target=keep_resending, args=(resending, stop), name="alertmanagers", daemon=True)
    thread.start()
    return thread


def _delivering(settings: Settings, database: Database, clock: Clock, stop: Event) -> Thread:
    """A thread that sends messages: a receiver takes as long as it takes."""
    deliveries = deliveries_of(settings, database, clock)
    thread = Thread(target=keep_delivering, args=(deliveries, stop), name="deliveries", daemon=True)
    thread.start()
    return thread


def _seen(database: Database, worker: Worker, seconds: float) -> Callable[[], None]:
    """Says that the worker is alive, and what it has done, twice in each lease: each time is a write."""
    clock, next_at = SystemClock(), 0

    def say() -> None:
        nonlocal next_at
        now = clock.now()
        if now >= next_at:
            with suppress(StoreUnavailable):
                with database.writing() as conn:
                    mark_alive(conn, worker.name, now=now, seconds=seconds)
                    add_runs(conn, worker.runs.told)
                worker.runs.forget()
                next_at = now + round(seconds * 500_000)

    return say
