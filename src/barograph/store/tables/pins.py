"""Profiles that something cites: kept as they were, through retention and roll-up."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.store.tables.metadata import identity, metadata, of_model, time_us

#: Content by its hash: what two citations share is kept once. `body` is null once an id in it was deleted.
pinned_profiles = sa.Table(
    "pinned_profiles",
    metadata,
    of_model(primary_key=True),
    sa.Column("profile_hash", sa.Text, primary_key=True),
    sa.Column("first_day", sa.Integer),
    sa.Column("last_day", sa.Integer),
    sa.Column("body", sa.LargeBinary),
    time_us("emptied_at", nullable=True),
)

#: `cited_by` names what cites: an alert, an explanation. `configuration` is the revision it was judged with.
pins = sa.Table(
    "pins",
    metadata,
    identity(),
    sa.Column("model_id", sa.BigInteger, nullable=False),
    sa.Column("profile_hash", sa.Text, nullable=False),
    sa.Column("cited_by", sa.Text, nullable=False),
    sa.Column("configuration", sa.JSON, nullable=False),
    time_us("created_at"),
    sa.UniqueConstraint("model_id", "profile_hash", "cited_by"),
    sa.ForeignKeyConstraint(
        ["model_id", "profile_hash"],
        ["pinned_profiles.model_id", "pinned_profiles.profile_hash"],
        ondelete="CASCADE",
    ),
    sqlite_autoincrement=True,
)
