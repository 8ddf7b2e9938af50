"""The message of an incident, made of its alerts, its explanation and what happened about then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from barograph.alerts.ends import is_by_hand, unseen_end
from barograph.alerts.facts import Facts
from barograph.alerts.impact import Impact, impact_sentence
from barograph.alerts.incidents import IncidentStatus
from barograph.alerts.message import AlertSaid, Message, RelatedEvent, part_of, worst_first
from barograph.alerts.sentences import incident_title, subject
from barograph.alerts.since import from_to, moment, since
from barograph.alerts.told import Reason
from barograph.locale.said import listed, say, together, word
from barograph.metrics.address import parse_address
from barograph.monitors.monitor import Severity

#: Alerts in a message, and figures in each part of its details; it says how many there are.
MOST_ALERTS: Final = 50
_MOST_EVENTS: Final = 20
_MOST_ACTIONS: Final = 3
#: Sentences of an explanation that a message repeats.
_MOST_REASONS: Final = 4
#: Of the rows, so large a share is all of them but a few.
_ALL: Final = 0.95
#: The advice to leave things as they are, which is none while an incident lasts.
_NOTHING: Final = "nothing"
#: What to do where nothing else is known; its page need not say so.
OPEN_IT: Final = say(
    "Open the incident: it shows which rows and columns moved. Acknowledge it to stop reminders."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentSaid:
    """An incident as a message tells it; times in µs UTC.

    Attributes
    ----------
    joined_id : the incident that it has become part of.
    explanation : as `explain.document.document_of` writes it, once there is one.
    impact : of the change, where it is known.
    assignee, acknowledged_by : who looks after it, who has seen it.
    """

    id: int | None
    project: str
    status: IncidentStatus
    severity: Severity
    facts: Facts
    started_at: int
    resolved_at: int | None = None
    previous_id: int | None = None
    joined_id: int | None = None
    explanation: Mapping[str, Any] | None = None
    impact: Impact | None = None
    assignee: str | None = None
    acknowledged_by: str | None = None
    links: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def message_of(
    incident: IncidentSaid,
    alerts: Sequence[AlertSaid],
    reason: Reason,
    *,
    events: Sequence[RelatedEvent] = (),
    chart: Mapping[str, Any] | None = None,
    timezone: str = "UTC",
) -> Message:
    """Make the message that tells of an incident.

    Parameters
    ----------
    alerts : all of it, in any order; at least one.
    events : of its models, about the time it began.
    chart : of the leading alert, which is the first of `message.worst_first`.
    timezone : in which days and hours are told.

    Examples
    --------
    >>> facts = Facts(models=frozenset(["credit"]), started_at=0, latest_at=0, window_us=1)
    >>> incident = IncidentSaid(
    ...     id=7, project="bank", status="new", severity="warning", facts=facts, started_at=0
    ... )
    >>> alert = AlertSaid(
    ...     id=1, monitor="share of drift", model="credit", address="drift.share", severity="warning", started_at=0,
    ...     title="Share of columns that moved", summary="credit: Share of columns that moved: 0.4.",
    ... )
    >>> told = message_of(incident, [alert], "new")
    >>> told.title, told.since_when
    ('credit: Share of columns that moved', 'Since Thursday 1 January 1970, 00:00 UTC.')
    """
    ranked = worst_first(alerts)
    lead = ranked[0]
    what = subject(lead.title, parse_address(lead.address), kind=lead.kind, columns=lead.columns)
    parts = {
        name: tuple(alert for alert in ranked if part_of(alert.address) == name)
        for name in ("performance", "operational")
    }
    return Message(
        reason=reason,
        title=incident_title(incident.facts, what, alerts=len(ranked)),
        severity=incident.severity,
        status=incident.status,
        project=incident.project,
        incident=incident.id,
        started_at=incident.started_at,
        what=together(_what(incident, ranked, reason), "\n"),
        since_when=together(_since_when(incident, ranked, events, timezone), "\n"),
        how_bad=together(_how_bad(incident, parts["performance"]), "\n"),
        why=together(_why(incident, ranked), "\n"),
        what_to_do=together(_what_to_do(incident, ranked, reason), "\n"),
        links=incident.links,
        performance=parts["performance"][:MOST_ALERTS],
        operational=parts["operational"][:MOST_ALERTS],
        related_events=tuple(sorted(events, key=lambda event: event.at)[:_MOST_EVENTS]),
        alerts=tuple(ranked[:MOST_ALERTS]),
        alert_count=len(ranked),
        chart=chart,
    )


def _what(incident: IncidentSaid, ranked: Sequence[AlertSaid], reason: Reason) -> Iterator[str]:
    yield ranked[0].summary
    if incident.joined_id is not None:
        yield say(
            "It shares the cause of incident {incident} and goes on as part of it.",
            incident=incident.joined_id,
        )
        return
    if incident.resolved_at is not None:
        yield say("All of its alerts are over.")
        unseen = unseen_end(ranked)
        if unseen is not None:
            yield unseen
        return
    if reason == "resolved":
        yield say("What you were told of is over; what is left of it is minor, and in the daily digest.")
        return
    if len(ranked) > 1:
        models = sorted({alert.model for alert in ranked})
        of = listed(models) if len(models) <= 3 else say("{n} models", n=len(models))
        yield say(
            "{n} alerts of {models} share one cause, or began together.", n=f"{len(ranked):,}", models=of
        )
    hidden = sum(bool(alert.suppressed) for alert in ranked if alert.is_open)
    if hidden == 1:
        yield say("1 of them is suppressed, and says by what.")
    elif hidden:
        yield say("{n} of them are suppressed, and say by what.", n=f"{hidden:,}")


def _since_when(
    incident: IncidentSaid, ranked: Sequence[AlertSaid], events: Sequence[RelatedEvent], timezone: str
) -> Iterator[str]:
    if incident.resolved_at is not None:
        yield from_to(incident.started_at, incident.resolved_at, ranked, timezone)
    else:
        yield since(incident.started_at, ranked, timezone)
    found = (incident.explanation or {}).get("since")
    if found is not None and found["sentence"]:
        yield found["sentence"]
    if incident.previous_id is not None:
        yield say(
            "It was here before: incident {incident} was resolved within the last 7 days.",
            incident=incident.previous_id,
        )  # fmt: skip
    if events:
        near = min(events, key=lambda event: abs(event.at - incident.started_at))
        what: str = word(near.kind.replace("_", " "))
        if near.name:
            what = say("{kind} {name}", kind=what, name=near.name)
        yield say("About then, {moment}: {what}.", moment=moment(near.at, timezone), what=what)


def _how_bad(incident: IncidentSaid, performance: Sequence[AlertSaid]) -> Iterator[str]:
    if incident.impact is not None:
        yield impact_sentence(incident.impact)
    measured = [alert.summary for alert in performance if alert.verdict.get("value") is not None]
    yield from measured[:2]
    if not measured and incident.impact is None:
        yield say(
            "What it costs is not known: no labels of that time have come, and nothing is expected from its rows yet."
        )


def _why(incident: IncidentSaid, ranked: Sequence[AlertSaid]) -> Iterator[str]:
    if incident.explanation is not None:
        told = list(incident.explanation.get("summary", ()))
        yield from told[:_MOST_REASONS]
        yield from _deployed(incident.facts)
        return
    facts = incident.facts
    named = dict.fromkeys(name for alert in ranked for name in alert.columns)
    columns = list(named) or list(facts.column_names)
    if columns and any(alert.kind == "breach" for alert in ranked):
        shown = listed(columns[:5])
        if len(columns) > 5:
            shown = say("{columns}, and {n} more", columns=shown, n=len(columns) - 5)
        yield say("So far: {columns} moved.", columns=shown)
    if facts.sources:
        yield say("They come from {sources}.", sources=listed(sorted(facts.sources)[:5]))
    yield from _deployed(facts)


def _deployed(facts: Facts) -> Iterator[str]:
    if facts.deployments:
        yield say("A deployment is near: {deployments}.", deployments=listed(sorted(facts.deployments)[:5]))


def _what_to_do(incident: IncidentSaid, ranked: Sequence[AlertSaid], reason: Reason) -> Iterator[str]:
    if incident.joined_id is not None:
        yield say("Look at incident {incident}.", incident=incident.joined_id)
        return
    if incident.resolved_at is not None and unseen_end(ranked) is not None and not is_by_hand(ranked):
        yield say("Look whether it is over, where nobody has: nothing that is judged shows it.")
        return
    if incident.resolved_at is not None or reason == "resolved":
        yield say("Nothing. Say whether it was worth knowing: mark the incident as useful or as noise.")
        return
    explanation = incident.explanation or {}
    tried = explanation.get("actions", ())
    actions = [action for action in tried if _helps(action)]
    faults = [part["name"] for part in explanation.get("parts", ()) if part["cause"] == "fault"]
    if faults and not any(action["action"] == "repair" for action in actions[:1]):
        # A model that is moved to fit a fault is wrong when the fault is over.
        sources, broken = sorted(incident.facts.sources)[:3], listed(faults[:3])
        mend = (
            say("First have the data mended in {sources}: {faults}.", sources=listed(sources), faults=broken)
            if sources
            else say("First have the data mended: {faults}.", faults=broken)
        )
        yield say("{mend} Change nothing of the model before.", mend=mend)
    elif outside := _outside(explanation) if incident.facts.deployments else []:
        yield say(
            "First ask whoever deployed {deployed} whether that is meant: nearly all rows have values of {columns} "
            "that the reference never had. Change nothing of the model before.",
            deployed=listed(sorted(incident.facts.deployments)[:3]), columns=listed(outside[:3]),
        )  # fmt: skip
    if ranked[0].kind == "blind":
        yield _missing(ranked[0])
    yield from (action["sentence"] for action in actions[:_MOST_ACTIONS])
    runbooks = dict.fromkeys(alert.runbook for alert in ranked if alert.runbook)
    yield from (
        say("As written for its monitor: {text}", text=text) for text in list(runbooks)[:_MOST_ACTIONS]
    )
    if tried and not actions:
        named = [action["name"] for action in tried if action["action"] != _NOTHING]
        yield say(
            "Look for the cause with whoever owns the data: nothing that was tried on these rows helps ({tried}).",
            tried=listed(named),
        ) if named else OPEN_IT  # fmt: skip
    elif not actions and not runbooks and ranked[0].kind != "blind":
        yield OPEN_IT
    owners = sorted({alert.owner for alert in ranked if alert.owner})
    if incident.assignee:
        yield say("Assigned to {who}.", who=incident.assignee)
    elif incident.acknowledged_by:
        yield say("Acknowledged by {who}.", who=incident.acknowledged_by)
    elif owners:
        yield say("Looked after by {who}.", who=listed(owners))


def _missing(lead: AlertSaid) -> str:
    """What to look for where nothing can be said."""
    if lead.verdict.get("status") == "error":
        return say(
            "Mend what {model} sends, or the monitor {monitor}: its figure cannot be computed.",
            model=lead.model, monitor=lead.monitor,
        )  # fmt: skip
    part = part_of(lead.address)
    if part == "operational":
        return say("Look whether {model} still serves, and still tells of it.", model=lead.model)
    if part == "performance":
        return say(
            "Look whether rows and labels of {model} still come, and which source brings none.",
            model=lead.model,
        )
    return say("Look whether rows of {model} still come, and which source brings none.", model=lead.model)


def _helps(action: Mapping[str, Any]) -> bool:
    """Whether an action is one to take: it brings something, or it is not known what it brings."""
    low = (action.get("interval") or (1.0,))[0]
    return action.get("action") != _NOTHING and low > 0.0


def _outside(explanation: Mapping[str, Any]) -> list[str]:
    """Columns whose rows all have values the reference never had, by what they say of the change."""
    found = (
        name
        for cause in explanation.get("columns", ())
        if cause["unseen_share"] >= _ALL
        for name in cause["columns"]
    )
    return list(dict.fromkeys(found))
