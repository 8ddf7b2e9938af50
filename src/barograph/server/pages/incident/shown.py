"""What the page of an incident shows, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A turn in the incident's course; `at` in µs UTC, None where it has not come yet."""

    word: str
    at: int | None
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A figure that says how bad it is.

    Attributes
    ----------
    value : with its interval and unit.
    note : what it is compared with, how many rows it rests on.
    """

    name: str
    value: str
    note: str
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnShown:
    """A column behind the incident, reference and current over each other."""

    name: str
    model: str
    picture: Markup
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRow:
    """An alert of the incident; times in µs UTC.

    Attributes
    ----------
    suppressed : a sentence for each of what suppresses it.
    monitor_is_kept : whether its monitor is still there.
    window_days : length of its windows; 0 where they are shorter than days.
    """

    id: int
    severity: str
    phase: str
    kind: str
    model: str
    monitor: str
    address: str
    summary: str
    detail: str
    started_at: int
    fired_at: int
    resolved_at: int | None
    resolved_why: str | None
    flapping: bool
    suppressed: tuple[str, ...]
    monitor_is_kept: bool
    window_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """Something that happened, and who did it; `at` in µs UTC.

    Attributes
    ----------
    who : empty where it befell an alert.
    kind : of the event, named in words by the template.
    text : what was said with it.
    count : how many alike happened at the same time.
    """

    at: int
    who: str
    kind: str
    text: str
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldLine:
    """A message about it; `at` in µs UTC: when it was sent, or is to be."""

    id: int
    at: int
    channel: str
    kind: str
    reason: str
    state: str
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    """What happened to its models about then; `at` in µs UTC."""

    at: int
    kind: str
    name: str
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Silenced:
    """A silence of open alerts of the incident, of so many; `until` in µs UTC, None of one that comes again."""

    id: int
    who: str
    comment: str
    until: int | None
    alerts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a silence may be of: conditions on labels, and how many of the incident's open alerts they match.

    Attributes
    ----------
    kind : `series`, `monitor`, `column`, `monitors` (all those of the incident) or `model`.
    """

    kind: str
    matchers: str
    matches: int
    is_proposed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the pages of an incident and of an alert both answer; times in µs UTC.

    Attributes
    ----------
    acknowledged_by, assignee, mark : of the incident.
    timezone : of the model, of several the leading one's, in which days begin.
    lead : the first sentence, without what the title says already.
    what, since_when, how_bad, why, what_to_do : sentences, as messages say them.
    narrow_chart : the same of fewer windows, for narrow screens.
    span, narrow_span : ends of their windows.
    compared : what its rows are compared with the reference by, in an address.
    snippet : Python that fetches the same rows into a notebook.
    """

    id: int
    project: str
    title: str
    started_at: int
    resolved_at: int | None
    now: int
    timezone: str
    acknowledged_by: str | None
    can_undo: bool
    assignee: str | None
    mark: str | None
    steps: tuple[Step, ...]
    tiles: tuple[Tile, ...]
    lead: str
    what: tuple[str, ...]
    since_when: tuple[str, ...]
    how_bad: tuple[str, ...]
    why: tuple[str, ...]
    what_to_do: tuple[str, ...]
    chart: Markup | None
    narrow_chart: Markup | None
    span: tuple[int, int] | None
    narrow_span: tuple[int, int] | None
    chart_caption: str
    columns: tuple[ColumnShown, ...]
    events: tuple[EventLine, ...]
    history: tuple[HistoryLine, ...]
    told: tuple[ToldLine, ...]
    scopes: tuple[Scope, ...]
    silenced: tuple[Silenced, ...]
    compared: Mapping[str, str]
    snippet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPage(Answered):
    """What the page shows; times in µs UTC.

    Attributes
    ----------
    explanation : as `explain.document.document_of` writes it, once there is one.
    sources : where the columns come from.
    waterfall : the change as its parts.
    recovering : whether all of its open alerts are.
    cause : whether the first cause was right, as it was judged last; None: not judged.
    """

    status: str
    severity: str
    peak_severity: str
    opened_at: int
    models: tuple[str, ...]
    sources: tuple[str, ...]
    previous_id: int | None
    recovering: bool
    acknowledged_at: int | None
    snoozed_until: int | None
    cause: str | None
    people: tuple[str, ...]
    waterfall: Markup | None
    explanation: Mapping[str, Any] | None
    alerts: tuple[AlertRow, ...]
    template: str = "incident"
