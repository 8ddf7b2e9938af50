"""Labels that alerts can have: a condition on any other never holds, and whoever wrote it believes it does."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, Final, get_args

from barograph.alerts.inhibition import read_inhibition
from barograph.alerts.labels import ABOUTS, Kind
from barograph.alerts.matchers import Matcher
from barograph.errors import MonitorError, check_known
from barograph.locale.said import Said, say
from barograph.metrics.registry import metrics
from barograph.metrics.spec import MetricSpec
from barograph.monitors.monitor import SEVERITIES
from barograph.operations.registry import METRICS, operational_arguments

#: Labels of every alert, and those of the addresses that metrics have.
_FIXED: Final = (
    "project", "model", "version", "monitor", "kind", "metric", "family", "about", "series", "severity", "owner",
    "column", "segment",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLabels:
    """What labels there can be.

    Attributes
    ----------
    names : of all of them, in order.
    values : of those labels that have no others.
    seen : values that are there now of labels that may have others some day, such as models.
    """

    names: tuple[str, ...]
    values: Mapping[str, Collection[str]]
    seen: Mapping[str, Collection[str]]


def known_labels(
    own: Iterable[Mapping[str, str]] = (), seen: Mapping[str, Collection[str]] | None = None
) -> KnownLabels:
    """Labels that alerts can have.

    Parameters
    ----------
    own : labels that monitors give their alerts.
    seen : names that are there now, such as those of models.

    Examples
    --------
    >>> "team" in known_labels([{"team": "risk"}]).names, "team" in known_labels().names
    (True, False)
    """
    given: dict[str, set[str]] = {}
    for labels in own:
        for name, value in labels.items():
            given.setdefault(name, set()).add(value)
    families = {spec.family for spec in _metrics()}
    closed: dict[str, Collection[str]] = {
        "severity": SEVERITIES, "kind": get_args(Kind),
        "about": sorted({*ABOUTS, *families, *given.get("about", ())}),
    }  # fmt: skip
    return KnownLabels(
        names=tuple(dict.fromkeys((*_FIXED, *_parameters(), *sorted(given)))), values=closed, seen=seen or {}
    )


def check_matchers(matchers: Iterable[Matcher], known: KnownLabels, *, where: str) -> None:
    """Refuse conditions on labels, or on values of them, that no alert can ever have.

    Parameters
    ----------
    where : named in the error.

    Raises
    ------
    MonitorError
        With the nearest name.

    Examples
    --------
    >>> from barograph.alerts.matchers import parse_matchers
    >>> check_matchers(parse_matchers('kind="blnd"'), known_labels(), where="3")
    Traceback (most recent call last):
    barograph.errors.MonitorError: 3: kind 'blnd' is not known; did you mean 'blind'? Expected one of: breach, blind.
    """
    for matcher in matchers:
        check_known(where, [("label", matcher.name, known.names)], MonitorError)
        if matcher.name in known.values:
            allowed = known.values[matcher.name]
            check_known(where, [(matcher.name, value, allowed) for value in _whole(matcher)], MonitorError)


def check_inhibition(name: str, document: Mapping[str, Any], known: KnownLabels) -> None:
    """Refuse an inhibition that could never be one; see `check_matchers`.

    Parameters
    ----------
    document : of one that `inhibition.read_inhibition` reads.
    """
    rule, where = read_inhibition(name, document), f"inhibition {name!r}"
    check_matchers(rule.source, known, where=f"{where}, cause")
    check_matchers(rule.target, known, where=f"{where}, effect")
    check_known(where, [("label in equal", label, known.names) for label in rule.equal], MonitorError)


def unseen(matchers: Iterable[Matcher], known: KnownLabels) -> list[Said]:
    """What conditions ask for that is not there now, though it may come, each in a sentence with the nearest name.

    Examples
    --------
    >>> from barograph.alerts.matchers import parse_matchers
    >>> unseen(parse_matchers('model="crdit"'), known_labels(seen={"model": ["credit"]}))
    ["There is no model 'crdit' now; did you mean 'credit'?"]
    """
    return [
        _unseen(matcher.name, value, known.seen[matcher.name])
        for matcher in matchers
        if matcher.name in known.seen and matcher.how in ("=", "=~")
        for value in _whole(matcher)
        if value not in known.seen[matcher.name]
    ]


def _unseen(name: str, value: str, there: Collection[str]) -> Said:
    near = get_close_matches(value, list(there), n=1)
    if near:
        return say(
            "There is no {label} {value} now; did you mean {near}?",
            label=name,
            value=repr(value),
            near=repr(near[0]),
        )
    return say("There is no {label} {value} now.", label=name, value=repr(value))


def _whole(matcher: Matcher) -> list[str]:
    """The values a condition names in full; one that holds for a missing label names none."""
    values = matcher.value.split("|") if matcher.how in ("=~", "!~") else [matcher.value]
    return [value for value in values if value and (matcher.how in ("=", "!=") or "*" not in value)]


def _metrics() -> list[MetricSpec]:
    return [*metrics().values(), *METRICS]


@cache
def _parameters() -> tuple[str, ...]:
    """Arguments that addresses of metrics have."""
    held = {name for spec in metrics().values() for name in spec.parameters}
    return tuple(sorted(held | {name for spec in METRICS for name in operational_arguments(spec)}))
