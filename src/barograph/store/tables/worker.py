"""How far the worker has come, and what waits for it."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.store.tables.metadata import metadata, of_model, time_us

#: `applied_seq`: the log up to here is in the profiles. `received_at`: the latest time of receipt among it, so that
#: arrival never goes back; `moved_received_at`: the same of what is in the lake. `rolled_day`: windows of days up to
#: this one are kept by day; `sealed_day`: rows of days up to this one have left the lake, and their profiles are final.
cursors = sa.Table(
    "cursors",
    metadata,
    of_model(primary_key=True),
    sa.Column("applied_seq", sa.BigInteger, nullable=False),
    time_us("received_at"),
    time_us("moved_received_at"),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("duplicates", sa.BigInteger, nullable=False),
    sa.Column("conflicts", sa.BigInteger, nullable=False),
    sa.Column("rolled_day", sa.Integer, nullable=False),
    sa.Column("sealed_day", sa.Integer, nullable=False),
)

#: Days whose points are to be computed again.
dirty_days = sa.Table(
    "dirty_days",
    metadata,
    of_model(primary_key=True),
    sa.Column("version_id", sa.BigInteger, primary_key=True),
    sa.Column("day", sa.Integer, primary_key=True),
)

#: Days whose profiles are to be made anew from their rows, before anything else of the model is done.
rebuild_days = sa.Table(
    "rebuild_days",
    metadata,
    of_model(primary_key=True),
    sa.Column("version_id", sa.BigInteger, primary_key=True),
    sa.Column("day", sa.Integer, primary_key=True),
    time_us("asked_at"),
)

#: The local day on which what is done once a day was done last.
nights = sa.Table(
    "nights",
    metadata,
    of_model(primary_key=True),
    sa.Column("day", sa.Integer, nullable=False),
)

#: What people said of predictions: overrides, rejections, complaints, exceptions. `position` in its entry of the log.
feedback = sa.Table(
    "feedback",
    metadata,
    of_model(primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("row", sa.Integer),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("value", sa.Text),
    time_us("at"),
    sa.Index(None, "model_id", "id"),
    sa.Index(None, "model_id", "at"),
)
