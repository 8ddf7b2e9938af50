"""Fixed rows, scored again and again: an answer that changes without a deployment is news."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable
from typing import Any

from barograph_client.clock import Clock
from barograph_client.context import silent
from barograph_client.edge import Complaints
from barograph_client.sending.messages import Messages
from barograph_client.tables.recognise import table_of
from barograph_client.tables.records import listed
from barograph_client.wire.values import plain, sayable

#: A probe is a few rows whose answers are stored one by one.
ROWS_OF_A_PROBE = 1000


class Probe:
    """A set of rows, what scores them, and when.

    Parameters
    ----------
    predict : called with `rows`, on a thread of its own, so that a slow model holds up no sending.
    every_seconds : pause between runs.
    """

    def __init__(
        self,
        *,
        name: str,
        model: str,
        version: str,
        rows: Any,
        predict: Callable[[Any], Any],
        every_seconds: float,
    ) -> None:
        self._about = {"model": model, **({"version": version} if version else {})}
        self._name = name
        self._rows = rows
        self._predict = predict
        self._every_seconds = every_seconds
        self._due: float | None = None
        self._running: threading.Thread | None = None
        self._rows_hash = hashlib.sha256(_text(table_of(rows).kept().columns()).encode()).hexdigest()

    def run(self, clock: Clock, messages: Messages, complaints: Complaints) -> None:
        """Score the rows where it is time and the last run has ended."""
        now = clock.monotonic()
        if (self._due is not None and now < self._due) or (self._running and self._running.is_alive()):
            return
        self._due = now + self._every_seconds
        self._running = threading.Thread(
            target=self._score, args=(clock, messages, complaints), name="barograph-probe", daemon=True
        )
        self._running.start()

    def wait(self, seconds: float) -> None:
        """Wait for the run at hand."""
        if self._running is not None:
            self._running.join(seconds)

    def _score(self, clock: Clock, messages: Messages, complaints: Complaints) -> None:
        with complaints.caught("probe"), silent():
            began = time.perf_counter()
            answers = [sayable(plain(a)) for a in listed(self._predict(self._rows))][:ROWS_OF_A_PROBE]
            details = {
                "probe": self._name,
                "rows_hash": self._rows_hash,
                "answers": answers,
                "answers_hash": hashlib.sha256(_text(answers).encode()).hexdigest(),
                "seconds": time.perf_counter() - began,
            }
            messages.add(
                "events", {"kind": "probe", "time": clock.now_us(), **self._about, "details": details}
            )


def _text(values: object) -> str:
    return json.dumps(sayable(plain(values)), sort_keys=True, allow_nan=False)
