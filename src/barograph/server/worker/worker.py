"""The worker: it does what is due, a piece at a time, and may be stopped between any two."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Event
from types import MappingProxyType
from typing import Final

import numpy as np

from barograph.server.alerting.standing import retitle
from barograph.server.clock import Clock, SystemClock
from barograph.server.operations.upkeep import keep_operations
from barograph.server.unforeseen import UNFORESEEN
from barograph.server.worker.apply import apply_next
from barograph.server.worker.cursor import applied_of_all
from barograph.server.worker.first_days import FirstDays
from barograph.server.worker.held import Held
from barograph.server.worker.learn import learn_from_first_day, learn_outcome
from barograph.server.worker.limits import Limits
from barograph.server.worker.move import move_next
from barograph.server.worker.nightly import is_night_due, night
from barograph.server.worker.rebuild import rebuild_asked
from barograph.server.worker.runs import Runs
from barograph.server.worker.store import Store
from barograph.store import catalog
from barograph.store.alert_retention import keep_alerts
from barograph.store.catalog import Model
from barograph.store.deletion import models_with_deletions
from barograph.store.errors import StoreUnavailable
from barograph.store.log import Waiting
from barograph.store.rebuilds import models_to_rebuild
from barograph.store.retention import remove_deleted_models
from barograph.store.worker_failures import note_failure

_logger = logging.getLogger(__name__)
_SECOND_US: Final = 1_000_000
#: How often it is looked whether a new day has begun.
_SELDOM_SECONDS: Final = 60
#: How often it is looked whether a model can learn its bins: whoever sends its past waits for figures.
_SOON_SECONDS: Final = 5
_WHOLE_SERVER: Final = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """What waits of one model; `applied_seq`: how far its log was applied."""

    model: Model
    waiting: Waiting | None
    applied_seq: int
    deletion: bool
    rebuild: bool


class Worker:
    """Applies the log and keeps the store in order; any number may share the work.

    Parameters
    ----------
    store : where it reads and writes.
    clock : the server's time.
    limits : when it does what.
    name : tells it from the other workers, and is the same after a restart: what it held is then its own at once.

    Attributes
    ----------
    failures : by job and model the last error of those that failed and are to be tried again.
    runs : what was done since it was last written down.
    """

    def __init__(
        self, store: Store, clock: Clock, *, limits: Limits | None = None, name: str = "worker"
    ) -> None:
        self.store, self.clock, self.name = store, clock, name
        self.limits = Limits() if limits is None else limits
        self.failures: dict[tuple[str, int], str] = {}
        self.runs = Runs()
        self._not_before: dict[tuple[str, int], int] = {}
        self._held = Held(store.database, SystemClock(), name=name, seconds=self.limits.lease_seconds)
        self._checked: set[int] = set()
        self._first_days: dict[int, FirstDays] = {}
        self._rng = np.random.default_rng()

    def step(self) -> bool:
        """Do a piece of all that is due; returns whether anything was done."""
        done = False
        for due in self._due():
            if self._held.has(due.model.id):
                done |= self._on_model(due)
        return self._at_night() or done

    def run(
        self,
        stop: Event,
        *,
        beside: Mapping[str, Callable[[], bool]] = MappingProxyType({}),
        seen: Callable[[], None] = lambda: None,
        pause_seconds: float = 1.0,
    ) -> None:
        """Work until stopped.

        Parameters
        ----------
        beside : more jobs by name, a piece of each after every step; each returns whether anything was done.
        seen : called at the start, for the first step may be long, and after every step, also one in which nothing
            was due.
        pause_seconds : before it is looked again, where nothing was due.
        """
        seen()
        while not stop.is_set():
            done = self._tried("step", _WHOLE_SERVER, self.step)
            seen()
            for job, work in beside.items():
                done |= self._tried(job, _WHOLE_SERVER, work)
            if not done:
                stop.wait(pause_seconds)
        self._held.release()

    def _due(self) -> list[_Due]:
        """Models of which rows wait or days are to be counted again."""
        waiting = {one.model_id: one for one in self.store.log.waiting()}
        with self.store.database.reading() as conn:
            rebuilds, deletions = set(models_to_rebuild(conn)), set(models_with_deletions(conn))
            models = catalog.models_by_id(conn, waiting.keys() | rebuilds | deletions)
            applied = applied_of_all(conn)
        for model_id in waiting.keys() - models.keys():
            # The model was deleted: its rows are of no use to anyone.
            self.store.log.trim(model_id, through=waiting[model_id].last_seq)
        return [
            _Due(
                model=model,
                waiting=waiting.get(model_id),
                applied_seq=applied.get(model_id, 0),
                deletion=model_id in deletions,
                rebuild=model_id in rebuilds or model_id in deletions,
            )
            for model_id, model in sorted(models.items())
        ]

    def _on_model(self, due: _Due) -> bool:
        """The pieces of one model, in the order in which they rest on one another."""
        done = False
        for job, work in self._jobs(due):
            did = self._tried(job, due.model.id, work)
            done |= did
            if did and job == "learn":
                # The model is another one now.
                break
        return done

    def _jobs(self, due: _Due) -> Iterator[tuple[str, Callable[[], bool]]]:
        model, waiting, now = due.model, due.waiting, self.clock.now()
        if model.id not in self._checked:
            yield "ids", lambda: self._check_ids(model)
        if due.deletion:
            yield "delete", lambda: self.store.of(model).delete_asked(self.store.database, now=now)
        if due.rebuild and model.grid is not None:
            yield "rebuild", lambda: rebuild_asked(self.store, model)
        if model.grid is None:
            first = self._first_days.setdefault(model.id, FirstDays(model))
            yield from self._now_and_then(
                "learn", model, lambda: learn_from_first_day(self.store, model, first, now=now)
            )
            return
        self._first_days.pop(model.id, None)
        if waiting is None:
            return
        is_moving = waiting.first_seq <= due.applied_seq and self._should_move(waiting, now)
        if model.grid.outcome is None:
            # What has left the log brings no model back here: before that is the last time to look.
            yield from self._now_and_then(
                "learn", model, lambda: learn_outcome(self.store, model, now=now), at_once=is_moving
            )
        if waiting.last_seq > due.applied_seq:
            rows = self.limits.chunk_rows
            yield "apply", lambda: apply_next(self.store, model, now=now, rows=rows)
        if is_moving:
            yield "move", lambda: move_next(self.store, model)

    def _check_ids(self, model: Model) -> bool:
        """Once a process: files of ids may be lost, and are not in a backup."""
        made = self.store.of(model).make_ids_again(self.store.database)
        self._checked.add(model.id)
        return made

    def _should_move(self, waiting: Waiting, now: int) -> bool:
        age_us = now - waiting.oldest_received_at
        return waiting.rows >= self.limits.move_rows or age_us >= self.limits.move_seconds * _SECOND_US

    def _now_and_then(
        self, job: str, model: Model, work: Callable[[], bool], *, at_once: bool = False
    ) -> Iterator[tuple[str, Callable[[], bool]]]:
        """The job, unless it was tried a moment ago."""
        now = self.clock.now()
        if at_once or self._not_before.get((job, model.id), now) <= now:
            self._not_before[job, model.id] = now + _SOON_SECONDS * _SECOND_US
            yield job, work

    def _at_night(self) -> bool:
        """What is done once a day, for each model in its own time zone."""
        key, now, done = ("night", _WHOLE_SERVER), self.clock.now(), False
        if self._not_before.get(key, now) > now:
            return False
        self._not_before[key] = now + _SELDOM_SECONDS * _SECOND_US
        with self.store.database.reading() as conn:
            models = [m for m in catalog.models(conn) if m.grid is not None and is_night_due(conn, m, now)]
        for model in models:
            if self._held.has(model.id):
                done |= self._tried(
                    "night",
                    model.id,
                    lambda m=model: night(  # type: ignore[misc]
                        self.store, m, now=now, limits=self.limits, rng=self._rng
                    ),
                )
        if models:
            self._tried("upkeep", _WHOLE_SERVER, self._upkeep)
        return done

    def _upkeep(self) -> bool:
        keep_operations(self.store.database, now=self.clock.now(), retention_days=self.limits.retention_days)
        keep_alerts(
            self.store.database, now=self.clock.now(), history_days=self.limits.history_days, retitle=retitle
        )
        remove_deleted_models(self.store.database, [self.store.lake_folder, self.store.ids_folder])
        return True

    def _tried(self, job: str, model_id: int, work: Callable[[], bool]) -> bool:
        """Run a job; one that fails is logged, told, and tried again later, and the others go on."""
        key, now = (job, model_id), self.clock.now()
        if key in self.failures and self._not_before.get(key, 0) > now:
            return False
        try:
            done = self.runs.of(job, work)
        except UNFORESEEN as error:
            _logger.exception("%s of model %s failed; it is tried again", job, model_id)
            self.failures[key] = f"{type(error).__name__}: {error}"
            self._note_failure(job, model_id, self.failures[key])
            self._not_before[key] = now + round(self.limits.retry_seconds * _SECOND_US)
            return False
        self.failures.pop(key, None)
        return done

    def _note_failure(self, job: str, model_id: int, told: str) -> None:
        """Count it for `/metrics` and `barograph doctor`; where nothing can be written, the log alone says it."""
        subject = f"model {model_id}" if model_id != _WHOLE_SERVER else ""
        with suppress(StoreUnavailable), self.store.database.writing() as conn:
            note_failure(conn, job, subject=subject, told=told, at=SystemClock().now())
