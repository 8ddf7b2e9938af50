"""What is done every so often."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from barograph_client.edge import Complaints


@dataclass(slots=True)
class _Job:
    name: str
    every_seconds: float
    run: Callable[[], object]
    due: float


class Schedule:
    """Jobs of the sending thread; one that fails is counted and comes again."""

    def __init__(self, complaints: Complaints) -> None:
        self._complaints = complaints
        self._jobs: list[_Job] = []

    def every(self, seconds: float, name: str, run: Callable[[], object], *, first: float) -> None:
        """Run something every so many seconds, first at a time of the monotonic clock; 0 seconds: never."""
        if seconds > 0.0:
            self._jobs.append(_Job(name, seconds, run, first))

    def run(self, now: float) -> float:
        """Run what is due, and return the seconds until more is; runs that were missed are not made up for."""
        for job in self._jobs:
            if now >= job.due:
                following = job.due + job.every_seconds
                job.due = following if following > now else now + job.every_seconds
                with self._complaints.caught(job.name):
                    job.run()
        return min((job.due - now for job in self._jobs), default=60.0)
