"""Which incident an alert belongs to. The rule is in `kinship`; nothing else decides.

Alerts of one cause are one incident, across monitors and models, so that one person is told once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from barograph.alerts.facts import ERRORS, Facts, merged

#: Windows of one model within which alerts start together.
TOGETHER_WINDOWS: Final = 1
#: Windows, and at most days, within which alerts follow from one another.
FOLLOWING_WINDOWS: Final = 7
_FOLLOWING_US: Final = 7 * 86_400_000_000
#: Within which alerts of a column are of one cause: what goes wrong with it after so long is told anew.
_SAME_COLUMN_US: Final = 28 * 86_400_000_000
#: Windows by which rows may show later than labels what is wrong with both: a cause does not begin after its effect.
SHOWN_LATER_WINDOWS: Final = 3
_PERFORMANCE: Final = "performance"
#: Fields by which an alert and an incident can be kin.
_SHARED: Final = ("columns", "sources", "deployments", "hosts", "versions", "models")

Kinship = Literal["cause", "time"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIncident:
    """One that has an open alert."""

    id: int
    facts: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """New alerts that go into one incident.

    Attributes
    ----------
    incident : its id; None: a new one.
    alerts : places in the sequence that was given, ascending.
    absorbed : open incidents that turn out to be of the same cause: their alerts go into this one too.
    facts : of the incident with all of them.
    """

    incident: int | None
    alerts: tuple[int, ...]
    absorbed: tuple[int, ...]
    facts: Facts


def kinship(alert: Facts, incident: Facts) -> Kinship | None:
    """Say whether an alert belongs to an incident that is open.

    Parameters
    ----------
    alert : of one alert that has begun to fire.
    incident : of all alerts of the incident.

    Returns
    -------
    `cause` where they share one:

    - a **column** of the same model, or of the same source in any model, where the alert starts no more than 28 days
      (and one window) after the latest alert of the incident: a fault of a column that moved months ago is another one;
    - a **source**, a **deployment**, a **host** or a **version**, where the alert starts no more than 7 windows (and 7
      days, or one window where that is longer) after the latest alert of the incident.

    `time` where both say how wrong all answers of one **model** are, by whatever metric: for as long as the incident is
    open, if it is of that model alone.

    `time` too where they share a **model**, and

    - the alert starts within one window of another alert of the incident; or it is of performance and another of the
      incident is not: what happens to rows shows later in the labels; or the other way about, no more than 3 windows
      later: what labels have shown for longer is not of these rows;
    - and no more than those 7 windows after the incident began. What merely happens later is another incident.

    None otherwise: two faults on one day in models that share nothing are two incidents. A window is the longer of
    both. The longest chain of strangers is thus 7 windows; only what names the same thing joins after that.

    Examples
    --------
    >>> day = 86_400_000_000
    >>> def fact(model, start, **more):
    ...     return Facts(models=frozenset([model]), started_at=start, latest_at=start, window_us=day, **more)
    >>> kinship(fact("a", day), fact("a", 0)), kinship(fact("b", 0), fact("a", 0))
    ('time', None)
    """
    window = max(alert.window_us, incident.window_us)
    following = following_us(window)
    away = _away(alert.started_at, incident)
    if away <= max(window, _SAME_COLUMN_US) and not alert.columns.isdisjoint(incident.columns):
        return "cause"
    if away <= following and any(
        not getattr(alert, name).isdisjoint(getattr(incident, name))
        for name in ("sources", "deployments", "hosts", "versions")
    ):
        return "cause"
    if alert.models == incident.models and ERRORS in alert.families & incident.families:
        return "time"
    if alert.models.isdisjoint(incident.models) or abs(alert.started_at - incident.started_at) > following:
        return None
    if away <= TOGETHER_WINDOWS * window or _one_shows_the_other(alert, incident, window):
        return "time"
    return None


def following_us(window_us: int) -> int:
    """How far apart alerts may start that follow from one another: 7 windows, at most 7 days, at least one window.

    Examples
    --------
    >>> hour = 3_600_000_000
    >>> [following_us(window * hour) // hour for window in (1, 24, 24 * 31)]
    [7, 168, 744]
    """
    return max(window_us, min(FOLLOWING_WINDOWS * window_us, _FOLLOWING_US))


def place(facts: Facts, open_incidents: Sequence[OpenIncident]) -> int | None:
    """The incident that one alert joins, None where it begins one; see `place_all`."""
    return place_all([facts], open_incidents)[0].incident


def place_all(new: Sequence[Facts], open_incidents: Iterable[OpenIncident]) -> tuple[Placed, ...]:
    """Place all alerts that began to fire together.

    An alert joins the oldest incident it shares a cause with, else the oldest it shares its time with (`kinship`).
    Those that say most of their cause come first, so that the others find it; an incident that knows nothing of its
    cause is absorbed by the one whose cause an alert of its model and time shares, and so is a second one of the
    same cause. The order of `new` changes nothing.

    Notes
    -----
    Cost: about 60 µs an alert; incidents are found by what they share, not one by one.

    Examples
    --------
    >>> def fact(model):
    ...     return Facts(models=frozenset([model]), started_at=0, latest_at=0, window_us=1)
    >>> [(p.incident, p.alerts) for p in place_all([fact("a"), fact("b")], [OpenIncident(id=7, facts=fact("b"))])]
    [(7, (1,)), (None, (0,))]
    """
    groups = [_Group(one.id, one.facts) for one in sorted(open_incidents, key=lambda one: one.id)]
    index: defaultdict[tuple[str, object], set[int]] = defaultdict(set)
    for number, group in enumerate(groups):
        _enter(index, number, group.facts)
    for number in sorted(range(len(new)), key=lambda i: _order(new[i])):
        near = {group for key in _keys(new[number]) for group in index.get(key, ())}
        kin = _kin(new[number], [(group, groups[group]) for group in sorted(near)])
        if not kin:
            groups.append(_Group(None, new[number]))
        first = kin[0] if kin else len(groups) - 1
        groups[first].alerts.append(number)
        groups[first].facts = merged(groups[first].facts, new[number])
        for other in kin[1:]:
            groups[first].absorb(groups[other])
        _enter(index, first, groups[first].facts if kin[1:] else new[number])
    return tuple(group.placed() for group in groups if group.alerts)


class _Group:
    """An incident, while alerts come in."""

    __slots__ = ("absorbed", "alerts", "facts", "incident", "is_gone")

    def __init__(self, incident: int | None, facts: Facts) -> None:
        self.incident = incident
        self.facts = facts
        self.alerts: list[int] = []
        self.absorbed: list[int] = []
        self.is_gone = False

    @property
    def knows_no_cause(self) -> bool:
        """Whether it has no more than a model and a time."""
        facts = self.facts
        return not (facts.columns or facts.sources or facts.deployments or facts.hosts)

    def absorb(self, other: _Group) -> None:
        """Take what another has; nothing finds that one any more."""
        self.facts = merged(self.facts, other.facts)
        self.alerts += other.alerts
        self.absorbed += other.absorbed if other.incident is None else [*other.absorbed, other.incident]
        other.alerts, other.absorbed, other.is_gone = [], [], True

    def placed(self) -> Placed:
        return Placed(
            incident=self.incident,
            alerts=tuple(sorted(self.alerts)),
            absorbed=tuple(sorted(self.absorbed)),
            facts=self.facts,
        )


def _kin(alert: Facts, near: Sequence[tuple[int, _Group]]) -> list[int]:
    """The group an alert joins, then those that it shows to be the same."""
    found = {n: kind for n, group in near if not group.is_gone and (kind := kinship(alert, group.facts))}
    causes = [n for n, kind in found.items() if kind == "cause"]
    times = [n for n, kind in found.items() if kind == "time"]
    if not causes:
        return times[:1]
    groups = dict(near)
    return [*causes, *(n for n in times if groups[n].knows_no_cause)]


def _enter(index: defaultdict[tuple[str, object], set[int]], number: int, facts: Facts) -> None:
    for key in _keys(facts):
        index[key].add(number)


def _keys(facts: Facts) -> Iterator[tuple[str, object]]:
    return ((name, member) for name in _SHARED for member in getattr(facts, name))


def _order(facts: Facts) -> tuple[object, ...]:
    """Those that say most first; equal ones in an order of their own, whatever order they came in."""
    says = (bool(facts.columns), bool(facts.sources), bool(facts.deployments or facts.hosts))
    shared = tuple(tuple(sorted(getattr(facts, name))) for name in _SHARED)
    return (tuple(not said for said in says), facts.started_at, shared)


def _away(start: int, incident: Facts) -> int:
    """How far a time is from those of an incident's alerts, 0 between them."""
    return max(incident.started_at - start, start - incident.latest_at, 0)


def _one_shows_the_other(alert: Facts, incident: Facts, window: int) -> bool:
    """Whether one is of performance, which labels show later, and the other of what comes before."""
    shown = SHOWN_LATER_WINDOWS * window
    if _PERFORMANCE in alert.families:
        others = incident.families - {_PERFORMANCE, ERRORS}
        return bool(others) and incident.started_at - alert.started_at <= shown
    return _PERFORMANCE in incident.families and alert.started_at - incident.latest_at <= shown
