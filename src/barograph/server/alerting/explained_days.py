"""Which days of an incident are explained, and what can be said of when it began."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from barograph.locale.said import say
from barograph.profile.value import Profile
from barograph.server.reading.span import Span
from barograph.store.alerts import StoredAlert
from barograph.store.catalog import Model
from barograph.store.incidents import StoredIncident

_DAY_US: Final = 86_400_000_000
#: Days of an incident that are explained, its latest.
_MOST_DAYS: Final = 14
#: Days before its first window in which its beginning is looked for, and the most in all, its latest.
_BEFORE_DAYS: Final = 7
_DATED_DAYS: Final = 90


def spans(model: Model, incident: StoredIncident, alert: StoredAlert) -> tuple[Span, Span]:
    """The days before those that are explained, and these: the incident's, of the last two weeks.

    A change is dated in both: else it would always begin with the first day explained.
    """
    end = max(alert.window_end, alert.details["window"]["end"])
    began, timezone = min(incident.started_at, alert.started_at), model.schema.timezone
    first = max(began, end - _MOST_DAYS * _DAY_US)
    start = max(began - _BEFORE_DAYS * _DAY_US, end - _DATED_DAYS * _DAY_US)
    return Span(first=start, end=first, timezone=timezone), Span(first=first, end=end, timezone=timezone)


def dated(since: Mapping[str, Any] | None, looked_at: int) -> Mapping[str, Any] | None:
    """Since when, where that is not merely the first window looked at (µs UTC)."""
    if since is None or since["window"] is None:
        return since
    window = round(datetime.fromisoformat(since["window"]).timestamp() * 1e6)
    if window > looked_at:
        return since
    day = datetime.fromtimestamp(looked_at / 1e6, UTC).date().isoformat()
    said = say("It was so already on {day}, the first day looked at.", day=day)
    return {**since, "window": None, "interval": None, "sentence": said}


def after(reference: Profile, span: Span) -> Span:
    """What of a span comes after the windows of a reference, whole days; a change is dated after it."""
    last = max((cell.window for cell in reference.cells if cell.window is not None), default=None)
    if last is None:
        return span
    return replace(span, first=min(max(span.first, (last // _DAY_US + 1) * _DAY_US), span.end))


def every_of(length: int, model: Model) -> str:
    """Length of the windows that are explained, for a window of an alert of so many µs: days at the most."""
    return "1d" if length >= _DAY_US else model.every
