"""Profiles by part, and the figures computed from them."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.store.tables.metadata import metadata, of_model
from barograph.store.tables.said import Sentence

#: One part of one day: a series of one column lies together, in order of time. `arrival` is 0 for parts that are
#: not kept by the day on which rows and labels arrived.
profiles = sa.Table(
    "profiles",
    metadata,
    of_model(primary_key=True),
    sa.Column("grain", sa.Text, primary_key=True),
    sa.Column("part", sa.Text, primary_key=True),
    sa.Column("day", sa.Integer, primary_key=True),
    sa.Column("version_id", sa.BigInteger, primary_key=True),
    sa.Column("arrival", sa.Integer, primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

#: Figures that were computed: of one address, in one window of a version (0: all versions) and segment. `state` is
#: the hash of what they were computed from; `reason` is set where there is no value.
points = sa.Table(
    "points",
    metadata,
    of_model(primary_key=True),
    sa.Column("version_id", sa.BigInteger, primary_key=True),
    sa.Column("segment", sa.Text, primary_key=True),
    sa.Column("address", sa.Text, primary_key=True),
    sa.Column("every", sa.Text, primary_key=True),
    sa.Column("window", sa.BigInteger, primary_key=True),
    sa.Column("value", sa.Float),
    sa.Column("low", sa.Float),
    sa.Column("high", sa.Float),
    sa.Column("n", sa.Float),
    sa.Column("reason", sa.Text),
    sa.Column("detail", Sentence),
    sa.Column("state", sa.Text, nullable=False),
    # The key is most of a row: kept once, not in an index beside it.
    sqlite_with_rowid=False,
)
