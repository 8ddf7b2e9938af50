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
from barograph.server.alerting.settle import settle
from barograph.server.alerting.standing import of_incident, severity_of
from barograph.server.clock import SystemClock
from barograph.server.reading.span import Span
from barograph.server.worker.store import Store
from barograph.store.alerts import AlertEvent, StoredAlert, add_events, alerts_of_incidents, change_alert
from barograph.store.catalog import Model, held_out_profile, model_by_id, reference_profile
from barograph.store.events import read_events
from barograph.store.incident_counts import leading_alert
from barograph.store.incidents import StoredIncident, change_incident, hold_project, incident_of
from barograph.store.leases import claim
from barograph.store.tables.alerts import alerts, incidents

_logger = logging.getLogger(__name__)
_DAY_US: Final = 86_400_000_000
#: Days of an incident that are explained, its latest.
_MOST_DAYS: Final = 14
#: An incident that goes on is explained again so often; in its first hours whenever it lasts twice as long.
_AGAIN_US: Final = _DAY_US
#: What an alert whose severity follows from its impact is where that cannot be worked out.
_UNKNOWN: Final[Severity] = "warning"
_NO_COST: Final[dict[str, Any]] = {"impact": None}
_LEASE_SECONDS: Final = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """An incident that is to be explained, by its leading alert."""

    incident: StoredIncident
    lead: StoredAlert


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
        due = self._next(now)
        if due is None:
            return False
        with self.store.database.writing() as conn:
            lease = f"explain/{due.incident.id}"
            if not claim(conn, lease, self.name, self._machine.now(), _LEASE_SECONDS):
                return False
        document, why = self._explained(due)
        with self.store.database.writing() as conn:
            write_explanation(conn, due.incident, document, why, now=now)
        return True

    def _next(self, now: int) -> _Due | None:
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
            .limit(1)
        )
        with self.store.database.reading() as conn:
            found = conn.execute(asked).one_or_none()
            if found is None:
                return None
            lead = leading_alert(conn, found.id)
            assert lead is not None
            return _Due(incident=incident_of(conn, found.project_id, found.id), lead=lead)

    def _explained(self, due: _Due) -> tuple[dict[str, Any] | None, str]:
        """The explanation as it is kept, or why there is none."""
        try:
            with self.store.database.reading() as conn:
                model = model_by_id(conn, due.lead.model_id)
                return self._of_model(conn, model, due), ""
        except BarographError as error:
            return None, message_of(error)
        except Exception as error:
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
        span = _span(model, due)
        window = due.lead.details["window"]
        every = _every(window["end"] - window["start"], model)
        current = profile_of_rows(conn, self.store, model, span, every=every)
        if not current.cells:
            raise BarographError(say("there are no rows in the windows of the incident."))
        kinds = _kinds(EventKind)
        happened = read_events(conn, model_id=model.id, first=span.first, end=span.end, kinds=kinds)
        why = explain(
            reference_profile(conn, model.reference), current,
            held_out=held_out_profile(conn, model.id, beside=model.reference),
            events=[Event(at=as_datetime(e.at), kind=e.kind, name=e.name or e.kind) for e in happened],  # type: ignore[arg-type]
        )  # fmt: skip
        about = {"model": model.name, "model_id": model.id, "days": list(span.days)}
        return {**why.to_dict(), **about, "span": [span.first, span.end]}


def write_explanation(
    conn: sa.Connection, incident: StoredIncident, document: Mapping[str, Any] | None, why: str, *, now: int
) -> None:
    """Keep an explanation, or why there is none, and what severities follow from it.

    Parameters
    ----------
    document : as `barograph.explain` makes it, with `model_id` and the `days` it rests on.
    """
    hold_project(conn, incident.project_id)
    kept = incident.explanation if document is None else document
    change_incident(
        conn, incident.id, explanation=sa.null() if kept is None else dict(kept), explained_at=now
    )
    cost = None if document is None else _impact(conn, document)
    severity: Severity = _UNKNOWN if cost is None else cost[0]
    told = {"why": why} if document is None else (_NO_COST if cost is None else cost[1])
    kind = "not_explained" if document is None else "explained"
    add_events(conn, [of_incident(incident, kind, told, at=now)])
    _set_severities(conn, incident, severity, realised=cost is not None, now=now)
    settle(conn, incident.project_id, [incident.id], now=now)


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


def _set_severities(
    conn: sa.Connection, incident: StoredIncident, severity: Severity, *, realised: bool, now: int
) -> None:
    """Alerts whose severity follows from their impact have it now."""
    events: list[AlertEvent] = []
    for alert in alerts_of_incidents(conn, [incident.id]).get(incident.id, []):
        waits = alert.is_open and alert.details.get("severity_from") == "impact"
        if not waits or alert.severity == severity or (not realised and alert.severity != "info"):
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


def _span(model: Model, due: _Due) -> Span:
    """From the incident's first window to its latest, of the last days."""
    end = max(due.lead.window_end, due.lead.details["window"]["end"])
    first = max(min(due.incident.started_at, due.lead.started_at), end - _MOST_DAYS * _DAY_US)
    return Span(first=first, end=end, timezone=model.schema.timezone)


def _every(length: int, model: Model) -> str:
    return "1d" if length >= _DAY_US else model.every


def _kinds(event_kind: Any) -> tuple[str, ...]:
    from typing import get_args

    return get_args(event_kind)
