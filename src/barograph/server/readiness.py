"""Whether the server can do its work: what it accepts is stored, and a worker counts it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from threading import Lock
from typing import TYPE_CHECKING, Final

from barograph.errors import BarographError
from barograph.locale.said import say
from barograph.server.clock import SystemClock
from barograph.store.leases import claim
from barograph.store.workers import alive_workers

if TYPE_CHECKING:
    from barograph.server.state import Server

#: For so long an answer is kept: each look writes to the disk, and anyone may ask.
FRESH_SECONDS: Final = 1.0
#: What is not ready may be in a moment, as at every start.
_NOT_READY_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at; `told` says what is wrong and what to do."""

    name: str
    ok: bool
    told: str


class Readiness:
    """Looks whether the store can be written and workers are alive, at most once a second while all is well.

    Parameters
    ----------
    seconds : a clock that never goes back.
    """

    def __init__(self, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._lock = Lock()
        self._kept: list[Finding] = []
        self._next_at = -inf

    def look(self, here: Server) -> list[Finding]:
        """What is found now, or was found a moment ago."""
        with self._lock:
            if self._seconds() >= self._next_at:
                self._kept = [_state(here), _log(here), _workers(here)]
                is_ready = all(finding.ok for finding in self._kept)
                self._next_at = self._seconds() + (FRESH_SECONDS if is_ready else _NOT_READY_SECONDS)
            return self._kept


def _state(here: Server) -> Finding:
    """Whether a row can be written to the state database, and be on the disk."""
    now = SystemClock().now()
    probe = f"probe/{os.getpid()}"
    try:
        with here.database.writing() as conn:
            claim(conn, probe, probe, now, FRESH_SECONDS)
    except BarographError as error:
        return Finding(name="database", ok=False, told=str(error))
    return Finding(name="database", ok=True, told="it can be written")


def _log(here: Server) -> Finding:
    """Whether the log takes entries; after a failed sync it does not, until a restart."""
    try:
        here.log.append([])
    except BarographError as error:
        return Finding(name="log", ok=False, told=str(error))
    return Finding(name="log", ok=True, told="it can be written")


def _workers(here: Server) -> Finding:
    try:
        with here.database.reading() as conn:
            alive = alive_workers(conn, SystemClock().now())
    except BarographError as error:
        return Finding(name="worker", ok=False, told=str(error))
    if not alive:
        told = say(
            "no worker was heard of lately; rows are kept, and counted once one runs: `barograph worker`."
        )
        return Finding(name="worker", ok=False, told=told)
    return Finding(name="worker", ok=True, told=f"{len(alive)} at work")
