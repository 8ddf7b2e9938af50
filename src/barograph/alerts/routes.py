"""Routes: who is told, when, how often, and who is told next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, cast

from barograph.alerts.machine import is_worse
from barograph.errors import MonitorError
from barograph.monitors.entries import choice, flag, mapping, names, seconds
from barograph.monitors.monitor import SEVERITIES, Severity
from barograph.schema.document import Document

#: Its name is that of the route of monitors that name none.
DEFAULT_NAME: Final = "default"
_HOUR: Final = 3_600.0
_SHORTEST_REPEAT: Final = 60.0
_KEYS: Final = ("channels", "wait", "repeat", "escalate", "least", "digest")


def _usual_repeat() -> Mapping[Severity, float]:
    return MappingProxyType({"warning": 24 * _HOUR, "critical": 4 * _HOUR, "emergency": 4 * _HOUR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """Who is told of a critical incident that nobody has acknowledged, so many seconds after people were first told."""

    after_seconds: float
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where an incident is told.

    Attributes
    ----------
    channels : names; empty: every channel of the project that is switched on.
    wait_seconds : between the first alert and the first message, so that alerts of one cause are in it.
    repeat : seconds before the first reminder, by severity, each later one after twice as long, up to a week; a
        severity that is not there has none.
    escalate : steps, ascending.
    least : the mildest severity that is told at once.
    digest : whether what is milder is told in the daily digest of the route's channels.
    """

    name: str
    channels: tuple[str, ...] = ()
    wait_seconds: float = 30.0
    repeat: Mapping[Severity, float] = field(default_factory=_usual_repeat)
    escalate: tuple[Escalation, ...] = ()
    least: Severity = "warning"
    digest: bool = True


#: The route of a project that has written none.
DEFAULT_ROUTE: Final = Route(name=DEFAULT_NAME)


def read_route(name: str, document: Mapping[str, Any]) -> Route:
    """Read a route.

    Parameters
    ----------
    document : `channels`, `wait` (30s), `repeat` (24h, or by severity; null: no reminders), `escalate` (a list of
        `after` and `channels`), `least` (warning), `digest` (true).

    Raises
    ------
    MonitorError
        Where something is not as expected, with the nearest name.

    Examples
    --------
    >>> route = read_route("on-call", {
    ...     "channels": ["pager"], "repeat": {"critical": "2h"}, "escalate": [{"after": "15m", "channels": "lead"}]
    ... })
    >>> route.repeat["critical"], route.escalate[0].after_seconds
    (7200.0, 900.0)
    """
    source = Document(origin=f"route {name!r}", values=document, lines={}, error=MonitorError)
    source.check_keys((), document, _KEYS)
    given: dict[str, Any] = {}
    if "channels" in document:
        given["channels"] = names(source, ("channels",), document["channels"])
    if "wait" in document:
        given["wait_seconds"] = seconds(source, ("wait",), document["wait"])
    if "repeat" in document:
        given["repeat"] = MappingProxyType(_repeat(source, document["repeat"]))
    if "escalate" in document:
        given["escalate"] = _steps(source, document["escalate"])
    if "least" in document:
        given["least"] = choice(source, ("least",), document["least"], SEVERITIES)
    if "digest" in document:
        given["digest"] = flag(source, ("digest",), document["digest"])
    return Route(name=name, **given)


def routes_for(
    wanted: Iterable[str], routes: Mapping[str, Route], channels: Sequence[str]
) -> tuple[Route, ...]:
    """The routes of an incident, by the names its monitors give.

    Parameters
    ----------
    wanted : names of routes, or of channels, which are told as by the default route; none, or one there is nothing
        of: the project's default route, so that nobody is forgotten.
    routes : of the project.
    channels : that are switched on: those of a route that names none.

    Returns
    -------
    tuple of Route
        Each once, in the order of their names; their channels are named.

    Examples
    --------
    >>> [route.channels for route in routes_for([], {}, ["mail"])]
    [('mail',)]
    """
    default = routes.get(DEFAULT_NAME, DEFAULT_ROUTE)
    alone = {name: replace(default, name=name, channels=(name,)) for name in channels}
    chosen = {route.name: route for name in wanted for route in ({**alone, **routes}.get(name, default),)}
    chosen = chosen or {default.name: default}
    return tuple(
        replace(route, channels=_reached(route.channels, channels)) for _, route in sorted(chosen.items())
    )


def _reached(named: tuple[str, ...], channels: Sequence[str]) -> tuple[str, ...]:
    """Those a route names; all that are on where it names none, or none of them is on any more: nobody is forgotten."""
    return named if set(named) & set(channels) or (named and not channels) else tuple(channels)


def routes_of_alerts(
    alerts: Iterable[tuple[Sequence[str], Severity]],
    told: Iterable[str],
    routes: Mapping[str, Route],
    channels: Sequence[str],
) -> tuple[Route, ...]:
    """The routes of an incident: those by which it was told, and those that its alerts ask for.

    Parameters
    ----------
    alerts : of each that nothing suppresses the names its monitor gives, none for the default route, and its severity:
        one that is milder than the least of its route asks for nobody.
    told : names of the routes that told of it.
    routes, channels : as in `routes_for`.

    Examples
    --------
    >>> alerts = [((), "critical"), (["team"], "info")]
    >>> [route.name for route in routes_of_alerts(alerts, [], {"team": Route(name="team")}, ["mail"])]
    ['default']
    """
    by_name = {route.name: route for route in routes_for([*routes, *channels], routes, channels)}
    default = routes.get(DEFAULT_NAME, DEFAULT_ROUTE)
    wanted = set(told)
    for given, severity in alerts:
        asked = [by_name.get(name, default) for name in given or (DEFAULT_NAME,)]
        wanted.update(route.name for route in asked if not is_worse(route.least, severity))
    return routes_for(sorted(wanted), routes, channels)


def _repeat(source: Document, value: object) -> dict[Severity, float]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        every = _reminded(source, ("repeat",), value)
        return dict.fromkeys(SEVERITIES[1:], every)
    both = dict(_usual_repeat())
    for severity, length in mapping(source, ("repeat",), value, SEVERITIES[1:]).items():
        if length is None:
            both.pop(cast("Severity", severity), None)
        else:
            both[cast("Severity", severity)] = _reminded(source, ("repeat", severity), length)
    return both


def _reminded(source: Document, path: tuple[str, ...], value: object) -> float:
    length = seconds(source, path, value)
    if length < _SHORTEST_REPEAT:
        raise source.wrong(path, value, "a minute or more, or null for no reminders")
    return length


def _steps(source: Document, value: object) -> tuple[Escalation, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise source.wrong(("escalate",), value, "a list of steps, each with after and channels")
    steps: list[Escalation] = []
    for number, step in enumerate(value, 1):
        path = ("escalate", str(number))
        held = mapping(source, path, step, ("after", "channels"))
        after = seconds(source, (*path, "after"), held.get("after"))
        told = names(source, (*path, "channels"), held.get("channels"))
        if not told or after <= 0.0 or (steps and after <= steps[-1].after_seconds):
            raise source.wrong(path, step, "after, later than the step before, and channels to tell")
        steps.append(Escalation(after_seconds=after, channels=told))
    return tuple(steps)
