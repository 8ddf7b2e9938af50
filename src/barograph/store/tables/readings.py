"""Readings, heartbeats, rows that clients dropped, and the requests that brought them."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.store.tables.metadata import identity, metadata, of_model, time_us

#: Readings of one name from one host; `model_id` is null for those of no model. `model_key` is the model's id or
#: 0, since null is never equal to null.
reading_series = sa.Table(
    "reading_series",
    metadata,
    identity(),
    sa.Column("project_id", sa.BigInteger, sa.ForeignKey("projects.id"), nullable=False),
    sa.Column("model_id", sa.BigInteger, sa.ForeignKey("models.id", ondelete="CASCADE")),
    sa.Column("model_key", sa.BigInteger, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.UniqueConstraint("project_id", "model_key", "name", "host", "version"),
    sqlite_autoincrement=True,
)

#: Sums in a window of a minute or an hour; `body` is what `operations.sums.encode` writes.
readings = sa.Table(
    "readings",
    metadata,
    sa.Column(
        "series_id",
        sa.BigInteger,
        sa.ForeignKey("reading_series.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("seconds", sa.Integer, primary_key=True),
    sa.Column("start", sa.BigInteger, primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index(None, "seconds", "start"),
)

#: In which minutes of an hour a host was heard: bit k of `minutes` is minute k.
heartbeats = sa.Table(
    "heartbeats",
    metadata,
    of_model(primary_key=True),
    sa.Column("hour", sa.BigInteger, primary_key=True),
    sa.Column("host", sa.Text, primary_key=True),
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("minutes", sa.BigInteger, nullable=False),
    sa.Column("interval_seconds", sa.Integer, nullable=False),
)

#: Rows that clients had to drop, by hour.
dropped_rows = sa.Table(
    "dropped_rows",
    metadata,
    of_model(primary_key=True),
    sa.Column("hour", sa.BigInteger, primary_key=True),
    sa.Column("reason", sa.Text, primary_key=True),
    sa.Column("rows", sa.BigInteger, nullable=False),
)

#: Requests already answered, so that one that is sent again changes nothing.
answered_requests = sa.Table(
    "answered_requests",
    metadata,
    sa.Column("project_id", sa.BigInteger, sa.ForeignKey("projects.id"), primary_key=True),
    sa.Column("resource", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    time_us("answered_at", index=True),
    sa.Column("body_hash", sa.Text, nullable=False),
    sa.Column("reply", sa.JSON, nullable=False),
)
