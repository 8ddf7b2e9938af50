"""What verdicts do to alerts, and alerts to incidents; in the transaction that writes where the series stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

import sqlalchemy as sa

from barograph.alerts.facts import Facts, facts_document, read_facts
from barograph.alerts.incidents import REGRESSES_US, ResolvedIncident, previous_of
from barograph.alerts.labels import Kind, fingerprint, labels_of
from barograph.alerts.machine import is_worse
from barograph.alerts.placing import OpenIncident, Placed, place_all
from barograph.monitors.monitor import FROM_IMPACT
from barograph.server.alerting.about import About
from barograph.server.alerting.judging import JudgedWindow
from barograph.server.alerting.standing import highest, severity_of
from barograph.server.alerting.turns import Turn, window_document
from barograph.server.alerting.watch import Watch
from barograph.store.alerts import (
    AlertEvent,
    StoredAlert,
    add_alerts,
    add_events,
    change_alert,
    move_alerts,
    open_alerts,
)
from barograph.store.incidents import StoredIncident, add_incident, change_incident, open_incidents

SERVER: Final = "server"
#: Changes of a series that its alert is told of; the others come before there is one.
_TOLD: Final = ("escalated", "recovering", "relapsed", "resolved", "flapping", "steady", "vanished")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """What a transaction did to alerts.

    Attributes
    ----------
    alerts : ids of new ones, with the window that each fired with.
    incidents : ids of those that changed.
    """

    alerts: Mapping[int, JudgedWindow]
    incidents: frozenset[int]


class Firing:
    """Alerts and incidents of a project while one transaction changes them.

    Parameters
    ----------
    about : of the model whose windows were judged.
    """

    def __init__(self, conn: sa.Connection, about: About, *, now: int) -> None:
        self.conn, self.about, self.now = conn, about, now
        self.project_id = about.project_id
        self.fired: dict[int, JudgedWindow] = {}
        self.touched: set[int] = set()
        self._events: list[AlertEvent] = []
        self._alerts = {a.fingerprint: a for a in open_alerts(conn, model_id=about.model.id)}
        self._incidents: dict[int, StoredIncident] | None = None

    def apply(self, turns: Iterable[Turn]) -> Fired:
        """Write what windows did.

        Parameters
        ----------
        turns : in order of time.
        """
        for _, group in groupby(turns, key=lambda t: t.one.window.end):
            together = list(group)
            self._fire([t for t in together if "fired" in t.changes])
            for turn in together:
                self._change(turn)
        add_events(self.conn, self._events)
        return Fired(alerts=self.fired, incidents=frozenset(self.touched))

    def _fire(self, turns: Sequence[Turn]) -> None:
        if not turns:
            return
        alerts = [self._alert(turn) for turn in turns]
        new = [(alert, self._facts(turn, alert)) for turn, alert in zip(turns, alerts, strict=True)]
        known = [OpenIncident(id=i.id, facts=read_facts(i.facts)) for i in self._open().values() if i.is_open]
        for placed in place_all([facts for _, facts in new], known):
            incident_id = self._incident(placed, [new[i][0] for i in placed.alerts])
            self._add(
                [replace(new[i][0], incident_id=incident_id) for i in placed.alerts],
                [turns[i] for i in placed.alerts],
            )

    def _alert(self, turn: Turn) -> StoredAlert:
        one, about, watch = turn.one, self.about, turn.one.watch
        version = watch.version or "all"
        labels = labels_of(
            watch.monitor, project=about.model.project, model=about.model.name, version=version,
            address=watch.monitor.metric, kind=turn.kind,
        )  # fmt: skip
        severity, details = turn.state.severity or "info", self._details(turn)
        return StoredAlert(
            project_id=self.project_id, model_id=about.model.id, monitor_id=watch.series.monitor_id,
            series_id=watch.series.id, monitor=watch.monitor.name, configuration=watch.configuration,
            fingerprint=fingerprint(labels), kind=turn.kind, address=str(watch.monitor.metric), version=watch.version,
            phase=turn.state.phase, severity=severity, peak_severity=severity,
            started_at=one.window.start if turn.state.since is None else turn.state.since,
            fired_at=turn.at if one.backfilled else self.now, flapping=turn.state.flapping,
            backfilled=one.backfilled, summary=about.summary(one, turn.kind, _columns_of(details)), details=details,
            labels=labels, window_end=one.window.end,
        )  # fmt: skip

    def _details(self, turn: Turn) -> dict[str, Any]:
        """What a message says of an alert."""
        one, monitor = turn.one, turn.one.watch.monitor
        told: dict[str, Any] = {
            "project": self.about.model.project, "model": self.about.model.name, "kind": turn.kind,
            **self.about.of_metric(monitor.metric), **window_document(one),
        }  # fmt: skip
        for name in ("runbook", "owner", "reason"):
            if getattr(monitor, name):
                told[name] = getattr(monitor, name)
        if monitor.severity == FROM_IMPACT and turn.kind == "breach":
            told["severity_from"] = "impact"
        if turn.state.flapping:
            told["flapping_since"] = self.now
        if columns := self.about.columns(one):
            told["columns"] = columns
        return told

    def _facts(self, turn: Turn, alert: StoredAlert) -> Facts:
        since = turn.one.window.start if turn.state.since is None else turn.state.since
        return self.about.facts(turn.one, since, _columns_of(alert.details))

    def _open(self) -> dict[int, StoredIncident]:
        """Incidents of the project that are open or were lately, as they are now; read once."""
        if self._incidents is None:
            since = self.now - REGRESSES_US
            held = open_incidents(self.conn, self.project_id, resolved_since=since, held=True)
            self._incidents = {incident.id: incident for incident in held}
        return self._incidents

    def _incident(self, placed: Placed, alerts: Sequence[StoredAlert]) -> int:
        """The incident that some new alerts go into, as it is with them."""
        held = self._open()
        if placed.incident is None:
            incident = self._new_incident(placed, alerts)
        else:
            incident = held[placed.incident]
            self._event(incident.id, "grew", {"alerts": len(alerts)}, at=self.now)
            changed = {"facts": facts_document(placed.facts), "changed_at": self.now}
            if any("severity_from" in alert.details for alert in alerts):
                # How grave the new ones are is known once it is explained with them.
                changed["explained_at"] = None
            change_incident(self.conn, incident.id, **changed)
        held[incident.id] = replace(incident, facts=facts_document(placed.facts))
        for other in placed.absorbed:
            self._absorb(other, incident.id)
        self.touched.add(incident.id)
        return incident.id

    def _new_incident(self, placed: Placed, alerts: Sequence[StoredAlert]) -> StoredIncident:
        severity = highest(alert.severity for alert in alerts)
        opened = min(alert.fired_at for alert in alerts)
        resolved = [
            ResolvedIncident(id=i.id, facts=read_facts(i.facts), resolved_at=i.resolved_at)
            for i in self._open().values()
            if i.resolved_at is not None and i.status == "resolved" and i.peak_severity != "info"
        ]
        previous = previous_of(placed.facts, resolved, now=opened)
        incident = StoredIncident(
            project_id=self.project_id, title=alerts[0].summary, severity=severity, peak_severity=severity,
            facts=facts_document(placed.facts), started_at=placed.facts.started_at, opened_at=opened,
            changed_at=self.now, previous_id=previous, status="new" if previous is None else "regressed",
        )  # fmt: skip
        made = replace(incident, id=add_incident(self.conn, incident))
        self._event(made.id, "opened", {} if previous is None else {"previous": previous}, at=opened)
        return made

    def _absorb(self, other: int, into: int) -> None:
        """An incident that turns out to be of the same cause goes into another."""
        held = self._open()
        move_alerts(self.conn, other, into)
        over = {"status": "resolved", "resolved_at": self.now, "changed_at": self.now}
        change_incident(self.conn, other, **over)
        held[other] = replace(held[other], status="absorbed", resolved_at=self.now)
        self._event(other, "absorbed", {"into": into}, at=self.now)
        self._event(into, "absorbs", {"incident": other}, at=self.now)
        self._alerts = {
            print_: replace(a, incident_id=into) if a.incident_id == other else a
            for print_, a in self._alerts.items()
        }
        self.touched.add(other)

    def _add(self, new: Sequence[StoredAlert], turns: Sequence[Turn]) -> None:
        for alert, alert_id, turn in zip(new, add_alerts(self.conn, new), turns, strict=True):
            made = replace(alert, id=alert_id)
            self._alerts[made.fingerprint] = made
            self.fired[made.id] = turn.one
            self._of_alert(made, "fired", turn)

    def _change(self, turn: Turn) -> None:
        """What a window did to an alert that is there; where it did nothing, the alert tells of the window."""
        alert = self._alerts.get(self._print_of(turn))
        if alert is None or (self.fired.get(alert.id) is turn.one and turn.changes == ("fired",)):
            # What has just fired tells of its window already.
            return
        changed: dict[str, Any] = {
            "phase": turn.state.phase, "flapping": turn.state.flapping, "window_end": turn.one.window.end,
            "details": {**alert.details, **window_document(turn.one)},
        }  # fmt: skip
        if turn.goes_on:
            changed["summary"] = self.about.summary(turn.one, turn.kind, _columns_of(alert.details))
        for change in turn.changes:
            if change not in _TOLD:
                continue
            self._of_alert(alert, change, turn)
            if change == "escalated" and turn.state.severity is not None:
                peak = (
                    alert.peak_severity
                    if is_worse(severity_of(alert.peak_severity), turn.state.severity)
                    else None
                )
                changed |= {"severity": turn.state.severity, "peak_severity": peak or turn.state.severity}
            if change == "resolved":
                at = turn.at if turn.one.backfilled else self.now
                why = _gone(turn) if "vanished" in turn.changes else "recovered"
                changed |= {"resolved_at": at, "resolved_why": why}
        if alert.backfilled and turn.goes_on and not turn.one.backfilled and "resolved_at" not in changed:
            # What began long ago and is still so is no history any more.
            changed["backfilled"] = False
        change_alert(self.conn, alert.id, **changed)
        after = replace(alert, **changed)
        if after.is_open:
            self._alerts[alert.fingerprint] = after
        else:
            del self._alerts[alert.fingerprint]
        if (turn.changes or "backfilled" in changed) and alert.incident_id is not None:
            self.touched.add(alert.incident_id)

    def _print_of(self, turn: Turn) -> str:
        return print_of(self.about, turn.one.watch, turn.kind)

    def _of_alert(self, alert: StoredAlert, kind: str, turn: Turn) -> None:
        at = turn.at if turn.one.backfilled else self.now
        details = {**window_document(turn.one), "severity": turn.state.severity or alert.severity}
        self._events.append(
            AlertEvent(
                project_id=self.project_id, incident_id=alert.incident_id, alert_id=alert.id, at=at, actor=SERVER,
                kind=kind, details=details,
            )
        )  # fmt: skip

    def _event(self, incident_id: int, kind: str, details: Mapping[str, Any], *, at: int) -> None:
        self._events.append(
            AlertEvent(
                project_id=self.project_id,
                incident_id=incident_id,
                at=at,
                actor=SERVER,
                kind=kind,
                details=details,
            )
        )


def print_of(about: About, watch: Watch, kind: Kind) -> str:
    """Fingerprint of the alert of a series."""
    labels = labels_of(
        watch.monitor, project=about.model.project, model=about.model.name, version=watch.version or "all",
        address=watch.monitor.metric, kind=kind,
    )  # fmt: skip
    return fingerprint(labels)


def _gone(turn: Turn) -> str:
    seen = turn.one.seen
    return "missing_version" if seen is not None and seen.missing == "version" else "missing_segment"


def _columns_of(details: Mapping[str, Any]) -> list[str]:
    """Columns that stand behind a figure over all columns."""
    return [str(each["column"]) for each in details.get("columns", ())]
