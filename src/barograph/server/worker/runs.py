"""What this worker has done since it last told."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from barograph.server.clock import Clock, SystemClock
from barograph.store.worker_runs import JobRuns

_SECOND_US: Final = 1_000_000


class Runs:
    """Counts pieces of work by job, and how long each took.

    Parameters
    ----------
    machine : the machine's time.
    seconds : a clock that never goes back.

    Examples
    --------
    >>> runs = Runs()
    >>> runs.of("apply", lambda: True), runs.told["apply"].runs
    (True, 1)
    """

    def __init__(
        self, *, machine: Clock | None = None, seconds: Callable[[], float] = time.perf_counter
    ) -> None:
        self._machine, self._seconds = machine or SystemClock(), seconds
        self._held: dict[str, JobRuns] = {}

    @property
    def told(self) -> dict[str, JobRuns]:
        """By job, what was done since `forget`."""
        return dict(self._held)

    def of(self, job: str, work: Callable[[], bool]) -> bool:
        """Do a piece of work, and count it where there was something to do; one that fails is counted elsewhere."""
        began = self._seconds()
        done = work()
        took, now = round((self._seconds() - began) * _SECOND_US), self._machine.now()
        held = self._held.get(job, JobRuns(job=job, runs=0, busy_us=0, last_us=0, ran_at=None, looked_at=now))
        if done:
            held = replace(held, runs=held.runs + 1, busy_us=held.busy_us + took, last_us=took, ran_at=now)
        self._held[job] = replace(held, looked_at=now)
        return done

    def forget(self) -> None:
        """Begin anew: what was done is written."""
        self._held.clear()
