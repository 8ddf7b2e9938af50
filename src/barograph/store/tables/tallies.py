"""What has been counted since the beginning, whichever process did it."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.store.tables.metadata import metadata, time_us

#: `what` is evaluations or notifications; `project_id` 0 is none, `kind` that of a channel.
tallies = sa.Table(
    "tallies",
    metadata,
    sa.Column("what", sa.Text, primary_key=True),
    sa.Column("project_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("outcome", sa.Text, primary_key=True),
    sa.Column("count", sa.BigInteger, nullable=False),
    time_us("last_at"),
)
