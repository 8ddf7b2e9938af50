"""Rows in the log whose id had been seen before."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.store.tables.metadata import metadata, of_model

#: `position` of the row in its entry's body. Until the entry is moved, when the lake is spared these rows.
losers = sa.Table(
    "losers",
    metadata,
    of_model(primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
