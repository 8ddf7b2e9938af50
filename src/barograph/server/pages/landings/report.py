"""What is told of a model to somebody who audits it: what is watched, since when, what happened, who saw to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from barograph.locale.recognised import recognised
from barograph.server.pages.landings.costs import costs_by_model
from barograph.server.pages.landings.times import Seen, Watch, seen_by_model, watch_by_model
from barograph.server.reading.costs import Cost
from barograph.store import catalog
from barograph.store.actors import name_of, names_of_keys
from barograph.store.catalog import Model
from barograph.store.incidents import StoredIncident, incidents_of_model
from barograph.store.tables.audit import audit
from barograph.store.tables.monitors import monitor_series, monitors

_DAY_US: Final = 86_400_000_000
DAYS: Final = 365
_MOST_INCIDENTS: Final = 500
_MOST_CHANGES: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A monitor of the model; times in µs UTC.

    Attributes
    ----------
    condition : its limit, as it is written; series: how many figures of the model it watches.
    """

    name: str
    metric: str
    condition: str
    severity: str
    reason: str
    owner: str
    since: int
    changed_at: int
    series: int
    judged_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLine:
    """An incident and who saw to it; times in µs UTC."""

    id: int
    title: str
    severity: str
    started_at: int
    opened_at: int
    acknowledged_at: int | None
    acknowledged_by: str | None
    resolved_at: int | None
    mark: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """Something that was done to the model, as the audit log has it; at: µs UTC."""

    at: int
    actor: str
    action: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """The report on one model; times in µs UTC.

    Attributes
    ----------
    retention_days : after which rows go; None: never.
    reader : who asked for it; what may not be seen by them is not in it.
    first, end : the span in which incidents were open.
    columns : how many of each role.
    references, versions : names with when each was made, or first seen.
    costs : what incidents of the span cost beyond what was expected.
    incidents : the latest first; hidden: earlier ones of the span that are not listed.
    changes : of the audit log, the latest first; None for those who may not see it.
    """

    project: str
    name: str
    address: str
    task: str | None
    owner: str | None
    created_at: int
    retention_days: int | None
    timezone: str
    columns: Mapping[str, int]
    references: tuple[tuple[str, int], ...]
    versions: tuple[tuple[str, int], ...]
    watch: Watch
    seen: Seen
    costs: tuple[Cost, ...]
    monitors: tuple[Watched, ...]
    incidents: tuple[IncidentLine, ...]
    hidden: int
    changes: tuple[ChangeLine, ...] | None
    reader: str
    first: int
    end: int
    template: str = "compliance_report"


def report_of(
    conn: sa.Connection,
    model: Model,
    *,
    address: str,
    kept_days: int | None,
    reader: str,
    now: int,
    audited: bool,
) -> ReportPage:
    """The report on the last 365 days of a model.

    Parameters
    ----------
    address : of its pages.
    kept_days : how long its rows are kept; None: for good.
    reader : name of who asks.
    now : microseconds UTC.
    audited : with what the audit log has on it.
    """
    first, project_id = now - DAYS * _DAY_US, catalog.project(conn, model.project).id
    every = incidents_of_model(conn, model.id, limit=10 * _MOST_INCIDENTS)
    found = [each for each in every if each.resolved_at is None or each.resolved_at >= first]
    found.sort(key=lambda incident: -incident.opened_at)
    roles = [column.role for column in model.schema.columns]
    return ReportPage(
        project=model.project, name=model.name, address=address, task=model.schema.task, owner=model.owner,
        created_at=model.created_at, reader=reader,
        retention_days=kept_days, timezone=model.schema.timezone,
        columns={role: roles.count(role) for role in dict.fromkeys(roles)},
        references=tuple((each.name, each.created_at) for each in catalog.references(conn, model.id)),
        versions=tuple((each.name, each.created_at) for each in catalog.versions(conn, model.id)),
        watch=watch_by_model(conn, {model.id: model.created_at}, first=first, now=now)[model.id],
        seen=seen_by_model(conn, [project_id], first=first, only=model.id).get(model.id, Seen()),
        costs=costs_by_model(conn, [model], first=first, now=now).get(model.id, ()),
        monitors=_watched(conn, model.id), incidents=_lines(conn, found[:_MOST_INCIDENTS]),
        hidden=max(len(found) - _MOST_INCIDENTS, 0), changes=_changes(conn, model) if audited else None,
        first=first, end=now,
    )  # fmt: skip


def _watched(conn: sa.Connection, model_id: int) -> tuple[Watched, ...]:
    of = monitor_series.c
    asked = (
        sa.select(
            monitors.c.name, monitors.c.document, monitors.c.created_at, monitors.c.changed_at,
            sa.func.count().label("series"), sa.func.max(of.judged_at).label("judged_at"),
        )
        .join(monitor_series, of.monitor_id == monitors.c.id)
        .where(of.model_id == model_id)
        .group_by(monitors.c.id)
        .order_by(monitors.c.name)
    )  # fmt: skip
    return tuple(
        Watched(
            name=row.name, metric=str(row.document.get("metric", "")), condition=_written(row.document.get("when")),
            severity=str(row.document.get("severity", "warning")),
            reason=recognised(str(row.document.get("reason") or "")),
            owner=str(row.document.get("owner") or ""), since=row.created_at, changed_at=row.changed_at,
            series=row.series, judged_at=row.judged_at,
        )
        for row in conn.execute(asked)
    )  # fmt: skip


def _written(when: Any) -> str:
    """A condition as it stands in a file."""
    if isinstance(when, Mapping):
        return ", ".join(
            name if value is True else f"{name}: {_written(value)}" for name, value in when.items()
        )
    if isinstance(when, list):
        return "; ".join(_written(each) for each in when)
    return "" if when is None else str(when)


def _lines(conn: sa.Connection, found: Sequence[StoredIncident]) -> tuple[IncidentLine, ...]:
    names = names_of_keys(conn)
    return tuple(
        IncidentLine(
            id=each.id, title=each.title, severity=each.peak_severity, started_at=each.started_at,
            opened_at=each.opened_at, acknowledged_at=each.acknowledged_at, resolved_at=each.resolved_at,
            acknowledged_by=_who(names, each.acknowledged_by), mark=each.mark,
        )
        for each in found
    )  # fmt: skip


def _who(names: Mapping[str, str], by: str | None) -> str | None:
    return None if by is None else name_of(names, by)


def _changes(conn: sa.Connection, model: Model) -> tuple[ChangeLine, ...]:
    key, subject = audit.c, f"{model.project}/{model.name}"
    asked = (
        sa.select(key.at, key.actor, key.action, key.outcome)
        .where((key.subject == subject) | key.subject.startswith(f"{subject}/", autoescape=True))
        .order_by(key.number.desc())
        .limit(_MOST_CHANGES)
    )
    names = names_of_keys(conn)
    return tuple(
        ChangeLine(at=row.at, actor=_who(names, row.actor) or "", action=row.action, outcome=row.outcome)
        for row in conn.execute(asked)
    )
