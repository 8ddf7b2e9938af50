"""Keys of the API."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.store.tables.metadata import metadata, time_us

#: `digest` is the SHA-256 of the secret, which is kept nowhere. `projects` is null where the key may see all.
api_keys = sa.Table(
    "api_keys",
    metadata,
    sa.Column("key_id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("projects", sa.JSON(none_as_null=True)),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    time_us("created_at"),
    time_us("expires_at", nullable=True),
    time_us("revoked_at", nullable=True),
    time_us("last_used_at", nullable=True),
)
