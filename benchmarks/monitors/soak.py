"""90 simulated days of 50 watched models, with faults: memory, disk and queues week by week; a table in RESULTS.md.

    nice -n 19 python benchmarks/monitors/soak.py [--models 50 --days 90 --dry]

Rows are logged every day, labels a day later; worker, evaluator, explanations and deliveries are those of a server, in
this process, in step with a clock set by hand; a webhook on this machine receives. Faults:

- days 10 and 11: the receiver answers 503;
- every 9th day: worker and evaluator are thrown away in the middle of their work, and started anew;
- days 30 to 36: labels come 7 days late;
- days 9 to 12 and 45 to 50: a column of ten models is null;
- day 60: the disk is full for the worker: no file may grow.

In the end each message the outbox holds was received once, and none is left.
"""

from __future__ import annotations

import resource
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
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
from barograph.schema.model import Column, Schema
from barograph.server.alerting.file import put_file
from barograph.server.preparing import make_folder, prepare
from barograph.server.worker.limits import Limits
from barograph.server.worker.store import Store
from barograph.store import catalog
from barograph.store.channels import channel_seal, put_channel
from barograph.store.database import open_database
from barograph.store.log import Entry, open_log
from barograph.store.tables.alerts import alerts, incidents, outbox
from monitors.receiver import Receiver, receiving

START = datetime(2024, 1, 1, tzinfo=UTC)
REFERENCE_DAYS, ROWS, RETENTION_DAYS = 28, 60, 21
RECEIVER_DOWN, LABELS_LATE, FULL, KILLED_EVERY = (10, 11), range(30, 37), 60, 9
BROKEN = (*range(9, 13), *range(45, 51))
LATE_DAYS, BROKEN_MODELS = 7, 10
SCHEMA = Schema(
    task="regression",
    columns=(
        Column(name="t", role="timestamp", kind="datetime"),
        *(Column(name=f"x{k}", kind="numeric") for k in range(5)),
        Column(name="c", kind="categorical"),
        Column(name="p", role="prediction"),
        Column(name="y", role="label"),
    ),
)
INPUTS = ("t", *(f"x{k}" for k in range(5)), "c", "p")


@dataclass
class Soak:
    """A server's parts, and the rows it is sent."""

    settings: Settings
    store: Store
    clock: ReplayClock
    receiver: Receiver
    models: list[int]
    project: int
    work: Work

    def rows(self, model: int, day: int) -> pl.DataFrame:
        """Rows of a day."""
        rng = np.random.default_rng([model, day + REFERENCE_DAYS])
        x = rng.normal(size=(5, ROWS))
        start = START + timedelta(days=day)
        frame = pl.DataFrame(
            {
                "t": [start + timedelta(minutes=24 * i) for i in range(ROWS)],
                **{f"x{k}": x[k] for k in range(5)},
                "c": rng.choice(["a", "b", "c"], ROWS),
                "p": x[0] + x[1],
                "y": x[0] + x[1] + rng.normal(0.0, 0.5, ROWS),
            }
        )
        if day in BROKEN and model < BROKEN_MODELS:
            frame = frame.with_columns(x0=pl.lit(None, pl.Float64), p=pl.col("x1"))
        return frame

    def send(self, day: int) -> None:
        """Log the day's rows, and the labels that have come by now."""
        entries = []
        labelled = [] if day in LABELS_LATE else [day - 1]
        labelled += [day - LATE_DAYS] if day - LATE_DAYS + 1 in LABELS_LATE else []
        for number, model in enumerate(self.models):
            entries.append(self._entry("predictions", number, model, day))
            entries += [self._entry("labels", number, model, old) for old in labelled if old >= 0]
        self.store.log.append(entries)

    def _entry(self, kind: str, number: int, model: int, day: int) -> Entry:
        frame = self.rows(number, day)
        held = {
            "barograph_id": [f"{day}-{i}" for i in range(ROWS)],
            "barograph_time": frame["t"].dt.epoch("us"),
        }
        place = pl.Series([0] * ROWS, dtype=pl.Int32)
        if kind == "labels":
            body = pl.DataFrame(held | {"barograph_row": place, "y": frame["y"]})
        else:
            own = {
                "barograph_row": place,
                "barograph_version": ["1"] * ROWS,
                "barograph_derived": [False] * ROWS,
            }
            body = pl.DataFrame(held | own | {name: frame[name] for name in INPUTS})
        sent = body.write_ipc_stream(None, compression="lz4").getvalue()
        return Entry(
            batch_id=f"{kind}{day}",
            model_id=model,
            kind=kind,
            rows=ROWS,
            body=sent,
            received_at=self.clock.now(),
        )

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
            self.work.catch_up()
            self.work.deliveries.settle()
            self.work.catch_up()
            self.work.deliveries.settle()

    def week(self, day: int) -> list[object]:
        """What is held after a day."""
        seen = psutil.Process().memory_info().rss
        disk = sum(path.stat().st_size for path in self.settings.data_path.rglob("*") if path.is_file())
        with self.store.database.reading() as conn:

            def many(table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
                return int(conn.scalar(sa.select(sa.func.count()).select_from(table).where(*where)) or 0)

            waiting = many(outbox, outbox.c.state.not_in(("sent", "withdrawn", "dead")))
            open_now = many(incidents, incidents.c.resolved_at.is_(None))
            fired = many(alerts)
        received = sum(self.receiver.keys.values())
        counted = sum(each.rows for each in self.store.log.waiting())
        return [
            (day + 1) // 7, f"{seen / 2**20:.0f}", f"{disk / 2**20:.1f}", counted, waiting, open_now, fired,
            received, self.receiver.refused,
        ]  # fmt: skip


def working(settings: Settings, clock: ReplayClock, store: Store) -> Work:
    """What a worker does; rows leave the log and the lake as where a day of the machine's time has passed."""
    work = Work(settings, clock, store)
    work.worker.limits = Limits(retention_days=RETENTION_DAYS, vacuum_hours=0, audited_days=1)
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
    """Live through the days and keep the table."""
    asked = results.parser(__doc__, repeat=1)
    asked.add_argument("--models", type=int, default=50)
    asked.add_argument("--days", type=int, default=90)
    given = asked.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        receiving() as receiver,
        soaking(Path(folder) / "data", receiver, given.models) as soak,
    ):
        weeks = []
        for day in range(given.days):
            soak.live(day)
            if day % 7 == 6 or day == given.days - 1:
                weeks.append(soak.week(day))
                print(*weeks[-1], sep=" | ", file=sys.stderr, flush=True)
        sent, left = told(soak.store)
    once = set(receiver.keys.values()) <= {1} and set(receiver.keys) == sent
    said = (
        f"{given.models} models, {given.days} simulated days, {ROWS} rows a day and model, rows kept {RETENTION_DAYS} "
        f"days. Messages received: {dict(receiver.reasons)}. "
        + results.verdict("each message received once, none left", met=once and not left)
    )
    packages = results.versions("barograph", "polars", "sqlalchemy")
    parts = [
        "## Monitors: soak",
        results.machine(packages, date=given.date),
        said,
        results.table(HEADER, weeks),
    ]
    results.keep("monitors: soak", "\n\n".join(parts), dry=given.dry)


HEADER = (
    "week", "memory, MB", "disk, MB", "rows in the log", "messages waiting", "incidents open",
    "alerts so far", "messages received", "refused while down",
)  # fmt: skip


def told(store: Store) -> tuple[set[str], int]:
    """Keys of what was sent, and how many messages are left."""
    with store.database.reading() as conn:
        sent = set(conn.scalars(sa.select(outbox.c.key).where(outbox.c.state == "sent")))
        left = sa.select(sa.func.count()).where(outbox.c.state.not_in(("sent", "withdrawn")))
        return sent, int(conn.scalar(left) or 0)


@contextmanager
def soaking(data: Path, receiver: Receiver, models: int) -> Iterator[Soak]:
    """A server's folder with its models, monitors and a webhook."""
    flags = {"data": str(data), "notify_private_addresses": "true"}
    settings = read_settings(environment={}, flags=flags).settings
    make_folder(settings)
    clock = ReplayClock(START)
    prepare(settings, clock)
    database, log = open_database(settings.database_url), open_log(settings.log_url)
    store = Store(database=database, log=log, lake_folder=settings.lake_path, ids_folder=settings.ids_path)
    with database.writing() as conn:
        project = catalog.create_project(conn, "soak", now=clock.now()).id
    soak = Soak(settings, store, clock, receiver, [], project, working(settings, clock, store))
    quiet = pl.concat([soak.rows(0, day - REFERENCE_DAYS) for day in range(REFERENCE_DAYS)])
    reference = bg.profile(quiet, SCHEMA, every="1d", name="good")
    with database.writing() as conn:
        for n in range(models):
            model = catalog.create_model(conn, "soak", f"m{n}", SCHEMA, every="1d", now=clock.now())
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
