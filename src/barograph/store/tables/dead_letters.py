"""Rows that were refused, with the reason: some as they came, all of them counted."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.store.tables.metadata import identity, metadata, of_model, time_us

dead_letters = sa.Table(
    "dead_letters",
    metadata,
    identity(),
    of_model(),
    time_us("at"),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("batch_id", sa.Text, nullable=False),
    sa.Column("index", sa.Integer, nullable=False),
    sa.Column("prediction_id", sa.Text),
    sa.Column("field", sa.Text),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("row", sa.Text, nullable=False),
    sa.Index("ix_dead_letters_model_id_id", "model_id", "id"),
    sqlite_autoincrement=True,
)

#: By day of receipt (UTC, days since 1970).
dead_letter_counts = sa.Table(
    "dead_letter_counts",
    metadata,
    of_model(primary_key=True),
    sa.Column("day", sa.Integer, primary_key=True),
    sa.Column("reason", sa.Text, primary_key=True),
    sa.Column("field", sa.Text, primary_key=True),
    sa.Column("rows", sa.BigInteger, nullable=False),
)
