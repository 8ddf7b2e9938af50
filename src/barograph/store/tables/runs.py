"""What workers have done."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.store.tables.metadata import metadata, time_us

#: One row a job of the workers, such as `apply`: how often it had something to do since the store was made, how long
#: all of it and the last of it took, when it last had something to do, and when it was last looked whether it has.
worker_runs = sa.Table(
    "worker_runs",
    metadata,
    sa.Column("job", sa.Text, primary_key=True),
    sa.Column("runs", sa.BigInteger, nullable=False),
    sa.Column("busy_us", sa.BigInteger, nullable=False),
    sa.Column("last_us", sa.BigInteger, nullable=False),
    time_us("ran_at", nullable=True),
    time_us("looked_at"),
)
