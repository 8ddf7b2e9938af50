"""Monitors tried on the past: when they would have fired, on windows that are stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, Field, SkipValidation

from barograph.alerts.backtest.incidents import as_incidents
from barograph.alerts.facts import Facts, read_facts
from barograph.alerts.placing import following_us
from barograph.alerts.routes import Route, read_route
from barograph.monitors.file import MonitorFile
from barograph.server.alerting.backtest_model import TriedHere, tried_on_model
from barograph.server.alerting.backtest_references import ComparedSince, references_in_force
from barograph.server.alerting.known import Known
from barograph.server.alerting.outlines import Read
from barograph.server.alerting.suppression import rules_with
from barograph.server.reading.span import Span, read_span
from barograph.server.times import as_datetime
from barograph.server.worker.store import Store
from barograph.store import catalog
from barograph.store.incidents import useful_incidents
from barograph.store.monitors import StoredMonitor, settings_of


class WouldBeAlert(BaseModel):
    """An alert that there would have been."""

    kind: str
    started_at: datetime = Field(description="Start of its first breached window.")
    fired_at: datetime = Field(description="When it would have been seen.")
    resolved_at: datetime | None
    severity: str = Field(description="The highest it reached; `from impact`: an explanation would say.")
    detail: SkipValidation[str] = Field(description="What was said of the window.")
    incident: int = Field(description="Number of the incident it would have been in.")
    told: bool = Field(description="Whether it is as grave as its route tells at once, and was told.")


class TriedSeries(BaseModel):
    """One series through the span."""

    monitor: str
    model: str
    address: str
    version: str
    windows: int
    statuses: dict[str, int] = Field(description="Windows by what was said of them.")
    alerts: list[WouldBeAlert]


class WouldBeIncident(BaseModel):
    """An incident that there would have been."""

    number: int = Field(description="Counted from 1, in the order in which they would have been opened.")
    models: list[str]
    monitors: list[str]
    columns: list[str]
    alerts: int
    severity: str = Field(description="The highest of its alerts that is known without an explanation.")
    started_at: datetime
    opened_at: datetime
    told_at: datetime | None = Field(
        description="When people would first have been told; null: at the most by the daily digest."
    )
    resolved_at: datetime | None
    by_impact: bool = Field(description="It is told only if its impact is at least what its route tells.")


class MissedIncident(BaseModel):
    """An incident marked as useful of which nobody would have been told."""

    id: int
    title: str
    started_at: datetime


class ComparedWith(BaseModel):
    """A reference by which windows of a model were judged."""

    model: str
    reference: str | None = Field(description="Its name; null where the model had none.")
    since: datetime | None = Field(description="When the model's came to be this one; null of its first.")


class Backtest(BaseModel):
    """What monitors would have done."""

    first: datetime = Field(serialization_alias="from")
    end: datetime = Field(serialization_alias="to")
    alerts: int = Field(description="Of all series, also those of which nobody is told.")
    told: int = Field(description="Incidents that people would have been told of.")
    told_by_impact: int = Field(description="Of these, those told only if their impact is grave enough.")
    digest: int = Field(description="Incidents that are told at the most by the daily digest.")
    per_week: float = Field(description="Incidents told, a week.")
    digest_per_week: float
    references: list[ComparedWith] = Field(
        description="The models' own in the span, each with since when. A window is judged by the one of its time."
    )
    incidents: list[WouldBeIncident]
    series: list[TriedSeries]
    missed: list[MissedIncident] = Field(
        description="Incidents marked useful of which nobody would have been told."
    )


def backtest(
    store: Store,
    project: str,
    file: MonitorFile,
    *,
    model: str | None,
    span: tuple[str | None, str | None],
    now: int,
) -> Backtest:
    """Try monitors on a span of the past.

    Parameters
    ----------
    file : routes and inhibitions that it does not hold are those of the project.
    model : only this model; None: all that the monitors name.
    span : ISO 8601 times or dates as in an address; default: the last 90 days.
    now : microseconds UTC.

    Notes
    -----
    Figures are those of today, with labels that came later; what was missing when a window was judged then is not known
    any more. A model is compared with the reference that it had then. Nothing is kept.
    """
    known = Known()
    with store.database.reading() as conn:
        project_id = catalog.project(conn, project).id
        models = catalog.models(conn, project) if model is None else [catalog.model(conn, project, model)]
        whole = read_span(*span, timezone=models[0].schema.timezone if models else "UTC", now=now)
        monitors = _monitors(project_id, file)
        references = {one.name: references_in_force(conn, one) for one in models if one.grid is not None}
        tried = [
            each
            for one in models
            if one.name in references
            for each in tried_on_model(
                conn, (store, known, now), one, monitors, file=file, references=references[one.name], span=whole
            )
        ]  # fmt: skip
        fired = [alert.fired for each in tried for alert in each.alerts]
        outcome = as_incidents(
            fired,
            routes=_routes(conn, project_id, file),
            rules=rules_with(conn, project_id, file.inhibitions),
        )
        heard = [one.facts for one, is_told in zip(fired, outcome.told, strict=True) if is_told]
        names = frozenset(one.name for one in models)
        missed = list(_missed(conn, project_id, whole, names, heard))
    placed = zip(outcome.numbers, outcome.told, strict=True)
    return Backtest(
        first=as_datetime(whole.first), end=as_datetime(whole.end), alerts=len(fired),
        **outcome.counts(whole.first, whole.end),
        references=[each for name, those in references.items() for each in _compared(name, those, whole)],
        incidents=[WouldBeIncident(**one.document()) for one in outcome.incidents],
        series=[_shown(each, placed) for each in tried], missed=missed,
    )  # fmt: skip


def _monitors(project_id: int, file: MonitorFile) -> list[Read]:
    """The file's monitors as if they were kept; their ids are below those of any that are."""
    return [
        Read(
            stored=StoredMonitor(
                id=-number, project_id=project_id, name=monitor.name, document={}, revision=0, created_at=0,
                changed_at=0,
            ),
            monitor=monitor,
        )
        for number, monitor in enumerate(file.monitors, 1)
        if monitor.enabled
    ]  # fmt: skip


def _routes(conn: sa.Connection, project_id: int, file: MonitorFile) -> dict[str, Route]:
    """The routes of the project, with those of the file in place of them."""
    held = {**settings_of(conn, project_id).get("routes", {}), **file.routes}
    return {name: read_route(name, document) for name, document in held.items()}


def _shown(each: TriedHere, placed: Iterator[tuple[int, bool]]) -> TriedSeries:
    return TriedSeries(
        monitor=each.monitor, model=each.model, address=each.address, version=each.version, windows=each.windows,
        statuses=dict(each.statuses),
        alerts=[
            WouldBeAlert(
                kind=alert.kind, started_at=as_datetime(alert.fired.facts.started_at),
                fired_at=as_datetime(alert.fired.fired_at),
                resolved_at=None if alert.fired.resolved_at is None else as_datetime(alert.fired.resolved_at),
                severity=alert.fired.severity, detail=alert.detail, incident=number, told=told,
            )
            for alert, (number, told) in zip(each.alerts, placed, strict=False)
        ],
    )  # fmt: skip


def _compared(model: str, references: Sequence[ComparedSince], span: Span) -> Iterator[ComparedWith]:
    """Those of a span."""
    for one, after in zip(references, [*references[1:], None], strict=True):
        is_over = after is not None and after.since is not None and after.since <= span.first
        if not is_over and (one.since is None or one.since < span.end):
            since = None if one.since is None else as_datetime(one.since)
            yield ComparedWith(model=model, reference=one.name, since=since)


def _missed(
    conn: sa.Connection, project_id: int, span: Span, models: AbstractSet[str], heard: Sequence[Facts]
) -> Iterator[MissedIncident]:
    """Incidents of the span, marked as useful, of which nobody would have been told.

    People are told of one by an alert of one of its models that begins while it lasts, or up to so long before it as
    one alert follows from another.

    Parameters
    ----------
    models : on which monitors are tried.
    heard : alerts that people would have been told of.
    """
    for incident in useful_incidents(conn, project_id, opened=(span.first, span.end)):
        facts = read_facts(incident.facts)
        if not models & facts.models:
            continue
        first, end = incident.started_at - following_us(facts.window_us), incident.resolved_at or span.end
        if not any(first <= one.started_at <= end and one.models & facts.models for one in heard):
            started: Any = as_datetime(incident.started_at)
            yield MissedIncident(id=incident.id, title=incident.title, started_at=started)
