"""Who did what: rows that are added and never changed, each with the hash of the one before."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.store.tables.metadata import metadata, time_us

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    time_us("at"),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("details", sa.Text, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
)
