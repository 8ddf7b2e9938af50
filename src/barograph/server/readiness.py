"""Whether the server can do its work: what it accepts is stored, and a worker counts it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final

from barograph.errors import BarographError
from barograph.server.clock import SystemClock
from barograph.store.leases import claim
from barograph.store.workers import alive_workers

if TYPE_CHECKING:
    from barograph.server.state import Server

#: For so long an answer is kept: each look writes to the disk, and anyone may ask.
FRESH_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at; `told` says what is wrong and what to do."""

    name: str
    ok: bool
    told: str


class Readiness:
    """Looks whether the store can be written and workers are alive, at most once a second.

    Parameters
    ----------
    seconds : a clock that never goes back.
    """

    def __init__(self, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._lock = Lock()
        self._kept: tuple[float, list[Finding]] | None = None

    def look(self, here: Server) -> list[Finding]:
        """What is found now, or was found a moment ago."""
        with self._lock:
            if self._kept is None or self._seconds() - self._kept[0] >= FRESH_SECONDS:
                self._kept = (self._seconds(), [_state(here), _log(here), _workers(here)])
            return self._kept[1]


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
        told = "no worker was heard of lately; rows are kept, and counted once one runs: `barograph worker`."
        return Finding(name="worker", ok=False, told=told)
    return Finding(name="worker", ok=True, told=f"{len(alive)} at work")
