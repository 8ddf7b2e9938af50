"""Incidents: what state one is in, and which earlier one it follows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from barograph.alerts.facts import Facts
from barograph.alerts.machine import is_worse
from barograph.monitors.monitor import Severity

IncidentStatus = Literal["new", "escalating", "regressed", "ongoing", "resolved"]

_DAY_US: Final = 86_400_000_000
#: What comes back within this time after it was resolved is the same trouble.
REGRESSES_US: Final = 7 * _DAY_US
#: So many times the alerts there were is an escalation.
_GROWN: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What an incident's status rests on; times in µs UTC.

    Attributes
    ----------
    alerts, severity : open alerts now, and the highest of their severities.
    alerts_before, severity_before : as people were last told; 0 and None where they were told nothing.
    opened_at : on the server's clock.
    window_us : length of its longest window: for so long it is new.
    previous_id : the incident it follows, as `previous_of` says.
    """

    alerts: int
    severity: Severity
    opened_at: int
    window_us: int
    alerts_before: int = 0
    severity_before: Severity | None = None
    previous_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedIncident:
    """One that is over; `resolved_at` in µs UTC."""

    id: int
    facts: Facts
    resolved_at: int


def status_of(situation: Situation, *, now: int) -> IncidentStatus:
    """Say what state an incident is in.

    Returns
    -------
    `resolved` where no alert is open; `escalating` where the severity rose, or the alerts doubled, since people were
    last told; else, for the length of one window, `regressed` where it follows one resolved within the last 7 days
    and `new` where it does not; else `ongoing`.

    Examples
    --------
    >>> status_of(Situation(alerts=1, severity="warning", opened_at=0, window_us=60), now=10)
    'new'
    """
    if situation.alerts == 0:
        return "resolved"
    told = situation.severity_before is not None
    if told and (
        is_worse(situation.severity, situation.severity_before)
        or situation.alerts >= _GROWN * max(situation.alerts_before, 1)
    ):
        return "escalating"
    if now - situation.opened_at <= situation.window_us:
        return "new" if situation.previous_id is None else "regressed"
    return "ongoing"


def previous_of(facts: Facts, resolved: Iterable[ResolvedIncident], *, now: int) -> int | None:
    """The incident that a new one follows: the latest resolved within 7 days about the same thing.

    The same thing is a column, a source or a host that both name; where the new one names none, a family of metrics
    of the same model.

    Examples
    --------
    >>> facts = Facts(
    ...     models=frozenset(["m"]), families=frozenset(["drift"]), started_at=0, latest_at=0, window_us=1
    ... )
    >>> previous_of(facts, [ResolvedIncident(id=4, facts=facts, resolved_at=0)], now=5)
    4
    """
    fitting = [
        one
        for one in resolved
        if now - one.resolved_at <= REGRESSES_US and _is_about_the_same(facts, one.facts)
    ]
    return max(fitting, key=lambda one: (one.resolved_at, one.id)).id if fitting else None


def attention_lapses(before: Severity, after: Severity) -> bool:
    """Whether what somebody has seen, or put off, is no longer what is there: its severity has risen.

    Examples
    --------
    >>> attention_lapses("warning", "critical"), attention_lapses("critical", "warning")
    (True, False)
    """
    return is_worse(after, before)


def _is_about_the_same(new: Facts, old: Facts) -> bool:
    if new.columns or new.sources or new.hosts:
        return bool(new.columns & old.columns or new.sources & old.sources or new.hosts & old.hosts)
    return bool(new.models & old.models and new.families & old.families)
