"""Latency, throughput and errors of monitored calls, as readings."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

from barograph_client.calls.histogram import Histogram


class _Call(NamedTuple):
    model: str
    version: str
    seconds: float
    rows: int
    failed: bool


@dataclass(slots=True)
class _Sums:
    latency: Histogram = field(default_factory=Histogram)
    requests: int = 0
    errors: int = 0
    rows: int = 0


class Calls:
    """Takes down calls at the cost of one append, and sums them up on the sending thread.

    Calls beyond 100,000 between two steps of that thread are not timed.
    """

    def __init__(self) -> None:
        self._waiting: deque[_Call] = deque(maxlen=100_000)
        self._sums: dict[tuple[str, str], _Sums] = {}

    def observe(self, model: str, version: str, seconds: float, *, rows: int, failed: bool) -> None:
        """Take down a call."""
        self._waiting.append(_Call(model, version, seconds, rows, failed))

    def fold(self) -> None:
        """Sum up what was taken down."""
        for _ in range(len(self._waiting)):
            call = self._waiting.popleft()
            sums = self._sums.setdefault((call.model, call.version), _Sums())
            sums.latency.add(call.seconds)
            sums.requests += 1
            sums.errors += call.failed
            sums.rows += call.rows

    def served(self) -> list[tuple[str, str]]:
        """Models and versions called since the last readings."""
        return list(self._sums)

    def readings(self) -> list[dict[str, object]]:
        """Readings since the last time: `latency` as a histogram, counts of `requests`, `errors` and `rows`."""
        sums, self._sums = self._sums, {}
        found: list[dict[str, object]] = []
        for (model, version), held in sums.items():
            about: dict[str, object] = {"model": model, **({"version": version} if version else {})}
            found.append({"name": "latency", "unit": "s", "histogram": held.latency.to_dict(), **about})
            counts = {"requests": held.requests, "errors": held.errors, "rows": held.rows}
            found += [{"name": name, "unit": "1", "value": n, **about} for name, n in counts.items()]
        return found
