"""What was noticed about the columns rows came with: changes, and values that look private."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.store.tables.metadata import metadata, of_model

#: On which day (UTC, days since 1970-01-01) a column last came otherwise than its schema says.
column_changes = sa.Table(
    "column_changes",
    metadata,
    of_model(primary_key=True),
    sa.Column("column", sa.Text, primary_key=True),
    sa.Column("change", sa.Text, primary_key=True),
    sa.Column("form", sa.Text, primary_key=True),
    sa.Column("last_day", sa.Integer, nullable=False),
)

#: Of the values looked at, how many looked like personal data or a secret of a kind.
column_findings = sa.Table(
    "column_findings",
    metadata,
    of_model(primary_key=True),
    sa.Column("column", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("looked_at", sa.BigInteger, nullable=False),
    sa.Column("found", sa.BigInteger, nullable=False),
)
