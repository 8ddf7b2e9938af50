"""How soon somebody is told of what a one-minute monitor finds; a table in RESULTS.md.

    nice -n 19 python benchmarks/monitors/minute.py [--models 5 --dry]

A real `barograph serve` with one worker, its own clock, rows posted every five seconds over HTTP. Each model goes wrong
in another minute; a webhook on this machine notes when it is told. From the end of the first wrong window to the
message, the route's wait of 30 seconds for alerts of the same cause included.
"""

from __future__ import annotations

import io
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import siblings  # noqa: F401

import barograph as bg
import results
from barograph.profile.codec import save
from barograph.schema.model import Column, Schema
from monitors.receiver import Receiver, receiving
from server.served import Served

TARGET_SECONDS, EVERY_SECONDS, ROWS, GOOD_MINUTES, PATIENCE_SECONDS = 60.0, 5.0, 20, 1, 120.0
AT = "/v1/projects/minute"
SCHEMA = Schema(
    task="regression",
    columns=(
        Column(name="i", role="id", kind="categorical"),
        Column(name="t", role="timestamp", kind="datetime"),
        Column(name="x", kind="numeric"),
        Column(name="p", role="prediction"),
    ),
)
MONITOR = {
    "name": "x high",
    "metric": 'quality.mean(column="x")',
    "window": "1m",
    "when": {"above": 1.0},
    "severity": "critical",
}


def rows(n: int, at: float, *, wrong: bool) -> pl.DataFrame:
    """Rows of one moment, seconds since 1970."""
    x = np.random.default_rng(int(at * 1e3)).normal(5.0 if wrong else 0.0, 1.0, n)
    moment = datetime.fromtimestamp(at, UTC)
    return pl.DataFrame({"i": [f"{at}-{k}" for k in range(n)], "t": [moment] * n, "x": x, "p": x})


def made(served: Served, receiver: Receiver, models: int) -> None:
    """A project with its models, monitor and webhook."""
    served.json("POST", "/v1/projects", {"name": "minute"})
    reference = bg.profile(rows(2_000, time.time() - 86_400.0, wrong=False), SCHEMA, every="1m", name="good")
    for n in range(models):
        path = f"{AT}/models?name=m{n}"
        status, told, _ = served.ask(
            "POST", path, save(reference), Content_Type="application/vnd.barograph.profile"
        )
        if status != 201:
            raise RuntimeError(told.decode())
    hook = {"kind": "webhook", "config": {"url": receiver.url, "secret_key": "s" * 20}}
    served.json("PUT", f"{AT}/channels/ops", hook)
    served.json("PUT", f"{AT}/monitors", {"monitors": [MONITOR]})


def lived(served: Served, models: int) -> list[int]:
    """Send rows until the last model has been wrong for a minute; ends of the first wrong windows, s since 1970."""
    first = (int(time.time()) // 60 + 1 + GOOD_MINUTES) * 60
    wrong_from = [first + 60 * n for n in range(models)]
    while (now := time.time()) < wrong_from[-1] + 60:
        for n, start in enumerate(wrong_from):
            body = io.BytesIO()
            rows(ROWS, now, wrong=now >= start).write_ipc_stream(body)
            kind = "application/vnd.apache.arrow.stream"
            status, told, _ = served.ask(
                "POST", f"{AT}/models/m{n}/predictions", body.getvalue(), Content_Type=kind
            )
            if status != 200:
                raise RuntimeError(told.decode())
        time.sleep(EVERY_SECONDS)
    return [start + 60 for start in wrong_from]


def main() -> None:
    """Measure and keep the table."""
    asked = results.parser(__doc__, repeat=1)
    asked.add_argument("--models", type=int, default=5)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, receiving() as receiver:
        settings = {"notify_private_addresses": "true", "workers": "1"}
        served = Served(data=Path(folder) / "data", settings=settings)
        try:
            served.start()
            made(served, receiver, given.models)
            ends = lived(served, given.models)
            patience = time.time() + PATIENCE_SECONDS
            while receiver.reasons["new"] < given.models and time.time() < patience:
                time.sleep(1.0)
        finally:
            served.kill()
    told = sorted(at for at, reason, _ in receiver.first.values() if reason == "new")
    waits = [at - end for at, end in zip(told, ends, strict=False)]
    met = len(waits) == given.models and max(waits) <= TARGET_SECONDS
    body = "\n\n".join(
        [
            "## Monitors: from a one-minute window to the message",
            results.machine(results.versions("barograph"), date=given.date),
            f"{len(waits)} of {given.models} models told of; seconds from the end of the first wrong window.",
            results.table(
                ("fastest", "median", "slowest"), [[min(waits), float(np.median(waits)), max(waits)]]
            ),
            results.verdict(f"within {TARGET_SECONDS:g} s", met=met),
        ]
    )
    results.keep("monitors: minute", body, dry=given.dry)


if __name__ == "__main__":
    main()
