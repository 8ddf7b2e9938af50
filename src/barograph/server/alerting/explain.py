"""Why: an explanation for each incident, made beside the judging, and what the change costs."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from barograph.alerts.machine import is_worse
from barograph.errors import BarographError, message_of
from barograph.locale.said import say
from barograph.monitors.monitor import Severity
from barograph.profile.value import Profile
from barograph.server.alerting.explained_days import after, dated, every_of, spans
from barograph.server.alerting.settle import settle
from barograph.server.alerting.standing import of_incident, severity_of
from barograph.server.clock import SystemClock
from barograph.server.reading.span import Span
from barograph.server.unforeseen import UNFORESEEN
from barograph.server.worker.store import Store
from barograph.store.alerts import (
    AlertEvent,
    StoredAlert,
    add_events,
    alerts_of_incidents,
    change_alert,
    open_alerts,
)
from barograph.store.catalog import Model, held_out_profile, model_by_id, reference_profile
from barograph.store.events import read_events
from barograph.store.incident_counts import leading_alert
from barograph.store.incidents import StoredIncident, change_incident, hold_project, incident_of
from barograph.store.leases import claim, release
from barograph.store.tables.alerts import alerts, incidents

_logger = logging.getLogger(__name__)
_DAY_US: Final = 86_400_000_000
#: An incident that goes on is explained again so often; in its first hours whenever it lasts twice as long.
_AGAIN_US: Final = _DAY_US
#: What an alert whose severity follows from its impact is where that cannot be worked out.
_UNKNOWN: Final[Severity] = "warning"
_NO_COST: Final[dict[str, Any]] = {"impact": None}
#: An incident is another process's to explain after this, should its own die; those beside it are not kept waiting.
_LEASE_SECONDS: Final = 120.0
#: Incidents that are looked at for one that no other process explains.
_AT_ONCE: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """An incident that is to be explained, by an alert of one of its models.

    Attributes
    ----------
    leads : whether that is the alert that matters most, whose model's explanation is the incident's.
    """

    incident: StoredIncident
    lead: StoredAlert
    leads: bool = True


class Explaining:
    """Explains open incidents, one at a time.

    Parameters
    ----------
    name : tells it from other processes.
    """

    def __init__(self, store: Store, *, name: str = "worker") -> None:
        self.store, self.name = store, name
        self._machine = SystemClock()

    def step(self, *, now: int) -> bool:
        """Explain the incident that has waited longest; returns whether there was one.

        Parameters
        ----------
        now : microseconds UTC.

        Notes
        -----
        Counts the rows of the incident's days anew, with their sample: seconds for millions of them.
        """
        due = self._claimed(now)
        if due is None:
            return False
        with self.store.database.reading() as conn:
            newest = _newest(conn, due.incident.id)
        for one in (due, *self._others(due)):
            document, why = self._explained(one)
            with self.store.database.writing() as conn:
                if one.leads and document is not None:
                    change_incident(conn, one.incident.id, explanation=document)
                _write_cost(conn, one, document, why, now=now)
                self._claim(conn, due.incident.id)
        with self.store.database.writing() as conn:
            # Only now: a process that dies before leaves it to another one, with all its models.
            if _newest(conn, due.incident.id) == newest:
                change_incident(conn, due.incident.id, explained_at=now)
            release(conn, _lease(due.incident.id), self.name)
        return True

    def _claimed(self, now: int) -> _Due | None:
        """The first incident that is due and that no other process explains."""
        for project_id, incident_id in self._due(now):
            with self.store.database.writing() as conn:
                if not self._claim(conn, incident_id):
                    continue
            with self.store.database.reading() as conn:
                lead = leading_alert(conn, incident_id)
                assert lead is not None
                return _Due(incident=incident_of(conn, project_id, incident_id), lead=lead)
        return None

    def _claim(self, conn: sa.Connection, incident_id: int) -> bool:
        return claim(conn, _lease(incident_id), self.name, self._machine.now(), _LEASE_SECONDS)

    def _others(self, due: _Due) -> list[_Due]:
        """The incident by its other models, where their alerts are as severe as what they cost."""
        with self.store.database.reading() as conn:
            found = alerts_of_incidents(conn, [due.incident.id]).get(due.incident.id, [])
        first = {each.model_id: each for each in reversed(found) if _waits_for_cost(each)}
        first.pop(due.lead.model_id, None)
        return [_Due(incident=due.incident, lead=alert, leads=False) for _, alert in sorted(first.items())]

    def _due(self, now: int) -> list[tuple[int, int]]:
        """Projects and ids of incidents that are to be explained, those that were not yet first."""
        key, of = incidents.c, alerts.c
        live = sa.exists().where(of.incident_id == key.id, ~of.backfilled)
        again = sa.and_(key.explained_at < now - _AGAIN_US, key.explained_at < key.changed_at)
        # A fault's first minutes tell little; after twice as long there are twice as many rows.
        lasted = key.explained_at - key.started_at
        since = sa.exists().where(of.incident_id == key.id, of.window_end > key.explained_at)
        longer = sa.and_(lasted < _AGAIN_US // 2, key.explained_at <= now - lasted, since)
        asked = (
            sa.select(key.project_id, key.id)
            .where(key.resolved_at.is_(None), live, key.explained_at.is_(None) | again | longer)
            .order_by(key.explained_at.is_not(None), key.id)
            .limit(_AT_ONCE)
        )
        with self.store.database.reading() as conn:
            return [(row.project_id, row.id) for row in conn.execute(asked)]

    def _explained(self, due: _Due) -> tuple[dict[str, Any] | None, str]:
        """The explanation as it is kept, or why there is none."""
        try:
            with self.store.database.reading() as conn:
                model = model_by_id(conn, due.lead.model_id)
                return self._of_model(conn, model, due), ""
        except BarographError as error:
            return None, message_of(error)
        except UNFORESEEN as error:
            # The edge of a job: an incident that cannot be explained is told without.
            _logger.exception("incident %s could not be explained", due.incident.id)
            return None, f"{type(error).__name__}: {error}"

    def _of_model(self, conn: sa.Connection, model: Model, due: _Due) -> dict[str, Any]:
        # Loaded when there is something to explain: it is large.
        from barograph.api import explain
        from barograph.explain.explanation import Event, EventKind
        from barograph.server.reading.counted import profile_of_rows
        from barograph.server.times import as_datetime

        if model.reference is None:
            raise BarographError(say("the model has no reference to compare with; give it one."))
        begun, span = spans(model, due.incident, due.lead)
        window = due.lead.details["window"]
        every = every_of(window["end"] - window["start"], model)
        current = profile_of_rows(conn, self.store, model, span, every=every)
        if not current.cells:
            raise BarographError(say("there are no rows in the windows of the incident."))
        kinds = _kinds(EventKind)
        happened = read_events(conn, model_id=model.id, first=span.first, end=span.end, kinds=kinds)
        reference = reference_profile(conn, model.reference)
        before = self._rows_before(conn, model, after(reference, begun), every)
        why = explain(
            reference, current, earlier=[] if before is None else [before],
            held_out=held_out_profile(conn, model.id, beside=model.reference),
            events=[Event(at=as_datetime(e.at), kind=e.kind, name=e.name or e.kind) for e in happened],  # type: ignore[arg-type]
        )  # fmt: skip
        about = {"model": model.name, "model_id": model.id, "days": list(span.days)}
        told = {**why.to_dict(), **about, "span": [span.first, span.end]}
        windows = [cell.window for each in (before, current) if each is not None for cell in each.cells]
        return {**told, "since": dated(told["since"], min(w for w in windows if w is not None))}

    def _rows_before(self, conn: sa.Connection, model: Model, span: Span, every: str) -> Profile | None:
        """The rows of days before those explained; None where there are none, or some are not kept."""
        from barograph.server.reading.counted import profile_of_rows

        try:
            found = profile_of_rows(conn, self.store, model, span, every=every)
        except BarographError:
            return None
        return found if found.cells else None


def _newest(conn: sa.Connection, incident_id: int) -> int | None:
    """The alert that joined an incident last; None where it has none any more."""
    asked = sa.select(sa.func.max(alerts.c.id)).where(alerts.c.incident_id == incident_id)
    newest: int | None = conn.scalar(asked)
    return newest


def _write_cost(
    conn: sa.Connection, due: _Due, document: Mapping[str, Any] | None, why: str, *, now: int
) -> None:
    """Keep what the change costs a model, or why that is not known, and the severities that follow from it."""
    incident = due.incident
    hold_project(conn, incident.project_id)
    cost = None if document is None else _impact(conn, document)
    severity: Severity = _UNKNOWN if cost is None else cost[0]
    told = {"why": why} if document is None else (_NO_COST if cost is None else cost[1])
    if not due.leads:
        told = _of_another(told, str(due.lead.labels["model"]))
    kind = "not_explained" if document is None else "explained"
    add_events(conn, [of_incident(incident, kind, told, at=now)])
    _set_severities(conn, due, severity, realised=cost is not None, now=now)
    settle(conn, incident.project_id, [incident.id], now=now)


def _of_another(told: Mapping[str, Any], model: str) -> dict[str, Any]:
    """What is told of a model beside the one that leads, with its name."""
    named = {
        name: say("{model}: {text}", model=model, text=told[name])
        for name in ("why", "impact")
        if told.get(name)
    }
    return {**told, **named, "model": model}


def _waits_for_cost(alert: StoredAlert) -> bool:
    """Whether an alert is open, and as severe as what it costs."""
    return alert.is_open and alert.details.get("severity_from") == "impact"


def _impact(conn: sa.Connection, document: Mapping[str, Any]) -> tuple[Severity, dict[str, Any]] | None:
    """The severity that follows from what the change costs, and the cost as it is kept beside the explanation."""
    from barograph.alerts.impact import impact_of, impact_sentence
    from barograph.alerts.impact import severity_of as severity_of_impact
    from barograph.metrics.address import parse_address
    from barograph.monitors.addressed import spec_of

    schema = model_by_id(conn, document["model_id"]).schema
    spec = spec_of(parse_address(document["metric"]), schema)
    impact = impact_of(document, higher_is_better=spec.direction == "higher_is_better")
    if impact is None:
        return None
    told = {
        "impact": impact_sentence(impact), "metric": impact.metric, "harm": impact.harm,
        "interval": impact.interval, "realised": impact.realised,
    }  # fmt: skip
    return severity_of_impact(impact), told


def _lease(incident_id: int) -> str:
    return f"explain/{incident_id}"


def _set_severities(conn: sa.Connection, due: _Due, severity: Severity, *, realised: bool, now: int) -> None:
    """Alerts of the model whose severity follows from their impact have it now."""
    events: list[AlertEvent] = []
    for alert in open_alerts(conn, model_id=due.lead.model_id):
        if alert.incident_id != due.incident.id or not _waits_for_cost(alert):
            continue
        if alert.severity == severity or (not realised and alert.severity != "info"):
            continue
        worse = is_worse(severity, severity_of(alert.peak_severity))
        change_alert(
            conn, alert.id, severity=severity, peak_severity=severity if worse else alert.peak_severity
        )
        kind = "escalated" if is_worse(severity, severity_of(alert.severity)) else "eased"
        events.append(
            AlertEvent(
                project_id=alert.project_id, incident_id=alert.incident_id, alert_id=alert.id, at=now, actor="server",
                kind=kind, details={"severity": severity, "from": "impact"},
            )
        )  # fmt: skip
    add_events(conn, events)


def _kinds(event_kind: Any) -> tuple[str, ...]:
    from typing import get_args

    return get_args(event_kind)
