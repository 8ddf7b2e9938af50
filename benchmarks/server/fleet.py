"""What a fleet costs: disk, memory of the server, and how long any series takes to read.

uv run python benchmarks/server/fleet.py [--models 300 --days 90 --drawn 2 --series 100 --dry --keep FOLDER]

`fleet_store.py` makes 300 models of 30 features and 90 days. A real `barograph serve` without a worker is asked over
HTTP for random series of random models, each of 90 days by day or of 29 days by the hour: first as nobody has asked
before (the copied models' kept figures do not hold for them, so each window is computed), then once more. About ten
minutes, most of them making the fleet; `--keep` leaves it in a folder and finds it there again.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import psutil
from fleet_store import CATEGORIES, HOURLY_ROWS, NUMBERS, make
from served import Served

from barograph.server.worker.store import Store
from barograph.store.database import open_database
from barograph.store.log import open_log
from barograph.store.migrate import migrate

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import results

_COLUMNS = [f"x{k}" for k in range(NUMBERS)] + [f"c{k}" for k in range(CATEGORIES)]
_SERIES: dict[str, Callable[[np.random.Generator, int], str]] = {
    "drift.total_variation": lambda rng, _: f'drift.total_variation(column="{rng.choice(_COLUMNS)}")',
    "quality.null_share": lambda rng, _: f'quality.null_share(column="{rng.choice(_COLUMNS)}")',
    "performance": lambda rng, of: (
        ("performance.log_loss", "performance.roc_auc", "performance.brier")[rng.integers(3)]
        if of % 2
        else ("performance.mae", "performance.rmse", "performance.r2")[rng.integers(3)]
    ),
}
_HOURS_DAYS = 29


def main() -> None:
    asked = results.parser(__doc__, repeat=1)
    asked.add_argument("--models", type=int, default=300)
    asked.add_argument("--days", type=int, default=90)
    asked.add_argument("--drawn", type=int, default=2)
    asked.add_argument("--series", type=int, default=100)
    asked.add_argument("--keep", type=Path)
    asked.add_argument("--seed", type=int, default=1, help="another one for a fleet that was asked before")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = given.keep or Path(folder)
        made_in = make_fleet(home / "data", given)
        served = Served(data=home / "data", settings={"workers": "0", "key_requests": "0"}, ready="/healthz")
        served.start()
        # A key is told once: a fleet that was kept is opened with the one of its first run.
        key = home / "key"
        served.token = served.token or key.read_text()
        key.write_text(served.token)
        try:
            measure(served, given, made_in)
        finally:
            served.stop()


def make_fleet(data: Path, given: Any) -> float:
    """The store, unless it is there; seconds it took."""
    if (data / "barograph.db").exists():
        return 0.0
    data.mkdir(parents=True)
    database, began = open_database(f"sqlite:///{data}/barograph.db"), time.perf_counter()
    migrate(database)
    log = open_log(f"sqlite:///{data}/log.db")
    store = Store(database=database, log=log, lake_folder=data / "lake", ids_folder=data / "ids")
    first = int(datetime.now(UTC).timestamp()) // 86_400 - given.days
    make(store, models=given.models, drawn=given.drawn, first_day=first, days=given.days)
    log.close()
    database.close()
    return time.perf_counter() - began


def measure(served: Served, given: Any, made_in: float) -> None:
    """Ask, and write the table."""
    assert served.process is not None
    seen = psutil.Process(served.process.pid)
    at_start, rng = seen.memory_info().rss, np.random.default_rng(given.seed)
    rows: list[list[object]] = []
    slowest = 0.0
    for window, days in (("1d", given.days), ("1h", min(_HOURS_DAYS, given.days))):
        since = datetime.fromtimestamp(time.time() // 86_400 * 86_400 - days * 86_400, UTC)
        for kind, address in _SERIES.items():
            wanted = [
                (model := int(rng.integers(given.drawn, given.models)), address(rng, model))
                for _ in range(-(-given.series // len(_SERIES)))
            ]
            paths = [
                f"/v1/projects/fleet/models/m{model}/series?"
                + urlencode({"address": text, "window": window, "from": since.date().isoformat()})
                for model, text in wanted
            ]
            for what in ("first", "again"):
                before = sum(seen.cpu_times()[:2])
                taken = [timed(served, path) for path in paths]
                worked = (sum(seen.cpu_times()[:2]) - before) / len(taken) * 1e3
                quantiles = np.quantile(taken, (0.5, 0.95, 1.0)).tolist()
                rows.append([kind, window, what, len(taken), *quantiles, worked])
                slowest = max(slowest, *taken)
                print(rows[-1], file=sys.stderr, flush=True)
    told(given, made_in, rows, slowest, (at_start, seen.memory_info().rss, peak_bytes(seen.pid)), served.data)


def timed(served: Served, path: str) -> float:
    """Milliseconds from the request to the whole answer."""
    began = time.perf_counter()
    status, body, _ = served.ask("GET", path)
    taken = (time.perf_counter() - began) * 1e3
    if status != 200 or b'"start"' not in body:
        raise RuntimeError(f"{path}: {status} {body[:500]!r}")
    return taken


def _made(seconds: float) -> str:
    return f"Made in {seconds:.0f} s." if seconds else "Made by an earlier run."


def peak_bytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def told(
    given: Any, made_in: float, rows: list[list[object]], slowest: float, memory: tuple[int, ...], data: Path
) -> None:
    disk = sum(path.stat().st_size for path in data.rglob("*") if path.is_file())
    at_start, now, peak = (value / 1e6 for value in memory)
    body = (
        f"## A fleet: {given.models} models × {NUMBERS + CATEGORIES} features × {given.days} days\n\n"
        f"{results.machine(results.versions('barograph'), date=given.date)} Load of the machine while it ran: "
        f"{os.getloadavg()[0]:.1f}. {HOURLY_ROWS} rows an hour and model; {given.drawn} models were drawn, rolled up "
        "and computed by the store's own functions, the others are copies of theirs; the generator is described in "
        f"`benchmarks/server/fleet_store.py`. {_made(made_in)}\n\n"
        f"Disk {disk / 1e9:.2f} GB ({results.verdict('≤ 3 GB', met=disk <= 3e9)}), profiles, figures and references; "
        f"raw rows, which are the lake's, are not part of it. Memory of the server {at_start:.0f} MB at its start, "
        f"{now:.0f} MB after all series, {peak:.0f} MB at its highest "
        f"({results.verdict('≤ 500 MB', met=peak <= 500)}). "
        f"{results.verdict(f'Any series ≤ 100 ms (slowest {slowest:.0f} ms)', met=slowest <= 100)}.\n\n"
        "Milliseconds of a request over HTTP, random columns of random models; *first*: no figure of it is kept and "
        "all are computed, *again*: the kept ones are read. The processor time of the server beside them does not hang "
        "on what else the machine does.\n\n"
        + results.table(
            ["series", "window", "asked", "series", "p50", "p95", "slowest", "processor, mean"], rows
        )
    )
    results.keep("fleet", body, dry=given.dry)


if __name__ == "__main__":
    main()
