"""Monitors, what they said of each series, and what they are told by."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.store.tables.metadata import identity, metadata, of_model, time_us
from barograph.store.tables.said import Kept


def _of_project() -> sa.Column[int]:
    return sa.Column("project_id", sa.BigInteger, sa.ForeignKey("projects.id"), nullable=False)


def _of_monitor(*, primary_key: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey("monitors.id", ondelete="CASCADE")
    return sa.Column("monitor_id", sa.BigInteger, key, nullable=False, primary_key=primary_key)


#: `document` is the monitor as it is written in a file; `revision` counts its changes from 1.
monitors = sa.Table(
    "monitors",
    metadata,
    identity(),
    _of_project(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("document", sa.JSON, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    time_us("created_at"),
    time_us("changed_at"),
    sa.UniqueConstraint("project_id", "name"),
    sqlite_autoincrement=True,
)

#: Every revision there was: what an alert was judged with.
monitor_revisions = sa.Table(
    "monitor_revisions",
    metadata,
    _of_monitor(primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("document", sa.JSON, nullable=False),
    time_us("at"),
    sa.Column("actor", sa.Text, nullable=False),
)

#: Revisions of monitors that were removed, where an alert was judged with them. Alerts from the first to the last are
#: of it; others of the name are of another monitor.
removed_monitors = sa.Table(
    "removed_monitors",
    metadata,
    identity(),
    _of_project(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("first_alert", sa.BigInteger, nullable=False),
    sa.Column("last_alert", sa.BigInteger, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("document", sa.JSON, nullable=False),
    time_us("removed_at"),
    sa.UniqueConstraint("project_id", "name", "last_alert", "revision"),
    sqlite_autoincrement=True,
)

#: What belongs to a project's monitors and is none: `kind` is route, calendar, inhibition.
monitor_settings = sa.Table(
    "monitor_settings",
    metadata,
    sa.Column("project_id", sa.BigInteger, sa.ForeignKey("projects.id"), primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("document", sa.JSON, nullable=False),
    time_us("changed_at"),
)

#: One thing a monitor watches: an address without wildcards, of a model and version (0: all versions), in a segment.
#: `state` and `blind` are the machine's; the rest is of the last window judged. `figures` is the hash of what that
#: window's figures rested on, `breached` the starts of the recent windows that were breached.
monitor_series = sa.Table(
    "monitor_series",
    metadata,
    identity(),
    _of_monitor(),
    of_model(),
    sa.Column("version_id", sa.BigInteger, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("state", sa.JSON, nullable=False),
    sa.Column("blind", sa.JSON, nullable=False),
    sa.Column("breached", sa.JSON, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    time_us("window_start", nullable=True),
    time_us("window_end", nullable=True),
    sa.Column("verdict", Kept, nullable=False),
    sa.Column("figures", sa.Text, nullable=False),
    time_us("judged_at", nullable=True),
    sa.UniqueConstraint("monitor_id", "model_id", "version_id", "address"),
    sa.Index(None, "model_id"),
    sqlite_autoincrement=True,
)

#: Windows that were not simply fine, or that changed something. `revision` counts how often late data changed what
#: is said of a window; `configuration` is the monitor's revision.
evaluations = sa.Table(
    "evaluations",
    metadata,
    sa.Column(
        "series_id", sa.BigInteger, sa.ForeignKey("monitor_series.id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("window_end", sa.BigInteger, primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("window_start", sa.BigInteger, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("value", sa.Float),
    sa.Column("verdict", Kept, nullable=False),
    sa.Column("figures", sa.Text, nullable=False),
    sa.Column("configuration", sa.Integer, nullable=False),
    time_us("evaluated_at"),
)

#: Days whose figures have changed since monitors last looked: windows of them that were judged are judged again.
unjudged_days = sa.Table(
    "unjudged_days",
    metadata,
    of_model(primary_key=True),
    sa.Column("version_id", sa.BigInteger, primary_key=True),
    sa.Column("day", sa.Integer, primary_key=True),
)
