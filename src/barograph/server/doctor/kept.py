"""What a server keeps: the database, the log, the lake, and who works on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from deltalake.exceptions import DeltaError

from barograph.config.settings import Settings
from barograph.errors import BarographError
from barograph.server.clock import SystemClock
from barograph.server.doctor.finding import Finding
from barograph.server.worker.cursor import applied_of_all
from barograph.store.audit import verify
from barograph.store.catalog import Model, models
from barograph.store.database import Database, open_database
from barograph.store.errors import Damaged
from barograph.store.lake.lake import Lake
from barograph.store.log.sql import SqlLog
from barograph.store.migrate import LOG, STATE, pending_revisions
from barograph.store.worker_failures import failures_of_workers
from barograph.store.workers import alive_workers

_LATE_SECONDS: Final = 60.0
_SECOND_US: Final = 1_000_000
_LATELY_US: Final = 3_600 * _SECOND_US


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A store that is there and of this version."""

    settings: Settings
    database: Database
    log: SqlLog
    models: list[Model]


@contextmanager
def opened(settings: Settings) -> Iterator[tuple[Kept | None, list[Finding]]]:
    """Open the store without changing anything in it; None with the reasons where that cannot be."""
    if settings.database_url.startswith("sqlite") and not (settings.data_path / "log.db").is_file():
        told = "nothing is kept yet"
        yield (
            None,
            [Finding(check="database", state="warning", told=told, advice="Start `barograph serve` once.")],
        )
        return
    database, log = open_database(settings.database_url), open_database(settings.log_url)
    try:
        found = _revisions(database, log)
        if any(finding.state != "ok" for finding in found):
            yield None, found
            return
        with database.reading() as conn:
            known = models(conn)
        yield Kept(settings=settings, database=database, log=SqlLog(database=log), models=known), found
    finally:
        log.close()
        database.close()


def _revisions(database: Database, log: Database) -> list[Finding]:
    try:
        pending = [*pending_revisions(database, STATE), *pending_revisions(log, LOG)]
    except BarographError as error:
        advice = "Check that it runs, its URL, and which version of Barograph wrote it."
        return [Finding(check="database", state="failed", told=str(error), advice=advice)]
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    found = [Finding(check="database", state="ok", told=f"{kind} answers")]
    if pending:
        told = f"{len(pending)} revisions are to be run: {', '.join(pending)}"
        advice = "Take a backup; `barograph serve` runs them when it starts."
        return [*found, Finding(check="migrations", state="warning", told=told, advice=advice)]
    return [*found, Finding(check="migrations", state="ok", told="up to date")]


def clock(kept: Kept) -> Finding:
    """Whether the machine's time has gone back behind what was received."""
    received = [waiting.oldest_received_at for waiting in kept.log.waiting()]
    ahead = (max(received, default=0) - SystemClock().now()) / _SECOND_US
    if kept.settings.clock is not None:
        return Finding(check="clock", state="ok", told="a clock that was set, for demonstrations and tests")
    if ahead > _LATE_SECONDS:
        told = f"rows were received {ahead:.0f} s after now"
        advice = "Set the machine's time, and keep it with NTP."
        return Finding(check="clock", state="failed", told=told, advice=advice)
    return Finding(check="clock", state="ok", told="not behind what was received")


def worker(kept: Kept) -> Finding:
    """Whether a worker was heard of lately."""
    with kept.database.reading() as conn:
        alive = alive_workers(conn, SystemClock().now())
    if alive:
        return Finding(check="worker", state="ok", told=f"{', '.join(alive)} at work")
    advice = "Start `barograph serve`, or `barograph worker` beside a server with --workers 0."
    return Finding(check="worker", state="warning", told="none was heard of lately", advice=advice)


def jobs(kept: Kept) -> Finding:
    """Whether a job of a worker failed lately."""
    with kept.database.reading() as conn:
        known = failures_of_workers(conn)
    since = SystemClock().now() - _LATELY_US
    lately = [each for each in known if each.failed_at >= since]
    if not lately:
        return Finding(check="jobs", state="ok", told="none of the worker's failed in the last hour")
    last = max(lately, key=lambda each: each.failed_at)
    at = f" at {last.subject}" if last.subject else ""
    told = f"{', '.join(each.job for each in lately)} failed in the last hour; {last.job}{at}: {last.told}"
    advice = "They are tried again; the server's log has more. barograph_worker_failures_total counts them."
    return Finding(check="jobs", state="warning", told=told, advice=advice)


def chain(kept: Kept) -> Finding:
    """Whether the audit log is whole."""
    try:
        with kept.database.reading() as conn:
            entries = verify(conn)
    except Damaged as error:
        advice = "Find out who could write to the database, and restore a backup from before."
        return Finding(check="audit", state="failed", told=str(error), advice=advice)
    return Finding(check="audit", state="ok", told=f"{entries} entries follow from one another")


def lag(kept: Kept) -> Finding:
    """Whether rows wait to be counted."""
    with kept.database.reading() as conn:
        applied = applied_of_all(conn)
    late: list[tuple[float, str]] = []
    by_id = {model.id: model for model in kept.models}
    for waiting in kept.log.waiting():
        model, done = by_id.get(waiting.model_id), applied.get(waiting.model_id, 0)
        if model is None or model.grid is None or waiting.last_seq <= done:
            continue
        first = kept.log.read(waiting.model_id, after=done, rows=1)
        age = (SystemClock().now() - first[0].received_at) / _SECOND_US if first else 0.0
        if age > _LATE_SECONDS:
            late.append((age, f"{model.project}/{model.name}"))
    if not late:
        return Finding(check="log", state="ok", told="rows are counted as they come")
    age, name = max(late)
    told = f"rows of {len(late)} models wait to be counted, those of {name} for {age:.0f} s"
    advice = "Look for errors of the worker in the server's log; start more with --workers, on PostgreSQL."
    return Finding(check="log", state="warning", told=told, advice=advice)


def lake(kept: Kept) -> Finding:
    """Whether every model's tables can be opened."""
    broken = []
    for model in kept.models:
        opened_lake = Lake(folder=kept.settings.lake_path, model_id=model.id)
        try:
            for table in ("predictions", "labels"):
                opened_lake.moved(table)
        # Of whatever sort the damage is.
        except (BarographError, DeltaError, OSError, ValueError) as error:
            broken.append(f"{model.project}/{model.name} ({str(error).splitlines()[0]})")
    if broken:
        advice = "Restore a backup, or give the disk back; profiles and figures do not need the lake."
        told = f"tables of {len(broken)} models cannot be read: {broken[0]}"
        return Finding(check="lake", state="failed", told=told, advice=advice)
    return Finding(check="lake", state="ok", told=f"tables of {len(kept.models)} models can be read")
