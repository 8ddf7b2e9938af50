"""What a tick of the evaluator costs: 10,000 series judged on one new window each; a table in RESULTS.md.

    nice -n 19 python benchmarks/monitors/tick.py [--models 80 --days 40 --drawn 2 --processes 1 --dry] [--profile]

`server/fleet_store.py` makes models of 30 features and 2,400 rows a day; their reference is four weeks of hours, and
they get the monitors that are suggested for it, untouched. The evaluator, in this process and on the store alone, is
stepped as windows become due: the first days fill what it remembers, then the midnight of each day is timed, when every
series has one new window. With `--processes 2` two processes share the models by their leases, as two workers do, and
what counts is the time until both have nothing left to judge.
"""

from __future__ import annotations

import cProfile
import multiprocessing
import pstats
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

import polars as pl
import siblings  # noqa: F401
import sqlalchemy as sa

import barograph as bg
import results
from barograph.monitors.suggest import suggest_monitors
from barograph.server.alerting.evaluate import Evaluator
from barograph.server.alerting.file import put_file
from barograph.server.worker.store import Store
from barograph.store import catalog
from barograph.store.database import open_database
from barograph.store.log import open_log
from barograph.store.migrate import migrate
from barograph.store.tables.catalog import model_references
from barograph.store.tables.monitors import monitor_series
from barograph.store.tallies import tallies
from server.fleet_store import Drawn, make, reference_of

DAY_US, HOUR_US = 86_400_000_000, 3_600_000_000
FIRST_DAY = 19_800
#: Days judged before the clock is looked at, and after.
WARM, TIMED = 3, 3
REFERENCE_DAYS = 28
SERIES, TARGET_SECONDS = 10_000, 2.0
#: Judges all that is due by a time, µs UTC, and says what it took of the processor, in seconds.
Stepping = Callable[[int], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What judging what was due of a day took.

    Attributes
    ----------
    series : of which something was judged; windows: how many verdicts.
    cpu, wall : seconds.
    """

    series: int
    windows: int
    cpu: float
    wall: float

    def row(self, kind: str) -> list[object]:
        """A line of the table."""
        scale = SERIES / max(self.series, 1)
        return [kind, self.series, self.windows, self.cpu, self.wall, self.cpu * scale, self.wall * scale]


def main() -> None:
    """Make the fleet, judge some days, keep the table."""
    asked = results.parser(__doc__, repeat=1)
    asked.add_argument("--models", type=int, default=80)
    asked.add_argument("--days", type=int, default=40)
    asked.add_argument("--drawn", type=int, default=2)
    asked.add_argument("--processes", type=int, default=1, help="evaluators side by side")
    asked.add_argument("--profile", action="store_true", help="print where the time of the last day went")
    given = asked.parse_args()
    with opened() as (store, folder):
        make(store, models=given.models, drawn=given.drawn, first_day=FIRST_DAY, days=given.days)
        watch(store, given.models, given.drawn, now=(FIRST_DAY + given.days - WARM - TIMED) * DAY_US)
        with evaluators(store, folder, given.processes) as stepping:
            first, *days = judged(store, given.days, stepping, profiled=given.profile)
    rows = [
        first.row("first sight, with the days before"),
        *(day.row("a new window each") for day in days[-TIMED:]),
    ]
    alone = given.processes == 1
    body = "\n\n".join(
        [
            f"## Monitors: a tick of the evaluator{'' if alone else f', {given.processes} processes'}",
            results.machine(results.versions("barograph", "numpy", "polars", "sqlalchemy"), date=given.date),
            (
                f"{given.models} models of 30 features, suggested monitors untouched, one new window of each series "
                f"at midnight, {'one process' if alone else f'{given.processes} processes side by side'}. "
                "At first sight references are made ready, and a series looks back as far as "
                f"there are rows; {given.drawn} models were drawn, and what is found of a reference alone is found "
                "once for all copies. Other work ran on the machine at the same time: "
                f"{'the seconds of the processor count' if alone else 'the seconds of the wall are no better than it'}."
            ),
            results.table(
                ("", "series", "verdicts", "CPU s", "wall s", "CPU s for 10,000 series", "wall s"), rows
            ),
            _said(days[-TIMED:], alone=alone),
        ]
    )
    results.keep(
        "monitors: tick" if alone else f"monitors: tick, {given.processes} processes", body, dry=given.dry
    )


def _said(days: list[Day], *, alone: bool) -> str:
    """Whether the best day is within the target: of the processor for one process, of the wall for several."""
    best = min((day.cpu if alone else day.wall) / max(day.series, 1) for day in days)
    return results.verdict(
        f"10,000 series in ≤ {TARGET_SECONDS:g} s {'of the processor' if alone else 'of the wall'}, the best day",
        met=best * SERIES <= TARGET_SECONDS,
    )


@contextmanager
def opened() -> Iterator[tuple[Store, Path]]:
    """A new store, and the folder that it is in, which is deleted afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/barograph.db")
        migrate(database)
        database.close()
        store = store_in(Path(folder))
        yield store, Path(folder)
        store.log.close()
        store.database.close()


def store_in(data: Path) -> Store:
    """The store of a folder."""
    database, log = open_database(f"sqlite:///{data}/barograph.db"), open_log(f"sqlite:///{data}/log.db")
    return Store(database=database, log=log, lake_folder=data / "lake", ids_folder=data / "ids")


@contextmanager
def evaluators(store: Store, folder: Path, processes: int) -> Iterator[Stepping]:
    """A function that judges all that is due by a time, and says what it took of the processor, in seconds."""
    if processes == 1:
        evaluator = Evaluator(store)
        yield lambda now: judging(evaluator, now)
        return
    context = multiprocessing.get_context("spawn")
    pipes = [context.Pipe() for _ in range(processes)]
    workers = [
        context.Process(target=beside, args=(there, folder, f"worker/{i}"), daemon=True)
        for i, (_, there) in enumerate(pipes)
    ]
    for worker in workers:
        worker.start()

    def stepping(now: int) -> float:
        for here, _ in pipes:
            here.send(now)
        return float(sum(here.recv() for here, _ in pipes))

    yield stepping
    for here, _ in pipes:
        here.send(None)
    for worker in workers:
        worker.join()


def beside(pipe: Connection, folder: Path, name: str) -> None:
    """One of several processes: judge what is due at the times that come, until none does."""
    store = store_in(folder)
    evaluator = Evaluator(store, name=name)
    while (now := pipe.recv()) is not None:
        pipe.send(judging(evaluator, now))
    store.log.close()
    store.database.close()


def judging(evaluator: Evaluator, now: int) -> float:
    """Judge all that is due, and say what it took of this processor."""
    cpu = time.process_time()
    while evaluator.step(now=now):
        pass
    return time.process_time() - cpu


def watch(store: Store, models: int, drawn: int, *, now: int) -> None:
    """Give each of the models its reference, and put the monitors that are suggested for it."""
    known = [_reference(n + 1) for n in range(drawn)]
    found = []
    with store.database.writing() as conn:
        first = [
            catalog.add_reference(conn, _model(conn, n), "weeks", each, now=now, make_default=True)
            for n, each in enumerate(known)
        ]
        for n in range(drawn, models):
            _copied(conn, first[n % drawn], to=_model(conn, n))
    for n in range(models):
        reference = known[n % drawn]
        found += suggest_monitors(reference, model=f"m{n}").monitors
    file = replace(suggest_monitors(reference), monitors=tuple(found))
    with store.database.writing() as conn:
        put_file(conn, catalog.project(conn, "fleet").id, file, now=now, actor="benchmark")


def _reference(seed: int) -> bg.Profile:
    """Four weeks of hours before the first day."""
    weeks = Drawn(seed + 100, FIRST_DAY - REFERENCE_DAYS, REFERENCE_DAYS)
    rows = pl.concat([weeks.rows(day) for day in range(REFERENCE_DAYS)])
    return bg.profile(rows, like=reference_of(Drawn(seed, FIRST_DAY, 1)), every="1h", name="weeks")


def _model(conn: sa.Connection, number: int) -> int:
    return catalog.model(conn, "fleet", f"m{number}").id


def _copied(conn: sa.Connection, of: catalog.Reference, *, to: int) -> None:
    """The same reference of another model."""
    columns = [c for c in model_references.c if c.name != "id"]
    changed = {"model_id": sa.literal(to)}
    row = sa.select(*(changed.get(c.name, c).label(c.name) for c in columns)).where(
        model_references.c.id == of.id
    )
    conn.execute(sa.insert(model_references).from_select([c.name for c in columns], row))
    catalog.set_default_reference(conn, catalog.reference(conn, to, of.name))


def judged(store: Store, days: int, stepping: Stepping, *, profiled: bool) -> Iterator[Day]:
    """Judge what is due of one day after the other."""
    for day in range(days - WARM - TIMED, days + 1):
        now = (FIRST_DAY + day) * DAY_US
        if day > days - WARM - TIMED:
            # The hours of the day but the last.
            stepping(now - HOUR_US)
        before = verdicts(store)
        profiler = cProfile.Profile()
        is_last = profiled and day == days
        if is_last:
            profiler.enable()
        wall = time.perf_counter()
        cpu = stepping(now)
        wall = time.perf_counter() - wall
        if is_last:
            profiler.disable()
            spent = pstats.Stats(profiler)
            spent.sort_stats("cumtime").print_stats(130).sort_stats("tottime").print_stats(50)
        found = Day(series=series_of(store, now), windows=verdicts(store) - before, cpu=cpu, wall=wall)
        print(day, found, file=sys.stderr, flush=True)
        yield found


def series_of(store: Store, now: int) -> int:
    """Series that were judged at a time."""
    asked = sa.select(sa.func.count()).where(monitor_series.c.judged_at == now)
    with store.database.reading() as conn:
        return int(conn.execute(asked).scalar_one())


def verdicts(store: Store) -> int:
    """Windows of series that have been judged."""
    with store.database.reading() as conn:
        return sum(each.count for each in tallies(conn, "evaluations"))


if __name__ == "__main__":
    main()
