"""The files in which prediction ids are looked up."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.store.tables.metadata import identity, metadata, of_model

#: A file is part of a model's ids exactly where a committed row names it. Its entries are of the log's entries
#: `first_seq` to `last_seq`, from which, or from the lake, it can be made again.
id_runs = sa.Table(
    "id_runs",
    metadata,
    identity(),
    of_model(),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("file", sa.Text, nullable=False, unique=True),
    sa.Column("entries", sa.BigInteger, nullable=False),
    sa.Column("first_seq", sa.BigInteger, nullable=False),
    sa.Column("last_seq", sa.BigInteger, nullable=False),
    sa.Column("first_day", sa.Integer, nullable=False),
    sa.Column("last_day", sa.Integer, nullable=False),
    sa.Index(None, "model_id", "kind", "first_seq"),
    sqlite_autoincrement=True,
)
