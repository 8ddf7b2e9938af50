"""The log of what was acknowledged, and the ids of its batches."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.store.tables.metadata import Identity, log_metadata, time_us

#: `seq` counts up and is never used again, so that a cursor stays true after rows left.
log = sa.Table(
    "log",
    log_metadata,
    sa.Column("seq", Identity, primary_key=True, autoincrement=True),
    sa.Column("model_id", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("batch_id", sa.Text, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    time_us("received_at"),
    sa.Column("body", sa.LargeBinary, nullable=False),
    # All that is asked of entries but their bodies is read from here.
    sa.Index("ix_log_model_id_seq", "model_id", "seq", "rows", "received_at"),
    sqlite_autoincrement=True,
)

#: Remembered after the rows have left the log, so that a batch sent again is known.
batches = sa.Table(
    "batches",
    log_metadata,
    sa.Column("model_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("batch_id", sa.Text, primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    time_us("received_at", index=True),
    sqlite_with_rowid=False,
)
