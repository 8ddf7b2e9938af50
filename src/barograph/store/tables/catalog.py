"""Projects, models, versions, references, grids."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.store.tables.metadata import identity, metadata, of_model, time_us

projects = sa.Table(
    "projects",
    metadata,
    identity(),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    time_us("created_at"),
    sqlite_autoincrement=True,
)

#: `reference_id` has no foreign key: a reference hangs on its model, and two tables cannot each come first.
models = sa.Table(
    "models",
    metadata,
    identity(),
    sa.Column("project_id", sa.BigInteger, sa.ForeignKey("projects.id"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("schema", sa.LargeBinary, nullable=False),
    sa.Column("every", sa.Text, nullable=False),
    sa.Column("by", sa.JSON, nullable=False),
    sa.Column("grid_key", sa.LargeBinary, sa.ForeignKey("grids.key")),
    sa.Column("reference_id", sa.BigInteger),
    sa.Column("retention_days", sa.Integer),
    sa.Column("label_horizon_days", sa.Integer, nullable=False),
    sa.Column("owner", sa.Text),
    sa.Column("flags", sa.JSON, nullable=False),
    time_us("created_at"),
    sa.UniqueConstraint("project_id", "name"),
    sqlite_autoincrement=True,
)

#: By the SHA-256 of their bytes, so that a process need read each but once.
grids = sa.Table(
    "grids",
    metadata,
    sa.Column("key", sa.LargeBinary, primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

versions = sa.Table(
    "versions",
    metadata,
    identity(),
    of_model(),
    sa.Column("name", sa.Text, nullable=False),
    time_us("created_at"),
    sa.UniqueConstraint("model_id", "name"),
    sqlite_autoincrement=True,
)

#: `references` is a word of SQL.
model_references = sa.Table(
    "model_references",
    metadata,
    identity(),
    of_model(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
    time_us("created_at"),
    sa.Column("profile_hash", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("model_id", "name"),
    sqlite_autoincrement=True,
)
