"""How many rows a second a server takes, each on the disk before it is acknowledged.

uv run python benchmarks/server/throughput.py [--seconds 10 --clients 4 --rows 500 --form ndjson --worker]

Client processes post batches of rows with 20 features (15 numbers, 5 categories), an id of their own, a time and a
prediction over loopback to a `barograph serve`; all of it shares the machine's processors. First as fast as it goes,
then at half the target for the time a request takes. Bodies are encoded before the clock starts, since encoding is
the sender's own work, and is told apart. At the end the log is counted against what was acknowledged.
"""

from __future__ import annotations

import argparse
import http.client
import io
import json
import multiprocessing
import os
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import psutil
from served import Served

_TYPES = {
    "ndjson": "application/x-ndjson", "json": "application/json", "arrow": "application/vnd.apache.arrow.stream",
}  # fmt: skip
_NUMBERS, _CODES = 15, 5
_BATCH = "BATCH000"
_READY = 16
_START = 1_767_225_600_000_000
SCHEMA = {
    "task": "regression",
    "columns": {
        "id": {"role": "id"}, "when": {"role": "timestamp"},
        **{f"number_{i}": {} for i in range(_NUMBERS)},
        **{f"code_{i}": {"kind": "categorical"} for i in range(_CODES)},
        "prediction": {"role": "prediction"},
    },
}  # fmt: skip


@dataclass(frozen=True)
class Load:
    """What one client process does."""

    port: int
    token: str
    form: str
    rows: int
    seconds: float
    gap_seconds: float = 0.0
    seed: int = 0


def bodies(load: Load) -> list[bytes]:
    """Some batches; the batch in their ids is filled in when they are sent."""
    rng = np.random.default_rng(load.seed)
    times = (_START + np.arange(load.rows) * 1_000_000).astype("datetime64[us]")
    found = []
    for _ in range(_READY):
        columns = {
            "id": [f"{load.seed:04d}-{_BATCH}-{i:06d}" for i in range(load.rows)],
            "when": times,
            **{f"number_{i}": rng.normal(size=load.rows) for i in range(_NUMBERS)},
            **{f"code_{i}": rng.choice(["red", "green", "blue"], load.rows) for i in range(_CODES)},
            "prediction": rng.random(load.rows),
        }
        found.append(encoded(pl.DataFrame(columns), load.form))
    return found


def encoded(frame: pl.DataFrame, form: str) -> bytes:
    if form == "arrow":
        out = io.BytesIO()
        zoned = frame.with_columns(pl.col("when").dt.replace_time_zone("UTC"))
        zoned.write_ipc_stream(out, compression="uncompressed")
        return out.getvalue()
    text = frame.with_columns(pl.col("when").dt.to_string("%Y-%m-%dT%H:%M:%SZ"))
    if form == "ndjson":
        return text.write_ndjson().encode()
    return json.dumps({"columns": text.to_dict(as_series=False)}).encode()


def client(load: Load, pipe: Connection) -> None:
    """Post batches one after the other until the time is over; send back the seconds each took."""
    began = time.perf_counter()
    ready = bodies(load)
    pipe.send((time.perf_counter() - began) / _READY / load.rows)
    connection = http.client.HTTPConnection("127.0.0.1", load.port)
    headers = {"Authorization": f"Bearer {load.token}", "Content-Type": _TYPES[load.form]}
    pipe.recv()
    taken: list[float] = []
    accepted = refused = 0
    start = time.perf_counter()
    while (now := time.perf_counter()) < start + load.seconds:
        due = start + len(taken) * load.gap_seconds
        if due > now:
            time.sleep(due - now)
        body = ready[len(taken) % _READY].replace(_BATCH.encode(), f"{len(taken):08d}".encode())
        headers["Idempotency-Key"] = f"{load.seed}-{len(taken)}"
        sent = time.perf_counter()
        connection.request("POST", "/v1/projects/bench/models/m/predictions", body, headers)
        answer = connection.getresponse()
        held = json.loads(answer.read())
        taken.append(time.perf_counter() - sent)
        accepted += held.get("accepted", 0)
        refused += answer.status != 200
    pipe.send((taken, accepted, refused, time.perf_counter() - start))


def run(load: Load, clients: int) -> dict[str, Any]:
    """All clients at once; rows a second, and how long requests took."""
    context = multiprocessing.get_context("spawn")
    pipes, processes = [], []
    for seed in range(clients):
        here, there = context.Pipe()
        process = context.Process(target=client, args=(replace(load, seed=load.seed + seed), there))
        process.start()
        there.close()
        pipes.append(here)
        processes.append(process)
    encoding = [pipe.recv() for pipe in pipes]
    for pipe in pipes:
        pipe.send("go")
    found = [pipe.recv() for pipe in pipes]
    for process in processes:
        process.join()
    taken = np.concatenate([np.array(times) for times, *_ in found])
    accepted = sum(rows for _, rows, _, _ in found)
    return {
        "rows_per_second": accepted / max(seconds for *_, seconds in found),
        "accepted": accepted,
        "refused": sum(refused for _, _, refused, _ in found),
        "p50_ms": float(np.quantile(taken, 0.5)) * 1e3,
        "p99_ms": float(np.quantile(taken, 0.99)) * 1e3,
        "encoding_us_a_row": float(np.mean(encoding)) * 1e6,
    }


def make_model(port: int, token: str) -> None:
    for path, body in (
        ("/v1/projects", {"name": "bench"}),
        ("/v1/projects/bench/models", {"name": "m", "schema": SCHEMA}),
    ):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        connection.request("POST", path, json.dumps(body), headers)
        answer = connection.getresponse()
        said = answer.read()
        assert answer.status == 201, said


def logged_rows(data: str) -> int:
    from barograph.store.log import open_log

    log = open_log(f"sqlite:///{data}/data/log.db")
    try:
        return sum(found.rows for found in log.waiting())
    finally:
        log.close()


def measure(given: argparse.Namespace, data: str) -> None:
    settings = {"key_requests": "0", "log_level": "warning", "workers": str(int(given.worker))}
    served = Served(Path(data) / "data", settings, ready="/readyz" if given.worker else "/healthz")
    served.start()
    try:
        make_model(served.port, served.token)
        assert served.process is not None
        seen = psutil.Process(served.process.pid)
        load = Load(served.port, served.token, given.form, given.rows, given.seconds)
        before = seen.cpu_times()
        fast = run(load, given.clients)
        after = seen.cpu_times()
        gap = given.rows * given.clients / given.half
        half = run(replace(load, gap_seconds=gap, seed=100), given.clients)
        memory = seen.memory_info().rss
    finally:
        served.stop()
    cpu = after.user + after.system - before.user - before.system
    report(given, fast, half, cpu, memory)
    acknowledged = fast["accepted"] + half["accepted"]
    if not given.worker:
        kept = logged_rows(data)
        print(f"  acknowledged {acknowledged:,}, in the log {kept:,}")
        if kept != acknowledged:
            sys.exit(1)


def report(
    given: argparse.Namespace, fast: dict[str, Any], half: dict[str, Any], cpu: float, memory: int
) -> None:
    beside = " and the worker" if given.worker else ""
    print(
        f"{given.form}, {given.clients} clients{beside}, {given.rows} rows a batch, {os.cpu_count()} processors\n"
        f"  as fast as it goes: {told(fast)}\n"
        f"  server: {cpu / fast['accepted'] * 1e6:.1f} µs CPU a row; encoding at the client: "
        f"{fast['encoding_us_a_row']:.1f} µs\n"
        f"  at half the target: {told(half)}\n"
        f"  memory of the server: {memory >> 20} MiB; requests refused: {fast['refused'] + half['refused']}"
    )


def told(found: dict[str, Any]) -> str:
    times = f"p50 {found['p50_ms']:.1f} ms, p99 {found['p99_ms']:.1f} ms"
    return f"{found['rows_per_second']:,.0f} rows/s, {times}"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seconds", type=float, default=10.0)
    asked.add_argument("--clients", type=int, default=4)
    asked.add_argument("--rows", type=int, default=500)
    asked.add_argument("--form", choices=_TYPES, default="ndjson")
    asked.add_argument("--half", type=float, default=25_000.0, help="rows a second of the second run")
    asked.add_argument("--worker", action="store_true", help="run the worker beside it")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as data:
        measure(given, data)


if __name__ == "__main__":
    main()
