"""Kills a server under load, at named points and at any moment, and counts what was acknowledged afterwards.

uv run python benchmarks/server/kills.py [--kills 100 --seed 1 --dry]

A real `barograph serve` with its worker process; two clients send rows, labels and corrections with keys of their own
and try again until each is acknowledged. In turn the server, the worker, both, or whichever comes to a named point
(`POINTS`) are ended by SIGKILL, and the server is started on the same folder. At the end every hour's rows, labels
and profiles are compared with the library's of the rows that were acknowledged. Some minutes.
"""

from __future__ import annotations

import itertools
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from kill_count import Ended, Outcome, counted, waiting
from kill_load import Client, drawn
from served import DEADLINE_SECONDS, Served

import barograph as bg
from barograph.profile.codec import save

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import results

#: Where a process is ended: which one, the function, before or after it, after how many calls at the most.
POINTS = (
    ("serve", "barograph.store.log.sql:SqlLog.append", "before", 30),
    ("serve", "barograph.store.log.sql:SqlLog.append", "after", 30),
    ("serve", "sqlalchemy.engine.default:DefaultDialect.do_commit", "before", 30),
    ("serve", "sqlalchemy.engine.default:DefaultDialect.do_commit", "after", 30),
    ("worker", "barograph.server.worker.apply:write_step", "before", 5),
    ("worker", "barograph.server.worker.apply:write_step", "after", 5),
    ("worker", "sqlalchemy.engine.default:DefaultDialect.do_commit", "before", 15),
    ("worker", "sqlalchemy.engine.default:DefaultDialect.do_commit", "after", 15),
    ("worker", "barograph.store.ids.runs:IdRuns.add", "after", 6),
    ("worker", "barograph.store.lake.lake:Lake.append", "before", 4),
    ("worker", "barograph.store.lake.lake:Lake.append", "after", 4),
    ("worker", "barograph.server.worker.move:_finish", "after", 2),
    ("worker", "barograph.store.log.sql:SqlLog.trim", "before", 2),
    ("worker", "barograph.store.log.sql:SqlLog.trim", "after", 2),
    ("worker", "barograph.store.ids.runs:IdRuns.merge", "before", 2),
    ("worker", "barograph.store.ids.runs:IdRuns.merge", "after", 2),
)
NOT_REACHED = "both, as a point was not reached in time "
MOMENTS = ("server", "worker", "both")
SETTINGS = {"apply_seconds": "0.05", "move_rows": "2000", "move_seconds": "0.5", "key_requests": "0"}
_POINT_SECONDS = 20.0
_PROFILE = "application/vnd.barograph.profile"


def run(folder: Path, *, kills: int, seed: int, rows: int = 100, pause_seconds: float = 0.03) -> Outcome:
    """Kill a server on `folder` so many times under load; every client has been answered at the end."""
    rng = np.random.default_rng(seed)
    served = Served(data=folder / "data", settings=SETTINGS)
    try:
        served.start()
        reference = make_model(served)
        clients = [Client(served, str(n), rows, pause_seconds) for n in range(2)]
        ended = under_load(served, clients, places(kills, rng), rng)
        served.until(lambda: not waiting(served), "counted", 240.0)
        return counted(served, reference, clients, ended)
    finally:
        served.stop()


def under_load(
    served: Served, clients: list[Client], where: list[str], rng: np.random.Generator
) -> tuple[Ended, ...]:
    """All kills while clients send; it ends when each client has been answered."""
    threads = [client.start() for client in clients]
    try:
        return tuple(told_at_once(kill(served, place, rng)) for place in where)
    finally:
        for client in clients:
            client.stopped.set()
        if not served.is_running():
            served.start()
        for thread in threads:
            thread.join()


def told_at_once(ended: Ended) -> Ended:
    print(f"{ended.start_seconds or 0.0:6.2f} s to start, killed: {ended.where}", file=sys.stderr, flush=True)
    return ended


def make_model(served: Served) -> bg.Profile:
    """A model with a reference, whose profile is returned."""
    rows = drawn(2_000, "reference", np.random.default_rng(0))
    schema = bg.Schema.infer(rows, id="id", timestamp="t", prediction="p", label="y", task="regression")
    reference = bg.profile(rows, schema, every="1h", name="training")
    served.json("POST", "/v1/projects", {"name": "bench"})
    status, told, _ = served.ask(
        "POST", "/v1/projects/bench/models?name=m", save(reference), Content_Type=_PROFILE
    )
    assert status == 201, told
    return reference


def places(kills: int, rng: np.random.Generator) -> list[str]:
    """Where to kill: every second time a moment, else a point; each in turn, both in a random order."""
    points = [
        f"{p} {at} {when} {rng.integers(1, most + 1)}" for p, at, when, most in _turns(POINTS, kills, rng)
    ]
    both = zip(_turns(MOMENTS, kills, rng), points, strict=True)
    return list(itertools.chain.from_iterable(both))[:kills]


def _turns(kinds: tuple[Any, ...], count: int, rng: np.random.Generator) -> list[Any]:
    found: list[Any] = []
    while len(found) < count:
        found += [kinds[i] for i in rng.permutation(len(kinds))]
    return found[:count]


def kill(served: Served, place: str, rng: np.random.Generator) -> Ended:
    """Start the server, unless it runs, and end it at a moment or a point; the worker alone leaves it running."""
    at_point = place not in MOMENTS
    seconds, where = None, place
    if at_point and served.is_running():
        served.kill()
    if not served.is_running():
        seconds = served.start(crash_at=place if at_point else "", is_over=reached(served, place))
    if at_point:
        if not is_within(_POINT_SECONDS, reached(served, place)):
            where = NOT_REACHED
    else:
        time.sleep(rng.uniform(0.1, 2.0))
    if place == "worker":
        end_worker(served)
    elif place == "server":
        end_server(served)
    else:
        served.kill()
    return Ended(where, seconds)


def reached(served: Served, place: str) -> Callable[[], bool]:
    """Whether a process has ended itself at its point."""
    seen = set[psutil.Process]()

    def look() -> bool:
        if place in MOMENTS:
            return False
        if place.startswith("serve"):
            return not served.is_running()
        seen.update(served.workers())
        return any(is_dead(worker) for worker in seen)

    return look


def is_within(seconds: float, true: Callable[[], bool]) -> bool:
    """Look until it is true, or the time is over."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def is_dead(process: psutil.Process) -> bool:
    """Whether it has ended, awaited or not."""
    with suppress(psutil.NoSuchProcess):
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    return True


def end_worker(served: Served) -> None:
    """Kill the workers alone, and wait until the server has started another."""
    served.until(lambda: served.workers() != [], "with a worker")
    old = set(served.workers())
    for worker in old:
        with suppress(psutil.NoSuchProcess):
            worker.kill()
    served.until(lambda: set(served.workers()) - old != set(), "with another worker")


def end_server(served: Served) -> None:
    """Kill the server alone; its workers end by themselves."""
    assert served.process is not None
    orphans = served.workers()
    served.process.kill()
    served.process.wait()
    _, left = psutil.wait_procs(orphans, timeout=DEADLINE_SECONDS)
    if left:
        raise RuntimeError(f"workers outlive their server: {left}")


def told(outcome: Outcome, seconds: float) -> str:
    """The table."""
    kinds = Counter(
        ended.where if ended.where in MOMENTS else ended.where.rsplit(" ", 1)[0] for ended in outcome.ended
    )
    starts = [ended.start_seconds for ended in outcome.ended if ended.start_seconds is not None]
    summary = results.table(
        ["kills", "batches", "requests", "rows", "labels", "lost", "doubled", "slowest start, s", "median start, s"],
        [[
            len(outcome.ended), f"{outcome.batches:,}", f"{outcome.tries:,}", f"{outcome.rows:,}",
            f"{outcome.labels:,}", outcome.lost, outcome.doubled, max(starts), float(np.median(starts)),
        ]],
    )  # fmt: skip
    right = results.verdict(
        "every hour's rows, labels, performance.mae and profile equal to the library's",
        met=outcome.is_right,
    )
    return (
        "## A server that is killed under load\n\n"
        f"{results.machine(results.versions('barograph'))} Other work ran on the machine at the same time (load "
        f"{os.getloadavg()[0]:.1f}). {seconds:.0f} s.\n\n{summary}\n\n{right}. "
        f"{results.verdict('Ready within 5 s of each start', met=max(starts) <= 5.0)}. A batch counts once it is "
        "acknowledged; requests without an answer are tried again under the same key.\n\n"
        + results.table(["killed", "times"], sorted(kinds.items()))
    )


def main() -> None:
    asked = results.parser(__doc__, repeat=1)
    asked.add_argument("--kills", type=int, default=100)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        outcome = run(Path(folder), kills=given.kills, seed=given.seed)
    results.keep("kills", told(outcome, time.perf_counter() - began), dry=given.dry)
    if outcome.failures:
        print(*outcome.failures, sep="\n")
    if not outcome.is_right:
        sys.exit(1)


if __name__ == "__main__":
    main()
