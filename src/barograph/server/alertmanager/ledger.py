"""What an Alertmanager was told last, and what it is to be told now: no clock, no network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from barograph.server.alertmanager.post import MOST_TOLD, Post

_SECOND_US: Final = 1_000_000
#: One that is not told of again is over after so many intervals: a restart takes less.
PATIENCE: Final = 4
#: For so long it is said of an alert that it is over: an Alertmanager that was down hears of it too.
ENDED_SECONDS: Final = 900

Identity = frozenset[tuple[str, str]]
_NOTHING: Final[Mapping[Identity, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What was told.

    Attributes
    ----------
    firing : by their labels.
    ended : with the time at which they ended, microseconds UTC; told again until `ENDED_SECONDS` after it.
    """

    firing: Mapping[Identity, Post] = field(default_factory=lambda: MappingProxyType({}))
    ended: Mapping[Identity, tuple[Post, int]] = field(default_factory=lambda: MappingProxyType({}))


def told_next(
    before: Ledger,
    firing: Iterable[Post],
    over: Iterable[tuple[Post, int]],
    *,
    why: Mapping[Identity, str] = _NOTHING,
    now: int,
) -> Ledger:
    """What is to be told after what was told before.

    An alert whose severity changed has other labels: the one before is over, and the new one begins. What fires again
    under the same labels is over no more.

    Parameters
    ----------
    firing : the gravest first; `MOST_TOLD` of them are told of.
    over : alerts that ended lately and when, known from the store, so that a restart forgets none.
    why : of alerts that go on and are told of no more: by what they are suppressed.
    now : microseconds UTC of the machine's time.

    Examples
    --------
    >>> warning, critical = (
    ...     Post(labels={"alertname": "late", "severity": s}, annotations={}, starts_at=0)
    ...     for s in ("warning", "critical")
    ... )
    >>> first = told_next(Ledger(), [warning], (), now=1)
    >>> then = told_next(first, [critical], (), now=2)
    >>> [post.labels["severity"] for post, _ in then.ended.values()], len(then.firing)
    (['warning'], 1)
    """
    fires = {post.identity: post for post in list(firing)[:MOST_TOLD]}
    ended = dict(before.ended)
    for post, at in over:
        ended.setdefault(post.identity, (post, at))
    for identity, post in before.firing.items():
        if identity not in fires:
            said = {"suppressed": why[identity]} if identity in why else {}
            told = replace(post, annotations={**post.annotations, **said})
            ended.setdefault(identity, (told, now))
    kept = {
        identity: (post, at)
        for identity, (post, at) in ended.items()
        if identity not in fires and at > now - ENDED_SECONDS * _SECOND_US
    }
    return Ledger(firing=fires, ended=kept)


def documents(ledger: Ledger, *, now: int, interval_seconds: float) -> list[dict[str, Any]]:
    """What is sent: what fires until it would be overdue, and what is over since when."""
    until = now + round(PATIENCE * interval_seconds * _SECOND_US)
    fires = [post.document(ends_at=until) for post in ledger.firing.values()]
    return fires + [post.document(ends_at=at) for post, at in ledger.ended.values()]
