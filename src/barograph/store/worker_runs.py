"""What workers have done is counted where every process can see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from barograph.store.tables.runs import worker_runs as table
from barograph.store.upsert import insert_missing


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRuns:
    """What one job has done; times in µs UTC, of the machine's time.

    Attributes
    ----------
    runs : how often there was something to do.
    busy_us, last_us : microseconds that all of these took, and the last one.
    ran_at : when there was something to do last; None: never.
    looked_at : when it was last looked whether there is.
    """

    job: str
    runs: int
    busy_us: int
    last_us: int
    ran_at: int | None
    looked_at: int


def add_runs(conn: sa.Connection, done: Mapping[str, JobRuns]) -> None:
    """Add what a worker has done since it last said so.

    Parameters
    ----------
    done : by job; where there was nothing to do, `runs` is 0 and `ran_at` None.
    """
    for job, one in sorted(done.items()):
        none = {"job": job, "runs": 0, "busy_us": 0, "last_us": 0, "looked_at": one.looked_at}
        insert_missing(conn, table, none, ["job"])
        changed: dict[str, object] = {"looked_at": one.looked_at}
        if one.runs:
            changed |= {
                "runs": table.c.runs + one.runs, "busy_us": table.c.busy_us + one.busy_us,
                "last_us": one.last_us, "ran_at": one.ran_at,
            }  # fmt: skip
        conn.execute(sa.update(table).where(table.c.job == job).values(**changed))


def runs_of_workers(conn: sa.Connection) -> list[JobRuns]:
    """Jobs that were ever looked at, by name."""
    return [JobRuns(**row._mapping) for row in conn.execute(sa.select(table).order_by(table.c.job))]
