"""The worker: it does what is due, a piece at a time, and may be stopped between any two."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final

from barograph.server.clock import Clock
from barograph.server.worker.apply import apply_next
from barograph.server.worker.limits import Limits
from barograph.server.worker.move import move_next
from barograph.server.worker.store import Store
from barograph.store import catalog
from barograph.store.catalog import Model
from barograph.store.errors import NotFound
from barograph.store.leases import claim, release
from barograph.store.log import Waiting

_logger = logging.getLogger(__name__)
_SECOND_US: Final = 1_000_000


class Worker:
    """Applies the log and keeps the store in order; any number may share the work.

    Parameters
    ----------
    store : where it reads and writes.
    clock : the server's time.
    limits : when it does what.
    name : tells it from the other workers.

    Attributes
    ----------
    failures : by job and model the last error of those that failed and are to be tried again.
    """

    def __init__(
        self, store: Store, clock: Clock, *, limits: Limits | None = None, name: str = "worker"
    ) -> None:
        self.store, self.clock, self.name = store, clock, name
        self.limits = Limits() if limits is None else limits
        self.failures: dict[tuple[str, int], str] = {}
        self._retry_at: dict[tuple[str, int], int] = {}

    def step(self) -> bool:
        """Do a piece of all that is due; returns whether anything was done."""
        done = False
        for waiting in self.store.log.waiting():
            done |= self._on_model(waiting)
        return done

    def run(self, stopped: Callable[[], bool], *, pause_seconds: float = 1.0) -> None:
        """Work until stopped; pauses where nothing is due."""
        while not stopped():
            if not self.step():
                time.sleep(pause_seconds)

    def _on_model(self, waiting: Waiting) -> bool:
        """Apply and move a model's rows, unless another worker has it."""
        model = self._model(waiting)
        if model is None or not self._claimed(model):
            return False
        done = False
        if model.grid is not None:
            done = self._tried(
                "apply",
                model,
                lambda: apply_next(self.store, model, now=self.clock.now(), rows=self.limits.chunk_rows),
            )
        if self._should_move(waiting):
            done |= self._tried("move", model, lambda: move_next(self.store, model))
        self._release(model)
        return done

    def _model(self, waiting: Waiting) -> Model | None:
        try:
            with self.store.database.reading() as conn:
                return catalog.model_by_id(conn, waiting.model_id)
        except NotFound:
            # The model was deleted: its rows are of no use to anyone.
            self.store.log.trim(waiting.model_id, through=waiting.last_seq)
            return None

    def _should_move(self, waiting: Waiting) -> bool:
        age = self.clock.now() - waiting.oldest_received_at
        return waiting.rows >= self.limits.move_rows or age >= self.limits.move_seconds * _SECOND_US

    def _claimed(self, model: Model) -> bool:
        with self.store.database.writing() as conn:
            return claim(conn, f"model/{model.id}", self.name, self.clock.now(), self.limits.lease_seconds)

    def _release(self, model: Model) -> None:
        with self.store.database.writing() as conn:
            release(conn, f"model/{model.id}", self.name)

    def _tried(self, job: str, model: Model, work: Callable[[], bool]) -> bool:
        """Run a job; one that fails is logged, told, and tried again later, and the others go on."""
        key, now = (job, model.id), self.clock.now()
        if self._retry_at.get(key, 0) > now:
            return False
        try:
            done = work()
        except Exception as error:
            _logger.exception("%s of model %s failed", job, model.name)
            self.failures[key] = f"{type(error).__name__}: {error}"
            self._retry_at[key] = now + round(self.limits.retry_seconds * _SECOND_US)
            return False
        self.failures.pop(key, None)
        self._retry_at.pop(key, None)
        return done
