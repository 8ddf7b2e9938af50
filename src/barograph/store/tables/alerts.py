"""Alerts, incidents, silences, and what is sent of them."""

from __future__ import annotations

import sqlalchemy as sa

from barograph.store.tables.metadata import identity, metadata, of_model, time_us
from barograph.store.tables.said import Kept, Sentence


def _of_project() -> sa.Column[int]:
    return sa.Column("project_id", sa.BigInteger, sa.ForeignKey("projects.id"), nullable=False)


#: Alerts of one cause. `facts` is what its alerts have in common or one by one: models, columns, versions, sources,
#: hosts, segments, deployments. Attention (who has seen it, who sees to it, until when it may wait) is of the incident,
#: since one cause has one person who looks after it. `mark` is useful or noise.
incidents = sa.Table(
    "incidents",
    metadata,
    identity(),
    _of_project(),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("title", Sentence, nullable=False),
    sa.Column("severity", sa.Text, nullable=False),
    sa.Column("peak_severity", sa.Text, nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    time_us("started_at"),
    time_us("opened_at"),
    time_us("changed_at"),
    time_us("resolved_at", nullable=True),
    sa.Column("previous_id", sa.BigInteger),
    sa.Column("explanation", Kept),
    time_us("explained_at", nullable=True),
    sa.Column("acknowledged_by", sa.Text),
    time_us("acknowledged_at", nullable=True),
    time_us("snoozed_until", nullable=True),
    sa.Column("assignee", sa.Text),
    sa.Column("mark", sa.Text),
    sa.Index(None, "project_id", "status"),
    sa.Index(None, "project_id", "opened_at"),
    sqlite_autoincrement=True,
)

#: `fingerprint` says which series of which monitor, and whether it is breached or gives no answer (`kind`); one with
#: it is open at a time. `suppressed` says by what: silences, maintenance, an alert that is its cause.
alerts = sa.Table(
    "alerts",
    metadata,
    identity(),
    _of_project(),
    of_model(),
    sa.Column("incident_id", sa.BigInteger, sa.ForeignKey("incidents.id", ondelete="CASCADE")),
    sa.Column("monitor_id", sa.BigInteger, sa.ForeignKey("monitors.id", ondelete="SET NULL")),
    sa.Column("series_id", sa.BigInteger, sa.ForeignKey("monitor_series.id", ondelete="SET NULL")),
    sa.Column("monitor", sa.Text, nullable=False),
    sa.Column("configuration", sa.Integer, nullable=False),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("phase", sa.Text, nullable=False),
    sa.Column("severity", sa.Text, nullable=False),
    sa.Column("peak_severity", sa.Text, nullable=False),
    time_us("started_at"),
    time_us("fired_at"),
    time_us("resolved_at", nullable=True),
    sa.Column("resolved_why", sa.Text),
    sa.Column("flapping", sa.Boolean, nullable=False),
    sa.Column("backfilled", sa.Boolean, nullable=False),
    sa.Column("summary", Sentence, nullable=False),
    sa.Column("details", Kept, nullable=False),
    sa.Column("labels", sa.JSON, nullable=False),
    sa.Column("suppressed", Kept, nullable=False),
    time_us("window_end"),
    sa.Index(
        "one_open",
        "project_id",
        "fingerprint",
        unique=True,
        sqlite_where=sa.text("resolved_at IS NULL"),
        postgresql_where=sa.text("resolved_at IS NULL"),
    ),
    sa.Index(None, "project_id", "fired_at"),
    sa.Index(None, "incident_id"),
    sa.Index(None, "monitor_id"),
    sa.Index(None, "series_id"),
    sa.Index(None, "model_id", "resolved_at"),
    sa.Index(None, "project_id", "resolved_at", "fired_at"),
    sa.Index(None, "project_id", "monitor", "fired_at"),
    sa.Index(None, "model_id", "fired_at"),
    sqlite_autoincrement=True,
)

#: What happened to an alert or an incident, and who did it: history, comments, notifications. Never changed.
alert_events = sa.Table(
    "alert_events",
    metadata,
    identity(),
    _of_project(),
    sa.Column("incident_id", sa.BigInteger, sa.ForeignKey("incidents.id", ondelete="CASCADE")),
    sa.Column("alert_id", sa.BigInteger, sa.ForeignKey("alerts.id", ondelete="CASCADE")),
    time_us("at"),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("details", Kept, nullable=False),
    sa.Index(None, "incident_id", "at"),
    sa.Index(None, "alert_id", "at"),
    sa.Index(None, "project_id", "at"),
    sa.Index(None, "project_id", "kind", "at"),
    sqlite_autoincrement=True,
)

#: `recurrence` is null for one span; else the weekly times of a maintenance window, in its time zone.
silences = sa.Table(
    "silences",
    metadata,
    identity(),
    _of_project(),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("matchers", sa.JSON, nullable=False),
    time_us("starts_at"),
    time_us("ends_at"),
    sa.Column("recurrence", sa.JSON),
    sa.Column("comment", sa.Text, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    time_us("created_at"),
    time_us("ended_at", nullable=True),
    sa.Column("ended_by", sa.Text),
    sa.Index(None, "project_id", "ends_at"),
    sqlite_autoincrement=True,
)

#: Where messages go. `config` is sealed with the key of the data directory.
channels = sa.Table(
    "channels",
    metadata,
    identity(),
    _of_project(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("config", sa.LargeBinary, nullable=False),
    sa.Column("enabled", sa.Boolean, nullable=False),
    time_us("created_at"),
    time_us("last_sent_at", nullable=True),
    sa.Column("last_error", sa.Text),
    time_us("last_error_at", nullable=True),
    sa.UniqueConstraint("project_id", "name"),
    sqlite_autoincrement=True,
)

#: What is to be told, written with what caused it. `body` is made when it is first sent, once `not_before` is over,
#: and stays the same for every attempt; `key` is sent with it, so that a receiver knows it again.
outbox = sa.Table(
    "outbox",
    metadata,
    identity(),
    _of_project(),
    sa.Column("channel_id", sa.BigInteger, sa.ForeignKey("channels.id", ondelete="CASCADE"), nullable=False),
    sa.Column("incident_id", sa.BigInteger, sa.ForeignKey("incidents.id", ondelete="CASCADE")),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("body", Kept),
    time_us("created_at"),
    time_us("not_before"),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("last_error", sa.Text),
    time_us("held_until", nullable=True),
    time_us("sent_at", nullable=True),
    sa.Index(None, "state", "not_before"),
    sa.Index(None, "incident_id"),
    sa.Index(None, "project_id", "id"),
    sa.Index(None, "project_id", "state", "id"),
    sqlite_autoincrement=True,
)

#: When a project's digest and weekly summary are told, in its time zone, and through which time they were. `channels`
#: names those that are told; null: those of the routes that say so.
digests = sa.Table(
    "digests",
    metadata,
    sa.Column("project_id", sa.BigInteger, sa.ForeignKey("projects.id"), primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("enabled", sa.Boolean, nullable=False),
    sa.Column("hour", sa.Integer, nullable=False),
    sa.Column("weekday", sa.Integer, nullable=False),
    sa.Column("timezone", sa.Text, nullable=False),
    sa.Column("channels", sa.JSON),
    time_us("told_through"),
)
