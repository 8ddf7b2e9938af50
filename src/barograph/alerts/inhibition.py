"""Inhibition: an alert whose cause is another alert is shown and not told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from barograph.alerts.matchers import Matcher, matches, parse_matchers, read_matchers
from barograph.errors import MonitorError, did_you_mean
from barograph.monitors.entries import seconds
from barograph.schema.document import Document

_KEYS: Final = ("cause", "effect", "equal", "reason", "within")
_US: Final = 1_000_000
_WEEK_US: Final = 7 * 86_400 * _US


@dataclass(frozen=True, slots=True, kw_only=True)
class Inhibition:
    """A rule: where this fires, that is not told.

    Attributes
    ----------
    source, target : conditions on the labels of the cause and of its effect.
    equal : labels that both must have, with one value. One that is missing on both sides is not equal: an alert of a
        model without a column is no cause of another without one.
    reason : why, in words that follow "since".
    within : an effect begins so many microseconds after its cause at the latest; what begins later is news; None: it
        is kept quiet for as long as the cause fires.
    """

    name: str
    source: tuple[Matcher, ...]
    target: tuple[Matcher, ...]
    equal: tuple[str, ...]
    reason: str = ""
    within: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiringAlert:
    """An open alert; labels with its severity, see `labels.with_severity`; start of its first window, µs UTC."""

    id: int
    labels: Mapping[str, str]
    started_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Inhibitor:
    """What inhibits an alert: a rule, and the alert that is the cause."""

    rule: Inhibition
    alert: int


def _rule(
    name: str, source: str, target: str, equal: str, reason: str, *, within: int | None = _WEEK_US
) -> Inhibition:
    return Inhibition(
        name=name,
        source=parse_matchers(source),
        target=parse_matchers(target),
        equal=tuple(equal.split()),
        reason=reason,
        within=within,
    )


#: What holds where a project says nothing else of a rule of the same name. What is only told in a digest hides nothing.
DEFAULT_INHIBITIONS: Final[tuple[Inhibition, ...]] = (
    _rule(
        "broken pipeline",
        'about=~"pipeline|schema", severity!="info"',
        'about=~"drift|territory|quality|volume|performance|blind"',
        "project model",
        "rows that do not come as they should make other figures move",
    ),
    _rule(
        "unavailable",
        'about="availability", severity!="info"',
        'about=~"volume|latency"',
        "project model",
        "a service that is down is slow and answers few",
        within=None,
    ),
    _rule(
        "broken column",
        'about="quality", severity!="info"',
        'about=~"drift|territory"',
        "project model column",
        "values that are missing or wrong are another distribution",
    ),
    _rule(
        "stuck column",
        'metric="drift.stuck_count", severity!="info"',
        'about=~"drift|territory"',
        "project model",
        "a column that stands still is another distribution",
    ),
    _rule(
        "late labels",
        'about="labels", severity!="info"',
        'about="performance"',
        "project model",
        "performance on the labels that have come is not that of all rows",
        within=None,
    ),
    _rule(
        "worse of the same",
        'severity=~"critical|emergency"',
        'severity=~"info|warning"',
        "project model series",
        "the same figure has an alert that is worse",
        within=None,
    ),
)


def inhibited_by(
    alert: FiringAlert, firing: Sequence[FiringAlert], rules: Sequence[Inhibition] = DEFAULT_INHIBITIONS
) -> tuple[Inhibitor, ...]:
    """What inhibits one alert; see `inhibitors_of`."""
    others = [one for one in firing if one.id != alert.id]
    return inhibitors_of([*others, alert], rules).get(alert.id, ())


def inhibitors_of(
    firing: Sequence[FiringAlert], rules: Sequence[Inhibition] = DEFAULT_INHIBITIONS
) -> dict[int, tuple[Inhibitor, ...]]:
    """What inhibits each alert: one cause a rule, the oldest.

    An alert that is silenced still inhibits: quiet about a cause is no news about its effects. An alert that is cause
    and effect by one rule is not inhibited by it, so that two of them cannot silence each other.

    Parameters
    ----------
    firing : all open alerts of a project.

    Returns
    -------
    By the id of the alert; those that nothing inhibits are left out. What begins more than a week after broken rows
    that are still there is no effect of them by the usual rules: people know of these, and hear what else goes wrong.

    Notes
    -----
    Cost: 10 µs an alert. Thousands of alerts differ in few of the labels that a rule looks at: it looks once at each.

    Examples
    --------
    >>> broken = FiringAlert(id=1, labels={"project": "p", "model": "m", "about": "pipeline"})
    >>> moved = FiringAlert(id=2, labels={"project": "p", "model": "m", "about": "drift"})
    >>> found = inhibitors_of([broken, moved])
    >>> [(effect, by.rule.name, by.alert) for effect, (by,) in found.items()]
    [(2, 'broken pipeline', 1)]
    """
    found: defaultdict[int, list[Inhibitor]] = defaultdict(list)
    for rule in rules:
        is_cause, is_effect = _remembering(rule.source), _remembering(rule.target)
        causes = [alert for alert in firing if is_cause(alert.labels)]
        if not causes:
            continue
        known: defaultdict[tuple[str, ...], dict[int, int]] = defaultdict(dict)
        for cause in sorted(causes, key=lambda one: one.id):
            key = _equal(rule, cause)
            if key is not None:
                known[key].setdefault(0 if rule.within is None else cause.started_at, cause.id)
        both = {cause.id for cause in causes}
        for alert in firing:
            key = _equal(rule, alert)
            if key is not None and key in known and alert.id not in both and is_effect(alert.labels):
                near = [i for since, i in known[key].items() if _is_near(rule, since, alert)]
                if near:
                    found[alert.id].append(Inhibitor(rule=rule, alert=min(near)))
    return {alert: tuple(by) for alert, by in found.items()}


def read_inhibition(name: str, document: Mapping[str, Any]) -> Inhibition:
    """Read a rule: `cause`, `effect`, `equal`, and perhaps `reason` and `within`, a length of time.

    Raises
    ------
    MonitorError
        Where something is missing, or is not as expected.

    Examples
    --------
    >>> rule = read_inhibition(
    ...     "nightly load", {"cause": 'monitor="load"', "effect": 'family="drift"', "equal": "model", "within": "1d"}
    ... )
    >>> rule.equal, rule.within
    (('model',), 86400000000)
    """
    where = f"inhibition {name!r}"
    for key in document:
        if key not in _KEYS:
            hint = did_you_mean(key, _KEYS) or "."
            raise MonitorError(f"{where}: no such key {key!r}{hint} Expected {', '.join(_KEYS)}.")
    for key in ("cause", "effect", "equal"):
        if not document.get(key):
            raise MonitorError(
                f"{where}: {key} is missing; expected cause and effect, each conditions on labels such as "
                "'about=\"pipeline\"', and equal, the labels that both have alike, such as [project, model]."
            )
    equal = document["equal"]
    listed = [equal] if isinstance(equal, str) else equal
    if not isinstance(listed, Sequence) or not all(isinstance(label, str) and label for label in listed):
        raise MonitorError(
            f"{where}: equal holds {equal!r}; expected names of labels, such as [project, model]."
        )
    try:
        source, target = read_matchers(document["cause"]), read_matchers(document["effect"])
    except MonitorError as error:
        raise MonitorError(f"{where}: {error}") from None
    return Inhibition(
        name=name, source=source, target=target, equal=tuple(listed), reason=str(document.get("reason") or ""),
        within=_within(where, document),
    )  # fmt: skip


def all_rules(own: Sequence[Inhibition]) -> tuple[Inhibition, ...]:
    """A project's rules, and the default ones whose names it does not use.

    Examples
    --------
    >>> len(all_rules([])) == len(DEFAULT_INHIBITIONS)
    True
    """
    names = {rule.name for rule in own}
    return (*own, *(rule for rule in DEFAULT_INHIBITIONS if rule.name not in names))


def _remembering(matchers: tuple[Matcher, ...]) -> Callable[[Mapping[str, str]], bool]:
    """`matches`, which answers once for all labels that are alike in what is asked of them."""
    names = tuple(dict.fromkeys(matcher.name for matcher in matchers))
    known: dict[tuple[str | None, ...], bool] = {}

    def holds(labels: Mapping[str, str]) -> bool:
        key = tuple(labels.get(name) for name in names)
        if key not in known:
            known[key] = matches(matchers, labels)
        return known[key]

    return holds


def _within(where: str, document: Mapping[str, Any]) -> int | None:
    """How long after its cause an effect begins at the latest, in microseconds; None where nothing is said."""
    if document.get("within") is None:
        return None
    read = Document(origin=where, values=document, lines={}, error=MonitorError)
    return round(seconds(read, ("within",), document["within"]) * _US)


def _is_near(rule: Inhibition, since: int, effect: FiringAlert) -> bool:
    return rule.within is None or effect.started_at - since <= rule.within


def _equal(rule: Inhibition, alert: FiringAlert) -> tuple[str, ...] | None:
    """The labels that must be alike; None where one is missing."""
    values = tuple(alert.labels.get(name, "") for name in rule.equal)
    return values if all(values) else None
