"""Rows put into a data directory that no server uses at the moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING

from barograph.frames.row_batches import RowBatch, Taken

if TYPE_CHECKING:
    from barograph.config.settings import Settings
    from barograph.server.state import Server


@dataclass(frozen=True, slots=True, kw_only=True)
class ToData:
    """Takes batches as a server would, and counts them in the end.

    Attributes
    ----------
    version : of rows that name none.
    report : told of the rows that are still to be counted.
    """

    server: Server
    project: str
    model: str
    version: str | None = None
    report: Callable[[int], None] = lambda _rows: None

    @property
    def seen_at(self) -> str:
        """No server runs on it."""
        return ""

    def begin(self, schema: str | None) -> None:
        """See that the model is there; without one, make it by the text of a schema.yml."""
        from barograph.server.catalog.schemas import schema_of
        from barograph.store import catalog

        now = self.server.clock.now()
        with self.server.database.writing() as conn:
            if schema is not None and self.project not in {p.name for p in catalog.projects(conn)}:
                catalog.create_project(conn, self.project, now=now)
            if schema is not None and self.model not in {m.name for m in catalog.models(conn, self.project)}:
                catalog.create_model(conn, self.project, self.model, schema_of(schema), now=now)
            catalog.model(conn, self.project, self.model)

    def send(self, batch: RowBatch) -> Taken:
        """Check a batch and put it into the log."""
        from barograph.server.door.put import put

        return put(self.server, (self.project, self.model), batch, version=self.version or "")

    def finish(self) -> None:
        """Count what waits in the log, as the worker of a server would."""
        from barograph.server.worker import Worker
        from barograph.server.worker.store import Store

        here, settings = self.server, self.server.settings
        store = Store(
            database=here.database, log=here.log, lake_folder=settings.lake_path, ids_folder=settings.ids_path
        )
        worker = Worker(store, here.clock, name="ingest")
        while worker.step():
            self.report(sum(waiting.rows for waiting in here.log.waiting()))
        stop = Event()
        stop.set()
        # What it held is free again.
        worker.run(stop)


@contextmanager
def data_opened(settings: Settings) -> Iterator[Server]:
    """The store of a data directory, made where there is none.

    Raises
    ------
    InUse
        Where a server uses it.
    """
    from barograph.server.clock import SystemClock
    from barograph.server.opening import close_server, open_server
    from barograph.server.preparing import make_folder, prepare
    from barograph.store.lock import locked

    clock = SystemClock()
    make_folder(settings)
    with locked(settings.data_path):
        prepare(settings, clock)
        server = open_server(settings, clock)
        try:
            yield server
        finally:
            close_server(server)
