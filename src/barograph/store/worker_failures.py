"""What workers failed at is counted where every process can see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from barograph.store.tables.failures import worker_failures as table
from barograph.store.upsert import insert_missing

_LONGEST: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFailures:
    """How often one job failed, and the last time.

    Attributes
    ----------
    failures : since the store was made.
    subject : what it was at, such as ``model 3``; empty where it is about all of them.
    told : the error.
    failed_at : microseconds UTC, of the machine's time.
    """

    job: str
    failures: int
    subject: str
    told: str
    failed_at: int


def note_failure(conn: sa.Connection, job: str, *, subject: str, told: str, at: int) -> None:
    """Count a failure of a job, and keep what was told of it; `at` is µs UTC, of the machine's time."""
    insert_missing(
        conn, table, {"job": job, "failures": 0, "subject": "", "told": "", "failed_at": at}, ["job"]
    )
    last = {"subject": subject, "told": told[:_LONGEST], "failed_at": at}
    conn.execute(sa.update(table).where(table.c.job == job).values(failures=table.c.failures + 1, **last))


def failures_of_workers(conn: sa.Connection) -> list[JobFailures]:
    """Jobs that ever failed, by name."""
    return [JobFailures(**row._mapping) for row in conn.execute(sa.select(table).order_by(table.c.job))]
