"""What works and where it is kept: jobs, leases, sizes, versions, findings."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterable

import sqlalchemy as sa

from barograph import __version__
from barograph.server.pages.system.shown import JobRow, Machine
from barograph.server.state import Server
from barograph.store.migrate import STATE, revision_of
from barograph.store.sizes import database_bytes, folder_bytes, table_bytes
from barograph.store.tables.leases import leases
from barograph.store.worker_failures import JobFailures, failures_of_workers
from barograph.store.worker_runs import JobRuns, runs_of_workers
from barograph.store.workers import alive_workers

_MS_US = 1_000.0


def machine_of(conn: sa.Connection, here: Server, *, machine_now: int, examined: bool) -> Machine:
    """What works on this store.

    Parameters
    ----------
    machine_now : the machine's time, µs UTC.
    examined : look closer: the doctor's findings, and how large tables and folders are. Takes seconds.
    """
    settings = here.settings
    parts = {"database": database_bytes(here.database)}
    if here.database.is_sqlite:
        parts["log"] = database_bytes(here.log.database)
    if examined:
        parts |= {"lake": folder_bytes(settings.lake_path), "ids": folder_bytes(settings.ids_path)}
    usage = shutil.disk_usage(settings.data_path)
    held = conn.execute(sa.select(leases).where(leases.c.expires_at > machine_now).order_by(leases.c.name))
    return Machine(
        jobs=job_rows(runs_of_workers(conn), failures_of_workers(conn)),
        leases=tuple((row.name, row.owner, row.expires_at) for row in held),
        workers=tuple(alive_workers(conn, machine_now)), parts=parts,
        tables=table_bytes(here.database) if examined else {}, disk=(usage.free, usage.total),
        findings=_examined(here) if examined else None,
        versions={
            "Barograph": __version__, "Python": platform.python_version(),
            "database": "SQLite" if here.database.is_sqlite else "PostgreSQL",
            "revision": revision_of(conn, STATE) or "",
        },
    )  # fmt: skip


def job_rows(runs: Iterable[JobRuns], failures: Iterable[JobFailures]) -> tuple[JobRow, ...]:
    """Jobs by name, with what they did and failed at.

    Examples
    --------
    >>> ran = JobRuns(job="apply", runs=2, busy_us=30_000, last_us=10_000, ran_at=5, looked_at=9)
    >>> job_rows([ran], [])[0].mean_ms
    15.0
    """
    done, failed = {each.job: each for each in runs}, {each.job: each for each in failures}
    return tuple(_job(name, done.get(name), failed.get(name)) for name in sorted(done | failed))


def _job(name: str, did: JobRuns | None, failed: JobFailures | None) -> JobRow:
    ran = did is not None and did.runs > 0
    return JobRow(
        job=name, runs=0 if did is None else did.runs,
        mean_ms=did.busy_us / did.runs / _MS_US if did is not None and ran else None,
        last_ms=did.last_us / _MS_US if did is not None and ran else None,
        ran_at=None if did is None else did.ran_at, looked_at=None if did is None else did.looked_at,
        failures=0 if failed is None else failed.failures, failed_at=None if failed is None else failed.failed_at,
        subject="" if failed is None else failed.subject, told="" if failed is None else failed.told,
    )  # fmt: skip


def _examined(here: Server) -> tuple:  # type: ignore[type-arg]
    # It opens the lake: loaded where it is asked for.
    from barograph.server.doctor.examine import examine

    return tuple(examine(here.settings))
