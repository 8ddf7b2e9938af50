"""A small world in which a scene is played: alerts, incidents and messages, as the server makes them, in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from barograph.alerts.facts import Facts, facts_of
from barograph.alerts.history import Step
from barograph.alerts.incident_view import IncidentView
from barograph.alerts.incidents import (
    IncidentStatus,
    ResolvedIncident,
    Situation,
    attention_lapses,
    previous_of,
    status_of,
)
from barograph.alerts.inhibition import FiringAlert, Inhibition, all_rules, read_inhibition
from barograph.alerts.labels import Kind, labels_of, with_severity
from barograph.alerts.machine import Change, State, is_worse
from barograph.alerts.placing import OpenIncident, Placed, place_all
from barograph.alerts.routes import Route, read_route, routes_of_alerts
from barograph.alerts.rules.scene import Act, Played
from barograph.alerts.silences import Silence
from barograph.alerts.suppression import suppressed_by
from barograph.alerts.telling import due, unsent, withdrawn
from barograph.alerts.told import Told
from barograph.monitors.file import MonitorFile
from barograph.monitors.monitor import SEVERITIES, Severity
from barograph.monitors.needed import window_seconds

_PROJECT = "project"


@dataclass(slots=True, kw_only=True)
class LiveAlert:
    """An alert; times in µs UTC."""

    id: int
    played: Played
    kind: Kind
    facts: Facts
    severity: Severity
    incident: int
    flapping_since: int | None = None
    is_open: bool = True
    is_suppressed: bool = False


@dataclass(slots=True, kw_only=True)
class LiveIncident:
    """An incident."""

    id: int
    facts: Facts
    opened_at: int
    severity: Severity
    peak: Severity
    previous_id: int | None = None
    resolved_at: int | None = None
    lifted_at: int | None = None
    was_quiet: bool = False
    acknowledged_at: int | None = None
    snoozed_until: int | None = None
    absorbed_into: int | None = None
    told: tuple[Told, ...] = ()
    sent: dict[str, tuple[Told, str]] = field(default_factory=dict)


class World:
    """What there is at one time.

    Parameters
    ----------
    file : monitors' routes and inhibitions.
    channels : that are switched on.
    silences : of the scene.
    """

    def __init__(self, file: MonitorFile, channels: Sequence[str], silences: Sequence[Silence]) -> None:
        self.channels, self.silences = tuple(channels), tuple(silences)
        self.routes: Mapping[str, Route] = {
            name: read_route(name, told) for name, told in file.routes.items()
        }
        own = [read_inhibition(name, told) for name, told in file.inhibitions.items()]
        self.rules: tuple[Inhibition, ...] = all_rules(own)
        self.alerts: list[LiveAlert] = []
        self.incidents: list[LiveIncident] = []

    def judge(self, steps: Sequence[tuple[Played, Step]], *, now: int) -> None:
        """Take windows that were judged together."""
        fired: list[tuple[Played, Kind, State]] = []
        for played, step in steps:
            for kind, changes, state in _sides(step):
                if "fired" in changes:
                    fired.append((played, kind, state))
                else:
                    self._change(played, kind, changes, state)
        self._fire(fired, now)
        self.tick(now=now)

    def act(self, act: Act, *, now: int, until: int) -> bool:
        """Somebody does something; False where there is no such incident yet."""
        if act.incident > len(self.incidents):
            return False
        incident = self.incidents[act.incident - 1]
        if act.deed == "acknowledge":
            incident.acknowledged_at = now
        else:
            incident.snoozed_until = until
        self.tick(now=now)
        return True

    def tick(self, *, now: int) -> None:
        """Suppress, stand and tell."""
        firing = [
            FiringAlert(
                id=alert.id,
                labels=with_severity(_labels(alert), alert.severity),
                started_at=alert.facts.started_at,
            )
            for alert in self.alerts
            if alert.is_open
        ]
        suppressed = suppressed_by(firing, self.silences, now=now, rules=self.rules)
        for alert in self.alerts:
            alert.is_suppressed = alert.id in suppressed
        for incident in self.incidents:
            self._stand(incident, now)
            self._tell(incident, now)

    def status(self, incident: LiveIncident, *, now: int) -> IncidentStatus:
        """Where an incident stands."""
        told = [one for one in incident.told if not one.withdrawn]
        situation = Situation(
            alerts=sum(alert.is_open for alert in self.alerts_of(incident)),
            severity=incident.severity,
            opened_at=incident.opened_at,
            window_us=incident.facts.window_us,
            alerts_before=told[-1].alerts if told else 0,
            severity_before=told[-1].severity if told else None,
            previous_id=incident.previous_id,
        )
        return status_of(situation, now=now)

    def is_busy(self) -> bool:
        """Whether anybody could have to be told something as time goes by."""
        return any(one.resolved_at is None and one.absorbed_into is None for one in self.incidents)

    def alerts_of(self, incident: LiveIncident) -> list[LiveAlert]:
        """All alerts of an incident."""
        return [alert for alert in self.alerts if alert.incident == incident.id]

    def _change(self, played: Played, kind: Kind, changes: Sequence[Change], state: State) -> None:
        for alert in self.alerts:
            if alert.is_open and alert.played is played and alert.kind == kind:
                if "resolved" in changes:
                    alert.is_open = False
                if state.severity is not None and is_worse(state.severity, alert.severity):
                    alert.severity = state.severity
                if not state.flapping:
                    alert.flapping_since = None

    def _fire(self, fired: Sequence[tuple[Played, Kind, State]], now: int) -> None:
        if not fired:
            return
        facts = [_facts(played, state) for played, _, state in fired]
        open_ones = [
            OpenIncident(id=one.id, facts=one.facts)
            for one in self.incidents
            if one.resolved_at is None and one.absorbed_into is None
        ]
        for placed in place_all(facts, open_ones):
            severities = [fired[i][2].severity or "info" for i in placed.alerts]
            incident = self._incident(placed, max(severities, key=SEVERITIES.index), now)
            for i in placed.alerts:
                played, kind, state = fired[i]
                self.alerts.append(
                    LiveAlert(
                        id=len(self.alerts) + 1,
                        played=played,
                        kind=kind,
                        facts=facts[i],
                        severity=state.severity or "info",
                        incident=incident.id,
                        flapping_since=now if state.flapping else None,
                    )
                )

    def _incident(self, placed: Placed, severity: Severity, now: int) -> LiveIncident:
        if placed.incident is None:
            incident = LiveIncident(
                id=len(self.incidents) + 1, facts=placed.facts, opened_at=now, severity=severity, peak=severity,
                previous_id=self._previous(placed.facts, now),
            )  # fmt: skip
            self.incidents.append(incident)
        else:
            incident = self.incidents[placed.incident - 1]
            incident.facts = placed.facts
        for other in placed.absorbed:
            self.incidents[other - 1].absorbed_into = incident.id
            for alert in self.alerts:
                if alert.incident == other:
                    alert.incident = incident.id
        return incident

    def _previous(self, facts: Facts, now: int) -> int | None:
        over = [
            ResolvedIncident(id=one.id, facts=one.facts, resolved_at=one.resolved_at)
            for one in self.incidents
            if one.resolved_at is not None and one.peak != "info"
        ]
        return previous_of(facts, over, now=now)

    def _stand(self, incident: LiveIncident, now: int) -> None:
        opened = [alert for alert in self.alerts_of(incident) if alert.is_open]
        if not opened:
            incident.resolved_at = now if incident.resolved_at is None else incident.resolved_at
            return
        severity = max((alert.severity for alert in opened), key=SEVERITIES.index)
        if attention_lapses(incident.severity, severity):
            incident.acknowledged_at = incident.snoozed_until = None
        incident.severity = severity
        incident.peak = severity if is_worse(severity, incident.peak) else incident.peak
        is_quiet = all(alert.is_suppressed for alert in opened)
        if incident.was_quiet and not is_quiet:
            incident.lifted_at = now
        incident.was_quiet = is_quiet

    def _tell(self, incident: LiveIncident, now: int) -> None:
        asked = [
            (alert.played.monitor.notify, alert.severity)
            for alert in self.alerts_of(incident)
            if alert.is_open and not alert.is_suppressed
        ]
        routes = routes_of_alerts(asked, {one.route for one in incident.told}, self.routes, self.channels)
        view = self._view(incident)
        gone = [one for route in routes for one in withdrawn(view, route, now=now)]
        taken = {replace(one, withdrawn=False): one for one in gone}
        incident.told = tuple(taken.get(one, one) for one in incident.told)
        for key in unsent(incident.told, gone):
            del incident.sent[key]
        for route in routes:
            for telling in due(self._view(incident), route, now=now):
                incident.told = (*incident.told, telling.told)
                for channel, key in zip(telling.channels, telling.keys, strict=True):
                    mine = (telling.told, channel)
                    # Of two that share a message the one who waits less has it sent.
                    held = incident.sent.get(key, mine)
                    incident.sent[key] = min(held, mine, key=lambda one: one[0].not_before)

    def _view(self, incident: LiveIncident) -> IncidentView:
        opened = [alert for alert in self.alerts_of(incident) if alert.is_open]
        loud = [alert.severity for alert in opened if not alert.is_suppressed]
        flapping = [alert.flapping_since for alert in opened if alert.flapping_since is not None]
        return IncidentView(
            id=incident.id,
            severity=incident.severity,
            opened_at=incident.opened_at,
            firing=len(opened),
            loud=len(loud),
            loud_severity=max(loud, key=SEVERITIES.index) if loud else None,
            # An alert's severity only rises here.
            open_peak=max((alert.severity for alert in opened), key=SEVERITIES.index) if opened else None,
            resolved_at=incident.resolved_at,
            lifted_at=incident.lifted_at,
            flapping_since=min(flapping) if flapping else None,
            previous_id=incident.previous_id,
            acknowledged_at=incident.acknowledged_at,
            snoozed_until=incident.snoozed_until,
            told=incident.told,
        )


def _sides(step: Step) -> tuple[tuple[Kind, tuple[Change, ...], State], ...]:
    return (
        ("breach", step.changes, step.standing.state),
        ("blind", step.blind_changes, step.standing.blind),
    )


def _facts(played: Played, state: State) -> Facts:
    return facts_of(
        played.address,
        model=played.model,
        version=None if played.version == "all" else played.version,
        started_at=state.since or 0,
        window_us=round(window_seconds(played.monitor) * 1e6),
        sources=played.sources,
        hosts=played.hosts,
        deployments=played.deployments,
    )


def _labels(alert: LiveAlert) -> dict[str, str]:
    played = alert.played
    return labels_of(
        played.monitor, project=_PROJECT, model=played.model, version=played.version, address=played.address,
        kind=alert.kind,
    )  # fmt: skip
