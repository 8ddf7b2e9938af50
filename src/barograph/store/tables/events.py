"""Events, lineage, environments and the answers of probe rows."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.store.tables.metadata import identity, metadata, of_model, time_us
from barograph.store.tables.said import Sentence


def _of_project() -> sa.Column[int]:
    return sa.Column("project_id", sa.BigInteger, sa.ForeignKey("projects.id"))


#: `model_id` is null for what concerns a whole project, `project_id` too for the server's own.
#: `key` is set where a thing is told once only.
events = sa.Table(
    "events",
    metadata,
    identity(),
    _of_project(),
    sa.Column("model_id", sa.BigInteger, sa.ForeignKey("models.id", ondelete="CASCADE")),
    sa.Column("kind", sa.Text, nullable=False),
    time_us("at"),
    time_us("received_at"),
    sa.Column("name", Sentence, nullable=False),
    sa.Column("version", sa.Text),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("details", sa.JSON, nullable=False),
    sa.Column("key", sa.Text),
    sa.Index(None, "model_id", "at"),
    sa.Index(None, "project_id", "at"),
    sa.UniqueConstraint("model_id", "kind", "key"),
    sqlite_autoincrement=True,
)

#: What a feature of a model is made from.
lineage = sa.Table(
    "lineage",
    metadata,
    of_model(primary_key=True),
    sa.Column("feature", sa.Text, primary_key=True),
    sa.Column("source", sa.Text, primary_key=True),
    time_us("told_at"),
    sa.Index(None, "source"),
)

#: The latest fingerprint of where a version runs, or was trained.
environments = sa.Table(
    "environments",
    metadata,
    of_model(primary_key=True),
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("host", sa.Text, primary_key=True),
    sa.Column("stage", sa.Text, primary_key=True),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("details", sa.JSON, nullable=False),
    time_us("since"),
    time_us("seen_at"),
)

#: The answer a probe row has had since `since`.
probe_answers = sa.Table(
    "probe_answers",
    metadata,
    of_model(primary_key=True),
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("row", sa.Text, primary_key=True),
    sa.Column("answer", sa.Text, nullable=False),
    time_us("since"),
    time_us("seen_at"),
)
