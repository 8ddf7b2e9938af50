"""What the inbox shows, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from barograph.metrics.values import Value
from barograph.server.pages.model.head import Standing

#: How incidents are grouped, those that need somebody most first.
GROUPS: Final = ("new", "escalating", "regressed", "unknown", "ongoing")


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRow:
    """One incident; times in µs UTC.

    Attributes
    ----------
    group : as in `GROUPS`; empty where it is resolved.
    summary : of its leading alert, without what the title says already.
    n : rows its last window rests on; None where it rests on something else.
    picture : how near to its limit the leading alert was over its last windows; the limit is dashed.
    """

    id: int
    project: str
    group: str
    severity: str
    title: str
    summary: str
    since: int
    resolved_at: int | None
    models: tuple[str, ...]
    n: int | None
    picture: Markup | None
    owner: str | None
    acknowledged_by: str | None
    snoozed_until: int | None
    alerts: int
    suppressed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetRow:
    """One model.

    Attributes
    ----------
    metric : title of the headline metric; None without a task.
    traffic : rows of the last window; window: its start, µs UTC; every: its length.
    quality : watched series of its quality, and those of them that are breached.
    pictures : sparklines by what they show; none for models that are well, which are folded.
    """

    project: str
    name: str
    address: str
    owner: str | None
    standing: Standing
    metric: str | None
    performance: Value | None
    drift: Value | None
    traffic: int | None
    window: int | None
    every: str
    quality: tuple[int, int]
    pictures: Mapping[str, Markup]


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """That somebody watches: what was judged when.

    Attributes
    ----------
    judged_at : when a window was judged last, µs UTC; None: never.
    monitors, series : how many there are.
    errors : judgements that failed.
    last_rows : start of the last window that has rows, µs UTC; last_every: its length.
    """

    judged_at: int | None
    monitors: int
    series: int
    errors: int
    last_rows: int | None
    last_every: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """What the inbox shows.

    Attributes
    ----------
    incidents : open ones, those that need somebody most first; `hidden` of them a filter leaves out.
    resolved : in the last seven days.
    troubled, well : the first models that need a look, and of those that do not.
    counts : models by how they stand.
    projects : that may be seen.
    """

    incidents: tuple[IncidentRow, ...]
    hidden: int
    resolved: tuple[IncidentRow, ...]
    troubled: tuple[FleetRow, ...]
    well: tuple[FleetRow, ...]
    counts: Mapping[str, int]
    life: Life
    projects: tuple[str, ...]
    whose: str
    severity: str
    silences: int
    now: int
    template: str = "inbox"
