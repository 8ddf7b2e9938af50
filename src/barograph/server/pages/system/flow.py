"""What comes in and goes out: rows that wait, rows that were refused, sources, messages."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

import sqlalchemy as sa

from barograph.server.pages.model.head import address_of_model
from barograph.server.pages.system.shown import ChannelRow, Judged, LagRow, RefusedRow, SourceRow
from barograph.server.worker.cursor import applied_of_all
from barograph.store.catalog import Model
from barograph.store.channels import all_channels
from barograph.store.dead_letters import dead_letters
from barograph.store.log.sql import SqlLog
from barograph.store.sources import all_sources
from barograph.store.tables.alerts import outbox
from barograph.store.tables.dead_letters import dead_letter_counts
from barograph.store.tallies import tallies

_DAY_US: Final = 86_400_000_000
_REFUSED_DAYS: Final = 28
_MOST_REFUSED: Final = 20
_MOST_SAMPLE: Final = 300


def lag_rows(conn: sa.Connection, log: SqlLog, seen: Mapping[int, Model]) -> tuple[LagRow, ...]:
    """Models whose rows are acknowledged and not counted, those that wait longest first."""
    applied = applied_of_all(conn)
    rows = [
        LagRow(
            project=of.project, name=of.name, address=address_of_model(of.project, of.name), rows=waits.rows,
            since=waits.oldest_received_at, learning=of.grid is None,
        )
        for waits in log.beyond(applied)
        if (of := seen.get(waits.model_id)) is not None
    ]  # fmt: skip
    return tuple(sorted(rows, key=lambda row: (row.learning, row.since)))


def refused_rows(conn: sa.Connection, seen: Mapping[int, Model], *, now: int) -> tuple[RefusedRow, ...]:
    """Models of which rows were refused lately, the most first, each with its last one."""
    key = dead_letter_counts.c
    asked = (
        sa.select(key.model_id, key.reason, key.field, sa.func.sum(key.rows).label("rows"))
        .where(key.day > now // _DAY_US - _REFUSED_DAYS)
        .group_by(key.model_id, key.reason, key.field)
    )
    by_model: dict[int, list[tuple[int, str, str]]] = {}
    for row in conn.execute(asked):
        if row.model_id in seen:
            by_model.setdefault(row.model_id, []).append((int(row.rows), row.reason, row.field))
    most = sorted(by_model, key=lambda i: -sum(rows for rows, _, _ in by_model[i]))[:_MOST_REFUSED]
    return tuple(_refused(conn, seen[i], by_model[i]) for i in most)


def _refused(conn: sa.Connection, of: Model, counts: list[tuple[int, str, str]]) -> RefusedRow:
    _, reason, field = max(counts)
    last = dead_letters(conn, of.id, rows=1)
    return RefusedRow(
        project=of.project, name=of.name, address=address_of_model(of.project, of.name),
        rows=sum(rows for rows, _, _ in counts), reason=reason, field=field or None,
        sample=last[0].letter.row[:_MOST_SAMPLE] if last else "", at=last[0].at if last else None,
    )  # fmt: skip


def source_rows(
    conn: sa.Connection, projects: Mapping[int, str], seen: Mapping[int, Model]
) -> tuple[SourceRow, ...]:
    """Sources, those that fail first."""
    rows = [
        SourceRow(
            project=name, name=each.name, kind=each.kind, rows=each.rows, ran_at=each.ran_at, due_at=each.due_at,
            model=None if (of := seen.get(each.model_id or 0)) is None else of.name, failures=each.failures,
            error=each.error,
        )
        for project_id, name in projects.items()
        for each in all_sources(conn, project_id)
    ]  # fmt: skip
    return tuple(sorted(rows, key=lambda row: (-row.failures, row.project, row.name)))


def channel_rows(conn: sa.Connection, projects: Mapping[int, str]) -> tuple[ChannelRow, ...]:
    """Channels with what waits, those that gave something up first."""
    key = outbox.c
    asked = sa.select(key.channel_id, key.state, sa.func.count()).group_by(key.channel_id, key.state)
    counts = {(channel, state): n for channel, state, n in conn.execute(asked)}
    rows = [
        ChannelRow(
            project=name, name=each.name, kind=each.kind, enabled=each.enabled,
            waiting=counts.get((each.id, "waiting"), 0), sent=counts.get((each.id, "sent"), 0),
            dead=counts.get((each.id, "dead"), 0), last_sent_at=each.last_sent_at, last_error=each.last_error,
        )
        for project_id, name in projects.items()
        for each in all_channels(conn, project_id)
    ]  # fmt: skip
    return tuple(sorted(rows, key=lambda row: (-row.dead, -row.waiting, row.project, row.name)))


def judged(conn: sa.Connection, projects: Collection[int]) -> Judged:
    """What monitors said of windows since the beginning."""
    counts: dict[str, int] = {}
    held = [each for each in tallies(conn, "evaluations") if each.project_id in projects]
    for each in held:
        counts[each.outcome] = counts.get(each.outcome, 0) + each.count
    return Judged(counts=counts, last_at=max((each.last_at for each in held), default=None))
