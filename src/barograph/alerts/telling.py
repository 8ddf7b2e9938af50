"""When people are told of an incident, and of what. `due` is the whole of it.

    new · regressed · lifted · flapping   first, once the route's wait is over and not all its alerts are suppressed
    escalated        its severity is higher than any they were told of since it began
    unsnoozed        it was put off, that is over, and it still fires
    lifted           what suppressed all its alerts is over, and it still fires; once a week at the most, and
                     not after somebody has seen it
    flapping         it fires and resolves too often; after that only `escalated` and `resolved`
    unacknowledged   critical or worse, and nobody has said that they have seen it: the next step of the route
    reminder         the same, after a day (warning) or four hours, each later one after twice as long, up to a week;
                     six at the most: what is still open then is in the daily digest
    resolved         if and only if they were told that it fires: once all is over, or nothing is left that the route
                     would ever have told

Nobody is told while it is snoozed or all its alerts are suppressed, and nothing is lost by it: what is told follows
from how the incident stands and what was told before, not from what happened meanwhile. An acknowledgement ends
reminders and steps. Incidents that are of past times only, and those milder than the route's least severity, are told
to nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from barograph.alerts.incident_view import IncidentView
from barograph.alerts.intents import Telling, telling
from barograph.alerts.machine import is_worse
from barograph.alerts.routes import Route
from barograph.alerts.told import OPENING, Reason, Told
from barograph.monitors.monitor import Severity

_US: Final = 1_000_000
#: Reminders come no more seldom than once a week, however long they are answered by nobody.
_LONGEST_WAIT: Final = 7 * 86_400.0
_MOST_REMINDERS: Final = 6


def due(incident: IncidentView, route: Route, *, now: int) -> tuple[Telling, ...]:
    """What a route is to tell of an incident now.

    Parameters
    ----------
    incident : with everything told up to now.
    route : one of `routes.routes_for`.
    now : µs UTC.

    Returns
    -------
    tuple of Telling
        Mostly none. Once their `told` is part of the incident, asking again gives none.

    Examples
    --------
    >>> incident = IncidentView(
    ...     id=1, severity="warning", opened_at=0, firing=1, loud=1, loud_severity="warning"
    ... )
    >>> (told,) = due(incident, Route(name="default", channels=("mail",)), now=0)
    >>> told.reason, told.not_before
    ('new', 30000000)
    """
    if incident.backfilled or not route.channels:
        return ()
    known = said(incident.told, route)
    if incident.resolved_at is not None or _is_minor(incident, route):
        return _of_the_end(incident, route, known, now)
    if _is_quiet(incident, route) or _is_snoozed(incident, known, now):
        return ()
    opening = _opening(incident, known, now)
    if opening is not None:
        waited = incident.opened_at + int(route.wait_seconds * _US)
        return (telling(incident, route, opening, at=now, not_before=max(now, waited)),)
    if _is_acknowledged(incident, known) or incident.flapping_since is not None:
        return ()
    return (*_steps(incident, route, known, now), *_reminder(incident, route, known, now))


def withdrawn(incident: IncidentView, route: Route, *, now: int) -> tuple[Told, ...]:
    """What was to be told later and is so no more: the incident was over, suppressed, snoozed or worse before.

    Asked before `due`, which is then given the incident with what was taken back.

    Returns
    -------
    tuple of Told
        Marked as withdrawn, to take the place of the ones that were.

    Examples
    --------
    >>> told = Told(route="default", reason="new", at=0, not_before=30, severity="warning", alerts=1)
    >>> incident = IncidentView(
    ...     id=1, severity="warning", opened_at=0, firing=0, loud=0, resolved_at=20, told=(told,)
    ... )
    >>> [one.withdrawn for one in withdrawn(incident, Route(name="default"), now=20)]
    [True]
    """
    waiting = tuple(one for one in said(incident.told, route) if one.not_before > now)
    over = incident.resolved_at is not None
    snoozed = incident.snoozed_until is not None and now < incident.snoozed_until
    if over or snoozed or _is_quiet(incident, route) or _is_higher(incident, waiting):
        return tuple(one.taken_back() for one in waiting)
    return ()


def unsent(told: Iterable[Told], gone: Iterable[Told]) -> tuple[str, ...]:
    """Keys of messages that are not to be sent any more, each once.

    Parameters
    ----------
    told : everything that was told of the incident, with what was taken back.
    gone : what was taken back just now. A message that another route tells too is still sent.

    Examples
    --------
    >>> one = Told(route="a", reason="new", at=0, not_before=30, severity="warning", alerts=1, keys=("x", "y"))
    >>> other = Told(route="b", reason="new", at=0, not_before=30, severity="warning", alerts=1, keys=("y",))
    >>> unsent([one.taken_back(), other], [one.taken_back()])
    ('x',)
    >>> both = [one.taken_back(), other.taken_back()]
    >>> unsent(both, both)
    ('x', 'y')
    """
    held = {key for one in told if not one.withdrawn for key in one.keys}
    return tuple(dict.fromkeys(key for one in gone for key in one.keys if key not in held))


def said(told: Iterable[Told], route: Route) -> tuple[Told, ...]:
    """What stands told by a route since it last said that all is over, withdrawals taken out."""
    mine: list[Told] = []
    for one in told:
        if one.route == route.name and not one.withdrawn:
            mine = [] if one.reason == "resolved" else [*mine, one]
    return tuple(mine)


def _of_the_end(
    incident: IncidentView, route: Route, known: tuple[Told, ...], now: int
) -> tuple[Telling, ...]:
    """Tell that it is over to all who were told that it fires, those of the steps too."""
    if not any(one.not_before <= now for one in known):
        return ()
    reached = max(one.step for one in known)
    steps = tuple(channel for step in route.escalate[:reached] for channel in step.channels)
    channels = tuple(dict.fromkeys((*route.channels, *steps)))
    return (telling(incident, route, "resolved", at=now, not_before=now, channels=channels),)


def _opening(incident: IncidentView, known: tuple[Told, ...], now: int) -> Reason | None:
    """Why people are told that it fires, anew or for the first time."""
    flaps = incident.flapping_since is not None
    # A step or a reminder alone is left where the channel that was to be told first has gone without having been.
    if not any(one.reason in OPENING for one in known):
        if flaps:
            return "flapping"
        if incident.lifted_at is not None:
            return "lifted"
        if incident.snoozed_until is not None:
            return "unsnoozed"
        return "new" if incident.previous_id is None else "regressed"
    last = known[-1].at
    if _is_higher(incident, known):
        return "escalated"
    if incident.flapping_since is not None:
        since = incident.flapping_since
        told = any(one.reason in ("flapping", "escalated") and one.at >= since for one in known)
        return None if told else "flapping"
    if incident.snoozed_until is not None and last < incident.snoozed_until <= now:
        return "unsnoozed"
    if incident.lifted_at is not None and last < incident.lifted_at and not _is_known(incident, known):
        return "lifted"
    return None


def _is_known(incident: IncidentView, known: tuple[Told, ...]) -> bool:
    """Whether somebody has seen it, or the same was told within a week: some maintenance is over every morning."""
    if _is_acknowledged(incident, known):
        return True
    told = [one.at for one in known if one.reason == "lifted"]
    return (
        bool(told)
        and incident.lifted_at is not None
        and incident.lifted_at < told[-1] + int(_LONGEST_WAIT * _US)
    )


def _steps(incident: IncidentView, route: Route, known: tuple[Told, ...], now: int) -> tuple[Telling, ...]:
    if not _is_critical(incident.loud_severity):
        return ()
    number = max(i for i, one in enumerate(known) if one.reason in OPENING)
    reached = max(one.step for one in known[number:])
    since = known[number].not_before
    return tuple(
        telling(incident, route, "unacknowledged", at=now, not_before=now, channels=step.channels, step=place)
        for place, step in enumerate(route.escalate, 1)
        if place > reached and now >= since + int(step.after_seconds * _US)
    )


def _reminder(incident: IncidentView, route: Route, known: tuple[Told, ...], now: int) -> tuple[Telling, ...]:
    """A reminder where it is time; each waits twice as long as the one before, so that no month is filled with them."""
    every = route.repeat.get(incident.loud_severity) if incident.loud_severity else None
    if every is None:
        return ()
    to_all = [one for one in known if one.reason != "unacknowledged"]
    since = max((i for i, one in enumerate(to_all) if one.reason not in ("reminder", "lifted")), default=0)
    reminded = sum(one.reason == "reminder" for one in to_all[since:])
    if reminded >= _MOST_REMINDERS:
        return ()
    wait = min(every * 2.0**reminded, max(every, _LONGEST_WAIT))
    if now < max(one.not_before for one in to_all) + int(wait * _US):
        return ()
    return (telling(incident, route, "reminder", at=now, not_before=now),)


def _is_quiet(incident: IncidentView, route: Route) -> bool:
    """Whether nothing of it is to be told at once: all suppressed, or too mild."""
    return (
        incident.loud == 0 or incident.loud_severity is None or is_worse(route.least, incident.loud_severity)
    )


def _is_minor(incident: IncidentView, route: Route) -> bool:
    """Whether all that is still open has always been too mild for the route."""
    return incident.open_peak is not None and is_worse(route.least, incident.open_peak)


def _is_snoozed(incident: IncidentView, known: tuple[Told, ...], now: int) -> bool:
    """Whether it is put off; what has become worse since it was told of is not."""
    put_off = incident.snoozed_until is not None and now < incident.snoozed_until
    return put_off and not (known and _is_higher(incident, known))


def _is_acknowledged(incident: IncidentView, known: tuple[Told, ...]) -> bool:
    """Whether somebody has seen it as it is now."""
    worse = max((one.at for one in known if one.reason == "escalated"), default=0)
    return incident.acknowledged_at is not None and incident.acknowledged_at >= worse


def _is_higher(incident: IncidentView, known: tuple[Told, ...]) -> bool:
    loud = incident.loud_severity
    return loud is not None and all(is_worse(loud, one.severity) for one in known)


def _is_critical(severity: Severity | None) -> bool:
    return severity in ("critical", "emergency")
