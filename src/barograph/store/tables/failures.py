"""What workers failed at."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.store.tables.metadata import metadata, time_us

#: One row a job of the worker, such as `apply`: how often it failed since the store was made, and the last time.
#: `subject` is what it was at, such as a model's id; empty where it is about all of them.
worker_failures = sa.Table(
    "worker_failures",
    metadata,
    sa.Column("job", sa.Text, primary_key=True),
    sa.Column("failures", sa.BigInteger, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("told", sa.Text, nullable=False),
    time_us("failed_at"),
)
