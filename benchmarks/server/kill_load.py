"""Clients that send rows, labels and corrections until each batch is acknowledged, and remember what is true then."""

from __future__ import annotations

import http.client
import json
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event, Thread

import numpy as np
import polars as pl
from served import Served

PATH = "/v1/projects/bench/models/m"
DAYS = 3
_DAY_US = 86_400_000_000
#: The days before today, so that none is over while rows come.
START_US = (int(datetime.now(UTC).timestamp() * 1e6) // _DAY_US - DAYS) * _DAY_US
_REFUSED = (429, 503)


def drawn(rows: int, name: str, rng: np.random.Generator) -> pl.DataFrame:
    """Rows with ids of their own; labels are sent apart."""
    x = rng.normal(size=rows)
    return pl.DataFrame(
        {
            "id": [f"{name}-{i}" for i in range(rows)],
            "t": pl.Series(START_US + rng.integers(0, DAYS * _DAY_US, rows)).cast(pl.Datetime("us", "UTC")),
            "x": x,
            "c": rng.choice(["red", "green", "blue"], rows),
            "p": x + rng.normal(size=rows),
            "y": x + rng.normal(size=rows),
        }
    )


@dataclass
class Client:
    """One thread that sends batch after batch.

    Each round sends rows; the labels of most of them, before the rows at times; every third round other labels in
    their place; every fourth the same rows once more under another key, which are to count once.

    Attributes
    ----------
    kept : what is true of the rows that were sent, all acknowledged once the thread has ended.
    acknowledged : batches.
    tries : requests, those without an answer among them.
    """

    served: Served
    name: str
    rows: int
    pause_seconds: float
    kept: list[pl.DataFrame] = field(default_factory=list)
    acknowledged: int = 0
    tries: int = 0
    failure: str = ""
    stopped: Event = field(default_factory=Event)
    _connection: http.client.HTTPConnection | None = None

    def start(self) -> Thread:
        thread = Thread(target=self._run, name=self.name)
        thread.start()
        return thread

    def _run(self) -> None:
        rng = np.random.default_rng(int(self.name))
        number = 0
        try:
            while not self.stopped.is_set():
                self._round(number, rng)
                number += 1
        except RuntimeError as error:
            self.failure = str(error)
        finally:
            self._hang_up()

    def _round(self, number: int, rng: np.random.Generator) -> None:
        rows = drawn(self.rows, f"{self.name}-{number}", rng)
        is_known = rng.random(self.rows) < 0.8
        labels = rows.filter(pl.Series(is_known)).select("id", "y")
        sent = [("predictions", rows.drop("y")), ("labels", labels)]
        if number % 5 == 4:
            sent.reverse()
        if number % 3 == 2:
            labels = labels.with_columns(pl.col("y") + 1.0)
            sent.append(("labels", labels))
        if number % 4 == 3:
            sent.append(("predictions", rows.drop("y")))
        for part, (kind, frame) in enumerate(sent):
            self._send(kind, frame.write_ndjson().encode(), f"{self.name}-{number}-{part}")
            time.sleep(self.pause_seconds)
        self.kept.append(rows.drop("y").join(labels, on="id", how="left", maintain_order="left"))

    def _send(self, kind: str, body: bytes, key: str) -> None:
        """Send a batch until it is acknowledged, always under the same key."""
        headers = {
            "Authorization": f"Bearer {self.served.token}",
            "Content-Type": "application/x-ndjson",
            "Idempotency-Key": key,
        }
        while True:
            self.tries += 1
            with suppress(OSError, http.client.HTTPException):
                status, told = self._post(f"{PATH}/{kind}", body, headers)
                if status == 200:
                    self.acknowledged += 1
                    return
                if status not in _REFUSED:
                    raise RuntimeError(f"{kind} {key}: {status} {told.decode()}")
            self._hang_up()
            time.sleep(0.02)

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _post(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.served.port, timeout=30)
        self._connection.request("POST", path, body, headers)
        answer = self._connection.getresponse()
        told = answer.read()
        if answer.status == 200:
            json.loads(told)
        return answer.status, told
