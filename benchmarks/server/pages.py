"""What each page of a fleet of 300 models costs: the server's time, its size, and what browsers do to ingest.

uv run python benchmarks/server/pages.py [--models 300 --days 90 --repeat 20 --keep FOLDER --dry]

The fleet is that of `fleet_store.py` with what monitors would have left in it (`fleet_watched.py`). A real `barograph
serve` without a worker is asked for every page as a browser asks, gzip accepted, `--repeat` times, of other models in
turn where the page is of one, each address twice. Then clients send rows as fast as they go, first alone, then while 40
browsers have the inbox open, which listens, and load it anew every minute.
"""

from __future__ import annotations

import gzip
import html
import http.client
import json
import os
import re
import sys
import tempfile
import threading
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from fleet import make_fleet
from fleet_watched import watch
from served import Served
from throughput import SCHEMA, Load, run

from barograph.server.access.keyring import new_key
from barograph.server.pages.routes import PAGES
from barograph.store.database import open_database
from barograph.store.keys import add_key
from barograph.store.migrate import migrate

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import results

#: ms at p95; another one for pages that say so.
TARGET_MS, TARGETS_MS = 100.0, {"/compare": 300.0}
TARGET_KB = 100.0
#: What is asked for beside the path; without it a page would lead on or show less.
ASKED = {
    "/models/{project}/{model}/feature": "?column=x0",
    "/compare": "?model=fleet/m{n}",
    "/find": "?for=x1",
}
#: Not of the fleet.
LEFT_OUT = ("/signin",)
_HEAD = ("page", "first, mean", "again, mean", "again, p95", "wall, median", "wall, p95", "KB", "target")
_BROWSERS, _RELOAD_SECONDS = 40, 60.0


def main() -> None:
    asked = results.parser(__doc__, repeat=20)
    asked.add_argument("--models", type=int, default=300)
    asked.add_argument("--days", type=int, default=90)
    asked.add_argument("--drawn", type=int, default=2)
    asked.add_argument("--keep", type=Path)
    asked.add_argument("--only", default="", help="pages with this in their address; nothing is kept then")
    asked.add_argument("--seconds", type=float, default=15.0, help="of each round of ingest; 0: none")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = given.keep or Path(folder)
        make_fleet(home / "data", given)
        database = open_database(f"sqlite:///{home}/data/barograph.db")
        migrate(database)
        now = time.time_ns() // 1_000
        watch(database, now=now)
        token, key = new_key(
            name="benchmark", role="admin", projects=None, created_by="benchmark", now=now, expires_at=None
        )
        with database.writing() as conn:
            add_key(conn, key)
        database.close()
        served = Served(data=home / "data", settings={"workers": "0", "key_requests": "0"}, ready="/healthz")
        served.token = token.text
        try:
            served.start()
            rows = [measured(served, path, given) for path in addresses() if given.only in path]
            slowed = polled(served, given.seconds) if given.seconds else None
        finally:
            served.kill()
    told(given, rows, slowed)


def addresses() -> list[str]:
    """Every page that has data of its own."""
    paths = {route.path for router in PAGES for route in router.routes if "GET" in route.methods}
    with_data = {path for path in paths if f"{path.rstrip('/') or '/index'}.json" in paths}
    return sorted(path for path in with_data if path not in LEFT_OUT)


def measured(served: Served, path: str, given: Any) -> list[object]:
    """A row of the table."""
    assert served.process is not None
    seen = psutil.Process(served.process.pid)
    first, cpu, wall, size = [], [], [], 0
    for n in range(given.repeat + 1):
        # Models with an open incident, and others.
        url = filled(path, 5 * n if n % 2 else 5 * n + 3, given.models)
        took = [asked_once(served, seen, url) for _ in range(2)]
        if not n:
            # References are read once a start of the server, when their page has been sent.
            settled(seen)
        else:
            first.append(took[0][0])
            cpu.append(took[1][0])
            wall.append(took[1][1])
            size = max(size, took[1][2])
    target = TARGETS_MS.get(path, TARGET_MS)
    late = float(np.quantile(cpu, 0.95))
    row = [
        path, float(np.mean(first)), float(np.mean(cpu)), late, float(np.median(wall)), float(np.quantile(wall, 0.95)),
        size / 1e3, results.verdict(f"≤ {target:g} ms", met=late <= target and size / 1e3 <= TARGET_KB),
    ]  # fmt: skip
    print([each if isinstance(each, str) else round(each, 1) for each in row], file=sys.stderr, flush=True)
    return row


def settled(seen: psutil.Process) -> None:
    """Wait until the server has nothing to do."""
    while seen.cpu_percent(interval=1.0) > 5.0:
        pass


def asked_once(served: Served, seen: psutil.Process, url: str) -> tuple[float, float, int]:
    """The server's processor time and the time until the answer is there, ms, and the bytes of the answer."""
    before, began = sum(seen.cpu_times()[:2]), time.perf_counter()
    status, body, _ = served.ask("GET", url, Accept="text/html", Accept_Encoding="gzip")
    took = (time.perf_counter() - began) * 1e3
    if status != 200:
        raise RuntimeError(f"{url}: {status} {body[:300]!r}")
    return (sum(seen.cpu_times()[:2]) - before) * 1e3, took, len(body)


def filled(path: str, n: int, models: int) -> str:
    """An address of the page."""
    n %= models
    names = {
        "project": "fleet", "model": f"m{n}", "incident": "1", "alert": "1", "monitor": "nulls", "notification": "1",
        "channel": "ops",
    }  # fmt: skip
    return path.format_map(names) + ASKED.get(path, "").format(n=n)


def polled(served: Served, seconds: float) -> tuple[float, float]:
    """Rows a second alone, and while 40 browsers look."""
    for path, body in (
        ("/v1/projects", {"name": "bench"}),
        ("/v1/projects/bench/models", {"name": "m", "schema": SCHEMA}),
    ):
        status, told, _ = served.ask("POST", path, json.dumps(body).encode(), Content_Type="application/json")
        if status not in (201, 409):
            raise RuntimeError(f"{path}: {status} {told[:300]!r}")
    load = Load(served.port, served.token, "ndjson", 500, seconds, seed=time.time_ns() // 1_000_000_000)
    alone = run(load, 2)["rows_per_second"]
    stop = threading.Event()
    browsers = [threading.Thread(target=browse, args=(served, n, stop)) for n in range(_BROWSERS)]
    for browser in browsers:
        browser.start()
    try:
        beside = run(replace(load, seed=load.seed + 1_000), 2)["rows_per_second"]
    finally:
        stop.set()
        for browser in browsers:
            browser.join()
    return alone, beside


def browse(served: Served, n: int, stop: threading.Event) -> None:
    """The inbox is open: it is loaded, listens to what is new, and is loaded anew."""
    stop.wait(n * _RELOAD_SECONDS / _BROWSERS)
    while not stop.is_set():
        page = served.ask("GET", "/", Accept="text/html", Accept_Encoding="gzip")[1]
        found = re.search(rb'data-source="([^"]+)"', gzip.decompress(page))
        assert found is not None
        source = html.unescape(found[1].decode())
        with closing(http.client.HTTPConnection("127.0.0.1", served.port, timeout=_RELOAD_SECONDS)) as stream:
            told = {"Accept": "text/event-stream", "Authorization": f"Bearer {served.token}"}
            stream.request("GET", source, headers=told)
            stream.getresponse().readline()
            stop.wait(_RELOAD_SECONDS)


def told(given: Any, rows: list[list[object]], slowed: tuple[float, float] | None) -> None:
    missed = [row[0] for row in rows if "missed" in str(row[-1])]
    said = (
        f"{given.models} models of 30 features and {given.days} days, 62 watched series a model, 60 open incidents "
        f"and 1,500 resolved ones; SQLite. Each page {given.repeat} times, of other models in turn, and each "
        "address twice: *first*, as nobody asked before, when figures that no worker kept are computed and kept, then "
        "*again*, after one of each at which the server reads what it holds from its start on. Both are milliseconds "
        "of the server's processors, in steps of 10, by which targets are judged: "
        f"other work ran on the machine (load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores), and the wall beside "
        "them has waited for it. KB are gzipped, as sent, without files that browsers keep."
    )
    body = [
        f"## Pages of a fleet of {given.models} models",
        results.machine(results.versions("barograph", "jinja2", "fastapi"), date=given.date), said,
        results.table(_HEAD, rows),
        f"Missed: {', '.join(f'`{path}`' for path in missed)}." if missed else "All pages are within their targets.",
    ]  # fmt: skip
    if slowed is not None:
        alone, beside = slowed
        body.append(
            f"Rows a second: {alone:,.0f} alone, {beside:,.0f} while 40 browsers have the inbox open, "
            f"{1 - beside / alone:.1%} slower. "
            + results.verdict("40 browsers slow ingest by ≤ 10 %", met=beside >= 0.9 * alone)
        )
    results.keep("pages", "\n\n".join(body), dry=given.dry or bool(given.only) or slowed is None)


if __name__ == "__main__":
    main()
