"""What the windows show, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from barograph.explain.explanation import Event, Onset
from barograph.explain.words import number, quoted
from barograph.windows import parse_every, window_label

#: Columns named in the sentence.
_NAMED: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A stretch away from the first level: its first window, the first that was back, and its level."""

    start: datetime
    back: datetime | None
    level: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is to be said.

    Attributes
    ----------
    windows : that have the figure; `too_few` of them to be cut.
    unordered : the current ones do not come after the reference's.
    back : first window back from the metric's changed level; None where it lasts.
    episodes : other stretches.
    bad : single bad windows, with the figure.
    pending : the last window with the figure, where it is far off its level.
    likely : the metric's onset is not shown by windows: all of them together show a change.
    by : the column whose date is the metric's.
    """

    every: str
    timezone: str
    windows: int
    too_few: bool = False
    unordered: bool = False
    metric: Onset | None = None
    back: datetime | None = None
    episodes: tuple[Episode, ...] = ()
    bad: tuple[tuple[datetime, float], ...] = ()
    pending: tuple[datetime, float] | None = None
    columns: tuple[Onset, ...] = ()
    events: tuple[Event, ...] = ()
    likely: bool = False
    by: str | None = None


def told(facts: Told) -> str:
    """All of it, the metric first."""
    if not facts.every:
        return "The rows have no windows, so nothing can be said of when."
    if facts.unordered:
        return "The current windows do not come after the reference's, so it cannot be said since when it changed."
    said = [_metric(facts)]
    said += [_episode(facts, e) for e in facts.episodes]
    if facts.bad:
        days = [f"{_day(facts, at)} ({number(value)})" for at, value in facts.bad]
        single = "is a single bad window" if len(days) == 1 else "are single bad windows"
        said.append(f"{_listed(days)} {single}: the level came back after.")
    if facts.pending is not None:
        said.append(_pending(facts, *facts.pending))
    if facts.columns:
        said.append(_columns(facts))
    if facts.events:
        events = [f"{e.name} ({e.kind.replace('_', ' ')}, {_day(facts, e.at)})" for e in facts.events]
        said.append(f"Within one window of it: {_listed(events)}.")
    return " ".join(said)


def _metric(facts: Told) -> str:
    onset = facts.metric
    if onset is None and facts.too_few:
        return f"The metric has {facts.windows} windows: too few to tell since when."
    if onset is None:
        if facts.episodes:
            return "No change of level lasts."
        return f"The {facts.windows} windows show no change of level."
    low, high = (_day(facts, at) for at in onset.interval)
    sure = "" if low == high else f" (between {low} and {high}, with 95 %)"
    levels = f"{number(onset.before)} before, {number(onset.after)} after"
    when = f"{_day(facts, onset.window)}{sure}"
    if facts.by is not None:
        when += f", when {quoted(facts.by)} did"
    changed = f"The level changed on {when}"
    if facts.likely:
        changed = f"No change of level stands out among the windows; most likely it came on {when}"
    back = f" and was back on {_day(facts, facts.back)}" if facts.back is not None else ""
    return f"{changed}{back}: {levels}."


def _pending(facts: Told, at: datetime, value: float) -> str:
    onset, day = facts.metric, _day(facts, at)
    back = onset is not None and abs(value - onset.before) < abs(value - onset.after)
    where = "nearer to what was before" if back and facts.back is None else "far off the rest"
    return (
        f"The last window, {day} ({number(value)}), is {where}; one window does not tell whether that lasts."
    )


def _episode(facts: Told, episode: Episode) -> str:
    start = _day(facts, episode.start)
    if episode.back is None:
        return f"From {start} on it was {number(episode.level)}."
    return f"From {start} it was {number(episode.level)}, and back on {_day(facts, episode.back)}."


def _columns(facts: Told) -> str:
    named = [f"{quoted(c.series)} ({_day(facts, c.window)})" for c in facts.columns[:_NAMED]]
    more = len(facts.columns) - len(named)
    others = f", and {more} more" if more > 0 else ""
    return f"Columns by the time they changed: {', '.join(named)}{others}."


def _day(facts: Told, at: datetime) -> str:
    return window_label(at, parse_every(facts.every), facts.timezone)


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
