"""Prediction ids whose rows are to be deleted."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.store.tables.metadata import metadata, of_model, time_us

#: Rows are here until everything of the id is gone; then nothing says that there was one.
deletions = sa.Table(
    "deletions",
    metadata,
    of_model(primary_key=True),
    sa.Column("prediction_id", sa.Text, primary_key=True),
    time_us("asked_at"),
)
