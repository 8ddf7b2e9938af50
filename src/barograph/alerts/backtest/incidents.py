"""Alerts that there would have been as people would have heard of them: put into incidents, some of which are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypedDict

from barograph.alerts.backtest.times import iso_time, per_week
from barograph.alerts.facts import Facts
from barograph.alerts.inhibition import FiringAlert, Inhibition, inhibitors_of
from barograph.alerts.labels import Kind, with_severity
from barograph.alerts.machine import State, is_worse
from barograph.alerts.placing import OpenIncident, place_all
from barograph.alerts.routes import DEFAULT_NAME, DEFAULT_ROUTE, Route
from barograph.monitors.monitor import FROM_IMPACT, SEVERITIES, Monitor, Severity

#: What a severity that only an explanation knows is taken for by inhibitions: the mildest that is no info.
_UNEXPLAINED: Final[Severity] = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """An alert that there would have been; times in microseconds UTC.

    Attributes
    ----------
    monitor : its name; `notify`: the routes it names.
    labels : without the severity.
    severity : the highest it reached, or `from impact`: known once it is explained.
    reached : the severities it had, and from when on each, ascending; empty: the highest from the first.
    fired_at : when it would have been seen.
    resolved_at : None: it lasts.
    """

    monitor: str
    notify: tuple[str, ...] = ()
    labels: Mapping[str, str]
    facts: Facts
    severity: str
    reached: tuple[tuple[int, str], ...] = ()
    fired_at: int
    resolved_at: int | None

    def severity_at(self, at: int) -> str:
        """The severity that it had reached at a time."""
        return next((each for since, each in reversed(self.reached) if since <= at), self.severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldBeIncident:
    """An incident that there would have been; times in microseconds UTC.

    Attributes
    ----------
    number : counted from 1, in the order in which they would have been opened.
    severity : the highest of its alerts that is known without an explanation.
    told_at : when people would first have been told; None: the daily digest has it at the most.
    by_impact : it is told only if its impact, which an explanation finds, is at least what its route tells.
    """

    number: int
    models: tuple[str, ...]
    monitors: tuple[str, ...]
    columns: tuple[str, ...]
    alerts: int
    severity: str
    started_at: int
    opened_at: int
    told_at: int | None
    resolved_at: int | None
    by_impact: bool

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "number": self.number, "models": list(self.models), "monitors": list(self.monitors),
            "columns": list(self.columns), "alerts": self.alerts, "severity": self.severity,
            "started_at": iso_time(self.started_at), "opened_at": iso_time(self.opened_at),
            "told_at": None if self.told_at is None else iso_time(self.told_at),
            "resolved_at": None if self.resolved_at is None else iso_time(self.resolved_at),
            "by_impact": self.by_impact,
        }  # fmt: skip


class Counts(TypedDict):
    """Incidents that people are told of, those of them only by their impact, and those that the daily digest has."""

    told: int
    told_by_impact: int
    digest: int
    per_week: float
    digest_per_week: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What people would have heard.

    Attributes
    ----------
    incidents : all, in the order in which they would have been opened.
    numbers : of the incident of each alert, in the order of the alerts that were given.
    told : whether people would have been told of each alert.
    """

    incidents: tuple[WouldBeIncident, ...]
    numbers: tuple[int, ...]
    told: tuple[bool, ...]

    def counts(self, first: int, end: int) -> Counts:
        """Incidents that are told and those that are not, in all and a week, of a span in microseconds UTC."""
        told = [one for one in self.incidents if one.told_at is not None]
        milder = len(self.incidents) - len(told)
        return Counts(
            told=len(told), told_by_impact=sum(one.by_impact for one in told), digest=milder,
            per_week=per_week(len(told), first, end), digest_per_week=per_week(milder, first, end),
        )  # fmt: skip


def severity_said(monitor: Monitor, kind: Kind, state: State) -> str:
    """What is said of how grave an alert is: of a monitor whose severity comes from impact, that."""
    return FROM_IMPACT if monitor.severity == FROM_IMPACT and kind == "breach" else state.severity or "info"


def is_told(severity: str, notify: Iterable[str], routes: Mapping[str, Route]) -> bool:
    """Whether any of the routes that a monitor names tells of a severity at once; `from impact`: it may.

    Examples
    --------
    >>> is_told("info", [], {}), is_told("warning", [], {}), is_told("from impact", [], {})
    (False, True, True)
    >>> is_told("warning", ["night"], {"night": Route(name="night", least="critical")})
    False
    """
    if severity == FROM_IMPACT:
        return True
    default = routes.get(DEFAULT_NAME, DEFAULT_ROUTE)
    asked = [routes.get(name, default) for name in tuple(notify) or (DEFAULT_NAME,)]
    return any(not is_worse(route.least, _severity(severity)) for route in asked)


def as_incidents(
    fired: Sequence[Fired], *, routes: Mapping[str, Route], rules: Sequence[Inhibition]
) -> Outcome:
    """Put alerts into incidents as a server does, and say of which people would have been told.

    An incident is told once it has an alert that nothing inhibits and that is as grave as a route of its monitor asks
    for. Silences, and what people do with an incident, are no part of it.

    Parameters
    ----------
    routes : by name; a monitor that names another one, or none, has the default route.
    rules : of inhibition.

    Notes
    -----
    Cost: 60 µs an alert, and 10 µs for each open one whenever something changes while an incident is inhibited.

    Examples
    --------
    >>> def alert(model):
    ...     facts = Facts(models=frozenset([model]), started_at=0, latest_at=0, window_us=1)
    ...     return Fired(monitor="m", labels={}, facts=facts, severity="critical", fired_at=1, resolved_at=None)
    >>> found = as_incidents([alert("a"), alert("a"), alert("b")], routes={}, rules=[])
    >>> found.numbers, [one.alerts for one in found.incidents]
    ((1, 1, 2), [2, 1])
    """
    course = _Course(fired, routes, rules)
    turns = {one.fired_at for one in fired} | {
        one.resolved_at for one in fired if one.resolved_at is not None
    }
    turns |= {at for one in fired for at, _ in one.reached}
    begun: dict[int, list[int]] = {}
    for place, one in enumerate(fired):
        begun.setdefault(one.fired_at, []).append(place)
    for at in sorted(turns):
        course.step(begun.get(at, []), at)
    return course.outcome()


@dataclass(slots=True, kw_only=True)
class _Incident:
    """One while time goes by; `alerts` are places of all it ever had, `ended` when it became part of another."""

    facts: Facts
    opened_at: int
    alerts: list[int] = field(default_factory=list)
    told_at: int | None = None
    ended: int | None = None


class _Course:
    """Incidents while time goes by.

    Parameters
    ----------
    routes : by name.
    """

    def __init__(
        self, fired: Sequence[Fired], routes: Mapping[str, Route], rules: Sequence[Inhibition]
    ) -> None:
        self.fired, self.routes, self.rules = fired, routes, rules
        # Of each alert whether it ever is as grave as its routes ask for.
        self.tells = [is_told(one.severity, one.notify, routes) for one in fired]
        self.incidents: list[_Incident] = []
        self.home: dict[int, int] = {}
        self.open: set[int] = set()

    def step(self, begun: Sequence[int], at: int) -> None:
        """Go on to a time at which alerts begin or end; those that end take in what begins with them."""
        if begun:
            self._place(begun, at)
        self.open = {place for place in self.open if (self.fired[place].resolved_at or at + 1) > at}
        self._tell(at)

    def _place(self, begun: Sequence[int], at: int) -> None:
        holding = sorted({self.home[place] for place in self.open})
        known = [OpenIncident(id=number, facts=self.incidents[number].facts) for number in holding]
        for placed in place_all([self.fired[place].facts for place in begun], known):
            if placed.incident is None:
                self.incidents.append(_Incident(facts=placed.facts, opened_at=at))
            number = len(self.incidents) - 1 if placed.incident is None else placed.incident
            self.incidents[number].facts = placed.facts
            for other in placed.absorbed:
                self._absorb(other, number, at)
            for i in placed.alerts:
                self._enter(begun[i], number)
        self.open.update(begun)

    def _enter(self, place: int, number: int) -> None:
        self.incidents[number].alerts.append(place)
        self.home[place] = number

    def _absorb(self, other: int, number: int, at: int) -> None:
        self.incidents[other].ended = at
        for place in self.incidents[other].alerts:
            self._enter(place, number)

    def _tell(self, at: int) -> None:
        """Tell of incidents that nobody was told of, and that have something to tell which nothing inhibits."""
        waiting = [
            place
            for place in self.open
            if self.tells[place]
            and self.incidents[self.home[place]].told_at is None
            and is_told(self.fired[place].severity_at(at), self.fired[place].notify, self.routes)
        ]
        if not waiting:
            return
        inhibited = inhibitors_of([self._firing(place, at) for place in sorted(self.open)], self.rules)
        for place in waiting:
            if place not in inhibited:
                self.incidents[self.home[place]].told_at = at

    def _firing(self, place: int, at: int) -> FiringAlert:
        one = self.fired[place]
        labels = with_severity(one.labels, _severity(one.severity_at(at)))
        return FiringAlert(id=place, labels=labels, started_at=one.facts.started_at)

    def outcome(self) -> Outcome:
        # One that became part of another is one that people heard of only if they were told before.
        kept = [one for one in self.incidents if one.ended is None or one.told_at is not None]
        numbers = {id(one): number for number, one in enumerate(kept, 1)}
        homes = [self.incidents[self.home[place]] for place in range(len(self.fired))]
        return Outcome(
            incidents=tuple(self._incident(one, number) for number, one in enumerate(kept, 1)),
            numbers=tuple(numbers[id(home)] for home in homes),
            told=tuple(t and home.told_at is not None for t, home in zip(self.tells, homes, strict=True)),
        )

    def _incident(self, one: _Incident, number: int) -> WouldBeIncident:
        those = [self.fired[place] for place in one.alerts]
        ends = [each.resolved_at for each in those]
        known = [each for each, place in zip(those, one.alerts, strict=True) if self.tells[place]]
        return WouldBeIncident(
            number=number, models=tuple(sorted(one.facts.models)),
            monitors=tuple(sorted({each.monitor for each in those})), columns=one.facts.column_names,
            alerts=len(those), severity=_highest(each.severity for each in those), started_at=one.facts.started_at,
            opened_at=one.opened_at, told_at=one.told_at,
            resolved_at=one.ended or (None if None in ends else max(end for end in ends if end is not None)),
            by_impact=one.told_at is not None and all(each.severity == FROM_IMPACT for each in known),
        )  # fmt: skip


def _highest(severities: Iterable[str]) -> str:
    """The highest that is known; `from impact` where what an explanation will say may be the highest."""
    found = set(severities)
    known = max(
        (_severity(each) for each in found if each != FROM_IMPACT), key=SEVERITIES.index, default="info"
    )
    return FROM_IMPACT if FROM_IMPACT in found and known == "info" else known


def _severity(severity: str) -> Severity:
    return next((each for each in SEVERITIES if each == severity), _UNEXPLAINED)
