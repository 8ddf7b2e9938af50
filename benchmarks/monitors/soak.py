"""90 simulated days of 50 watched models, with faults: memory, disk and queues week by week; tables in RESULTS.md.

    nice -n 19 python benchmarks/monitors/soak.py [--models 50 --days 90 --dry]

Rows are logged every day, labels a day later; worker, evaluator, explanations, headlines and deliveries are those of a
server, in this process, in step with a clock set by hand; a webhook on this machine receives. Files become a day older
with each, for what is removed by the machine's time. Faults:

- days 10 and 11: the receiver answers 503;
- every 9th day: worker and evaluator are thrown away in the middle of their work, and started anew;
- days 30 to 36: labels come 7 days late;
- days 9 to 12 and 45 to 50: a column of ten models is null;
- day 60: the disk is full for the worker: no file may grow.

In the end each message the outbox held was received once, and none is left; both spans of each broken model were told,
other incidents are no more than the monitors' budgets allow; and nothing on the disk has grown since all that is kept
for so many days was there for as many.
"""

from __future__ import annotations

import resource
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

import polars as pl
import psutil
import siblings  # noqa: F401
import sqlalchemy as sa

import barograph as bg
import results
from barograph.config.read import read_settings
from barograph.config.settings import Settings
from barograph.demo.served.clock import ReplayClock
from barograph.demo.served.working import Work
from barograph.monitors.suggest import suggest_monitors
from barograph.server.alerting.file import put_file
from barograph.server.preparing import make_folder, prepare
from barograph.server.worker.limits import limits_of
from barograph.server.worker.store import Store
from barograph.store import catalog
from barograph.store.channels import channel_seal, put_channel
from barograph.store.database import open_database
from barograph.store.log import open_log
from barograph.store.tables.alerts import alerts, incidents, outbox
from monitors.disk import KINDS, disk, older
from monitors.receiver import Receiver, receiving
from monitors.sent import REFERENCE_DAYS, ROWS, SCHEMA, START, entry, rows
from monitors.told import Told

RECEIVER_DOWN, LABELS_LATE, LATE_DAYS, FULL, KILLED_EVERY = (10, 11), range(30, 37), 7, 60, 9
#: For how many days what is kept.
KEPT: Final = {"retention_days": 21, "history_days": 28, "profile_days": 35}
LABEL_HORIZON_DAYS: Final = 28
#: All that is kept for so many days was there for as many: profiles go by whole weeks.
STEADY_WEEK: Final = 7
#: So many weeks are taken together, and may hold a tenth more later: commits of the lake are put together every 50.
TOGETHER: Final = 3
GROWTH: Final = 0.1


@dataclass
class Soak:
    """A server's parts, and what it is sent."""

    settings: Settings
    store: Store
    clock: ReplayClock
    receiver: Receiver
    models: list[int]
    work: Work
    told: Told
    weeks: list[list[object]] = field(default_factory=list)
    disks: list[Counter[str]] = field(default_factory=list)

    def send(self, day: int) -> None:
        """Log the day's rows, and the labels that have come by now."""
        entries, now = [], self.clock.now()
        labelled = [] if day in LABELS_LATE else [day - 1]
        labelled += [day - LATE_DAYS] if day - LATE_DAYS + 1 in LABELS_LATE else []
        for number, model in enumerate(self.models):
            entries.append(entry("predictions", rows(number, day), model=model, day=day, now=now))
            entries += [
                entry("labels", rows(number, old), model=model, day=old, now=now)
                for old in labelled
                if old >= 0
            ]
        self.store.log.append(entries)

    def live(self, day: int) -> None:
        """A day: rows come at its end, and all that is due is done twice on the next."""
        for hour in (1, 13):
            self.clock.move(START + timedelta(days=day + 1, hours=hour))
            self.receiver.is_down = day in RECEIVER_DOWN
            if hour == 1:
                self.send(day)
            if hour == 1 and day % KILLED_EVERY == KILLED_EVERY - 1:
                self.work.worker.step()
                self.work.evaluator.step(now=self.clock.now())
                self.work.deliveries.close()
                self.work = working(self.settings, self.clock, self.store)
            if day == FULL and hour == 1:
                with full_disk(), suppress(sa.exc.DBAPIError, OSError):
                    self.work.catch_up()
            for _ in range(2):
                self.work.catch_up()
                self.work.deliveries.settle()
            while self.work.headlines.step(now=self.clock.now()):
                pass
        for folder in (self.store.lake_folder, self.store.ids_folder):
            older(folder, seconds=86_400.0)

    def week(self, day: int) -> None:
        """Note what is held after a day."""
        memory = psutil.Process().memory_info().rss
        with self.store.database.reading() as conn:

            def many(table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
                return int(conn.scalar(sa.select(sa.func.count()).select_from(table).where(*where)) or 0)

            waiting = many(outbox, outbox.c.state.not_in(("sent", "withdrawn", "dead")))
            open_now, kept = many(incidents, incidents.c.resolved_at.is_(None)), many(alerts)
        held = disk(self.store)
        counted = sum(each.rows for each in self.store.log.waiting())
        self.told.note(self.store.database)
        self.disks.append(held)
        self.weeks.append(
            [
                f"{(day + 1) / 7:.3g}", f"{memory / 2**20:.0f}", f"{held.total() / 2**20:.1f}", counted, waiting,
                open_now, kept, sum(self.receiver.keys.values()), self.receiver.refused,
            ]
        )  # fmt: skip
        print(*self.weeks[-1], *megabytes(held), sep=" | ", file=sys.stderr, flush=True)


def megabytes(held: Counter[str]) -> list[str]:
    """Disk by kind."""
    return [f"{held[kind] / 2**20:.2f}" for kind in KINDS]


def working(settings: Settings, clock: ReplayClock, store: Store) -> Work:
    """What a worker does; files leave the lake as where a day of the machine's time has passed."""
    work = Work(settings, clock, store)
    work.worker.limits = replace(limits_of(settings), vacuum_hours=0, audited_days=1)
    return work


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process may grow: writes fail as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def main() -> None:
    """Live through the days and keep the tables."""
    asked = results.parser(__doc__, repeat=1)
    asked.add_argument("--models", type=int, default=50)
    asked.add_argument("--days", type=int, default=90)
    given = asked.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        receiving() as receiver,
        soaking(Path(folder) / "data", receiver, given.models) as soak,
    ):
        for day in range(given.days):
            soak.live(day)
            if day % 7 == 6 or day == given.days - 1:
                soak.week(day)
    said = (
        f"{given.models} models, {given.days} simulated days, {ROWS} rows a day and model. Kept: rows "
        f"{KEPT['retention_days']} days, ids {LABEL_HORIZON_DAYS}, what was said {KEPT['history_days']}, profiles and "
        f"figures {KEPT['profile_days']}. {soak.told.said(receiver, days=given.days)}"
    )
    packages = results.versions("barograph", "polars", "sqlalchemy")
    by_kind = [[week[0], *megabytes(held)] for week, held in zip(soak.weeks, soak.disks, strict=True)]
    parts = [
        "## Monitors: soak",
        results.machine(packages, date=given.date),
        said,
        results.table(HEADER, soak.weeks),
        grown(soak.disks, given.models),
        results.table(("week", *(f"{kind}, MB" for kind in KINDS)), by_kind),
    ]
    results.keep("monitors: soak", "\n\n".join(parts), dry=given.dry)


HEADER = (
    "week", "memory, MB", "disk, MB", "rows in the log", "messages waiting", "incidents open",
    "alerts kept", "messages received", "refused while down",
)  # fmt: skip


def grown(disks: Sequence[Counter[str]], models: int) -> str:
    """What has grown: while nothing was old enough to go, and since."""
    said = []
    if len(disks) > 3:
        # Weeks 3 and 4: no column is null, labels come in time, and no profile is old enough to go.
        each = {
            k: (disks[3][k] - disks[1][k]) / 14 / models for k in ("profiles", "figures", "said of windows")
        }
        said.append(
            "Before its days are over, a day of a model adds to what is kept by the day: "
            + ", ".join(f"{kind} {size / 1_000:.1f} kB" for kind, size in each.items())
            + "."
        )
    steady = [held.total() / 2**20 for held in disks[STEADY_WEEK - 1 :]]
    if weeks := min(TOGETHER, len(steady) // 2):
        first, last = (sum(some) / weeks for some in (steady[:weeks], steady[-weeks:]))
        told = (
            f"disk of {weeks} weeks from week {STEADY_WEEK} on and of the last {weeks}, at the mean: {first:.1f} and "
            f"{last:.1f} MB, flat"
        )
        said.append(results.verdict(told, met=last <= first * (1 + GROWTH)) + ".")
    return " ".join(said)


@contextmanager
def soaking(data: Path, receiver: Receiver, models: int) -> Iterator[Soak]:
    """A server's folder with its models, monitors and a webhook."""
    kept = {name: str(days) for name, days in KEPT.items()}
    flags = {"data": str(data), "notify_private_addresses": "true", **kept}
    settings = read_settings(environment={}, flags=flags).settings
    make_folder(settings)
    clock = ReplayClock(START)
    prepare(settings, clock)
    database, log = open_database(settings.database_url), open_log(settings.log_url)
    store = Store(database=database, log=log, lake_folder=settings.lake_path, ids_folder=settings.ids_path)
    with database.writing() as conn:
        project = catalog.create_project(conn, "soak", now=clock.now()).id
    numbers: list[int] = []
    soak = Soak(settings, store, clock, receiver, numbers, working(settings, clock, store), Told(numbers))
    quiet = pl.concat([rows(0, day - REFERENCE_DAYS) for day in range(REFERENCE_DAYS)])
    reference = bg.profile(quiet, SCHEMA, every="1d", name="good")
    with database.writing() as conn:
        for n in range(models):
            model = catalog.create_model(
                conn,
                "soak",
                f"m{n}",
                SCHEMA,
                every="1d",
                label_horizon_days=LABEL_HORIZON_DAYS,
                now=clock.now(),
            )
            catalog.add_reference(conn, model.id, "good", reference, now=clock.now())
            soak.models.append(model.id)
        config = {"url": receiver.url, "secret_key": "s" * 20}
        sealed = channel_seal(data).close(config, project_id=project, name="ops")
        put_channel(conn, project_id=project, name="ops", kind="webhook", sealed=sealed, now=clock.now())
        put_file(conn, project, suggest_monitors(reference), now=clock.now(), actor="benchmark")
    try:
        yield soak
    finally:
        soak.work.end()
        log.close()
        database.close()


if __name__ == "__main__":
    main()
