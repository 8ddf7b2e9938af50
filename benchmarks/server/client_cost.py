"""What the client costs the program that calls it, per call.

uv run python benchmarks/server/client_cost.py [--rate 1000 --seconds 10 --dry]

A server in another process acknowledges everything. `log()` is called with 20 features (12 numbers, 8 texts) as fast
as it goes, and at a steady rate while the sending thread encodes, compresses and posts what was logged before. After a
pause the processor's caches are cold and everything is slower: a copy of the features and their `json.dumps` are timed
at the same rate for comparison. The middleware is measured against the same application without it, in turn.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import sys
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

import barograph_client

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import results


class _Acknowledging(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b'{"accepted": 1, "duplicates": 0, "rejected": []}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


def _serve(pipe: Connection) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Acknowledging)
    pipe.send(server.server_port)
    server.serve_forever()


def features(rng: random.Random) -> dict[str, object]:
    numbers = {f"number_{i}": rng.gauss(0.0, 1.0) for i in range(12)}
    return {**numbers, **{f"text_{i}": rng.choice(("red", "green", "blue")) for i in range(8)}}


def paced(call: Callable[[int], object], *, rate: float, seconds: float) -> list[float]:
    """µs of each call, one every 1/rate seconds."""
    taken = []
    due = time.perf_counter()
    for i in range(int(rate * seconds)):
        due += 1.0 / rate
        pause = due - time.perf_counter()
        if pause > 0.0:
            time.sleep(pause)
        began = time.perf_counter_ns()
        call(i)
        taken.append((time.perf_counter_ns() - began) / 1e3)
    return taken


def burst(call: Callable[[int], object], calls: int) -> list[float]:
    taken = []
    for i in range(calls):
        began = time.perf_counter_ns()
        call(i)
        taken.append((time.perf_counter_ns() - began) / 1e3)
    return taken


def told(name: str, taken: list[float]) -> list[object]:
    """A row of the table: median, 99th and 99.9th percentile, calls."""
    ordered = sorted(taken)
    quantiles = [ordered[int(q * (len(ordered) - 1))] for q in (0.5, 0.99, 0.999)]
    return [name, *quantiles, len(taken)]


_REQUEST = json.dumps({f"number_{i}": i / 7 for i in range(20)}).encode()
_REPLY = b'{"prediction": 1, "score": 0.25}'
_SCOPE = {"type": "http", "path": "/predict", "method": "POST", "headers": []}


async def _application(_: object, receive: Callable, send: Callable) -> None:
    await receive()
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]}
    )
    await send({"type": "http.response.body", "body": _REPLY})


async def _receive() -> dict[str, object]:
    return {"type": "http.request", "body": _REQUEST, "more_body": False}


async def _send(_: object) -> None:
    return


async def middleware(requests: int, pause_seconds: float) -> tuple[list[float], list[float]]:
    """µs of each request without and with the middleware."""
    with_it = barograph_client.ASGIMiddleware(_application, routes={"/predict": "cost"})
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(requests):
        for taken, application in zip(found, (_application, with_it), strict=True):
            began = time.perf_counter_ns()
            await application(_SCOPE, _receive, _send)
            taken.append((time.perf_counter_ns() - began) / 1e3)
        if pause_seconds:
            await asyncio.sleep(pause_seconds)
    return found


def told_middleware(name: str, requests: int, pause_seconds: float) -> list[list[object]]:
    without, within = asyncio.run(middleware(requests, pause_seconds))
    return [
        told(f"request without middleware, {name}", without),
        told(f"request with middleware, {name}", within),
    ]


def measured(rate: float, seconds: float) -> list[list[object]]:
    """All rows of the table; between them everything is sent."""
    rng = random.Random(1)
    rows = [features(rng) for _ in range(1000)]
    array = np.array([[float(i * j) for j in range(20)] for i in range(1000)])
    pace = f"{rate:,.0f} a second"
    few = min(seconds, 3.0)

    def log(i: int) -> None:
        barograph_client.log(rows[i % 1000], prediction=1, score=0.25)

    burst(log, 1000)
    barograph_client.flush(30.0)
    found = [told("`log`, at once", burst(log, 9000))]
    barograph_client.flush(30.0)
    for name, frame in (("dictionaries", rows), ("an array", array)):
        taken = burst(lambda _, frame=frame: barograph_client.log_batch(frame), 9)
        found.append(told(f"`log_batch` of 1,000 rows, {name}, a row", [t / 1000 for t in taken]))
        barograph_client.flush(30.0)
    found += told_middleware("at once", 5000, 0.0)
    barograph_client.flush(30.0)
    found.append(
        told(f"copy of the features, {pace}", paced(lambda i: dict(rows[i % 1000]), rate=rate, seconds=few))
    )
    dumped = paced(lambda i: json.dumps(rows[i % 1000]), rate=rate, seconds=few)
    found.append(told(f"`json.dumps` of the features, {pace}", dumped))
    found.append(told(f"`log`, {pace}", paced(log, rate=rate, seconds=seconds)))
    barograph_client.flush(30.0)
    found += told_middleware(pace, int(rate * few), 1.0 / rate)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--date", help="date shown beside the figures; today where left out")
    parser.add_argument("--dry", action="store_true", help="print only, leave RESULTS.md alone")
    parser.add_argument("--rate", type=float, default=1000.0, help="calls a second")
    parser.add_argument("--seconds", type=float, default=10.0)
    asked = parser.parse_args()
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(there,), daemon=True)
    server.start()
    barograph_client.init(url=f"http://127.0.0.1:{here.recv()}", model="cost", version="1")
    rows = measured(asked.rate, asked.seconds)
    barograph_client.close()
    server.terminate()
    server.join()
    held = {str(row[0]): float(str(row[1])) for row in rows}
    added = held["request with middleware, at once"] - held["request without middleware, at once"]
    p99 = float(str(rows[0][2]))
    log = held["`log`, at once"]
    machine = results.machine(results.versions("barograph-client"), date=asked.date)
    fast = log <= 5.0 and p99 <= 50.0
    body = (
        f"## What the client costs its caller\n\n{machine}"
        f" Load of the machine while it ran: {os.getloadavg()[0]:.1f}. µs a call, 20 features.\n\n"
        + results.table(["", "median", "p99", "p99.9", "calls"], rows)
        + "\n\n"
        + results.verdict(f"`log` at most 5 µs (median {log:.1f}) and 50 (p99 {p99:.1f})", met=fast)
        + f". {results.verdict(f'Middleware adds at most 10 µs ({added:.1f})', met=added <= 10.0)}."
        " Between calls that are apart the processor does other things, and every piece of Python is several times"
        " slower; the copy and `json.dumps` show by how much."
    )
    results.keep("client cost", body, dry=asked.dry)


if __name__ == "__main__":
    main()
