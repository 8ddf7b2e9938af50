"""Keys of the API, people, and who is signed in."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.store.tables.metadata import identity, metadata, time_us

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

#: People. `password` is an Argon2id hash; `projects` is null where all are theirs to see.
users = sa.Table(
    "users",
    metadata,
    identity(),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("password", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("projects", sa.JSON(none_as_null=True)),
    sa.Column("language", sa.Text),
    sa.Column("team", sa.Text),
    sa.Column("created_by", sa.Text, nullable=False),
    time_us("created_at"),
    time_us("disabled_at", nullable=True),
    sqlite_autoincrement=True,
)

#: Who is signed in, with a password or with a key. `digest` is the SHA-256 of the cookie, which is kept nowhere.
sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("digest", sa.LargeBinary, primary_key=True),
    sa.Column("user_id", sa.BigInteger, sa.ForeignKey("users.id", ondelete="CASCADE")),
    sa.Column("key_id", sa.Text, sa.ForeignKey("api_keys.key_id", ondelete="CASCADE")),
    sa.Column("address", sa.Text, nullable=False),
    time_us("created_at"),
    time_us("seen_at"),
    time_us("expires_at"),
    sa.Index(None, "expires_at"),
)
