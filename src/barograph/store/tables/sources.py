"""Sources: where rows and figures are read on a schedule, how far, and what was seen."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.store.tables.metadata import identity, metadata, of_model, time_us


def _of_source(*, primary_key: bool) -> sa.Column[int]:
    key = sa.ForeignKey("sources.id", ondelete="CASCADE")
    return sa.Column("source_id", sa.BigInteger, key, nullable=False, primary_key=primary_key)


#: `cursor` changes in the transaction that writes what was read up to it.
sources = sa.Table(
    "sources",
    metadata,
    identity(),
    sa.Column("project_id", sa.BigInteger, sa.ForeignKey("projects.id"), nullable=False),
    sa.Column("model_id", sa.BigInteger, sa.ForeignKey("models.id", ondelete="CASCADE")),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("settings", sa.JSON, nullable=False),
    sa.Column("schedule_seconds", sa.BigInteger, nullable=False),
    sa.Column("cursor", sa.JSON, nullable=False),
    time_us("created_at"),
    time_us("due_at", index=True),
    time_us("ran_at", nullable=True),
    sa.Column("error", sa.Text),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    sa.Column("rows", sa.BigInteger, nullable=False, server_default="0"),
    sa.UniqueConstraint("project_id", "name"),
    sqlite_autoincrement=True,
)

#: Files a source has read; a file of another size, time or content under the same path was rewritten.
source_files = sa.Table(
    "source_files",
    metadata,
    _of_source(primary_key=True),
    sa.Column("path", sa.Text, primary_key=True),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("modified_ns", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
    time_us("read_at"),
)

#: Days whose profiles hold rows of a source, which the lake does not have: they are not rebuilt from it. They stay
#: when the source goes.
source_days = sa.Table(
    "source_days",
    metadata,
    of_model(primary_key=True),
    sa.Column("version_id", sa.BigInteger, primary_key=True),
    sa.Column("day", sa.Integer, primary_key=True),
    sa.Column("source_id", sa.BigInteger, primary_key=True),
    sa.Column("rows", sa.BigInteger, nullable=False),
)
