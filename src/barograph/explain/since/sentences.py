"""What the windows show, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from barograph.explain.explanation import Event, Onset
from barograph.explain.words import number, quoted
from barograph.locale.said import Said, listed, say, together, word
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
        return say("The rows have no windows, so nothing can be said of when.")
    if facts.unordered:
        return say(
            "The current windows do not come after the reference's, so it cannot be said since when it changed."
        )
    said = [_metric(facts)]
    said += [_episode(facts, e) for e in facts.episodes]
    if facts.bad:
        said.append(_bad(facts))
    if facts.pending is not None:
        said.append(_pending(facts, *facts.pending))
    if facts.columns:
        said.append(_columns(facts))
    if facts.events:
        said.append(
            say("Within one window of it: {events}.", events=listed(_event(facts, e) for e in facts.events))
        )
    return together(said, " ")


def _event(facts: Told, event: Event) -> Said:
    kind = word(event.kind.replace("_", " "))
    return say("{event} ({kind}, {at})", event=event.name, kind=kind, at=_day(facts, event.at))


def _bad(facts: Told) -> Said:
    days = [say("{what} ({detail})", what=_day(facts, at), detail=number(value)) for at, value in facts.bad]
    if len(days) == 1:
        return say("{window} is a single bad window: the level came back after.", window=days[0])
    return say("{windows} are single bad windows: the level came back after.", windows=listed(days))


def _metric(facts: Told) -> str:
    onset = facts.metric
    if onset is None and facts.too_few:
        return say("The metric has {n} windows: too few to tell since when.", n=facts.windows)
    if onset is None:
        if facts.episodes:
            return say("No change of level lasts.")
        return say("The {n} windows show no change of level.", n=facts.windows)
    levels = say("{before} before, {after} after", before=number(onset.before), after=number(onset.after))
    when = _when(facts, onset)
    changed = (
        say("No change of level stands out among the windows; most likely it came on {when}", when=when)
        if facts.likely
        else say("The level changed on {when}", when=when)
    )
    if facts.back is not None:
        back = _day(facts, facts.back)
        return say("{changed} and was back on {day}: {levels}.", changed=changed, day=back, levels=levels)
    return say("{changed}: {levels}.", changed=changed, levels=levels)


def _when(facts: Told, onset: Onset) -> str:
    low, high = (_day(facts, at) for at in onset.interval)
    when = _day(facts, onset.window)
    if low != high:
        when = say("{day} (between {low} and {high}, with 95 %)", day=when, low=low, high=high)
    if facts.by is not None:
        return say("{when}, when {column} did", when=when, column=quoted(facts.by))
    return when


def _pending(facts: Told, at: datetime, value: float) -> str:
    onset, day = facts.metric, _day(facts, at)
    back = onset is not None and abs(value - onset.before) < abs(value - onset.after)
    if back and facts.back is None:
        return say(
            "The last window, {day} ({value}), is nearer to what was before; one window does not tell whether that "
            "lasts.",
            day=day, value=number(value),
        )  # fmt: skip
    return say(
        "The last window, {day} ({value}), is far off the rest; one window does not tell whether that lasts.",
        day=day, value=number(value),
    )  # fmt: skip


def _episode(facts: Told, episode: Episode) -> str:
    start = _day(facts, episode.start)
    if episode.back is None:
        return say("From {start} on it was {level}.", start=start, level=number(episode.level))
    return say(
        "From {start} it was {level}, and back on {day}.",
        start=start, level=number(episode.level), day=_day(facts, episode.back),
    )  # fmt: skip


def _columns(facts: Told) -> str:
    named = [
        say("{what} ({detail})", what=quoted(c.series), detail=_day(facts, c.window))
        for c in facts.columns[:_NAMED]
    ]
    more = len(facts.columns) - len(named)
    columns = together(named, ", ")
    if more > 0:
        columns = say("{names}, and {n} more", names=columns, n=more)
    return say("Columns by the time they changed: {columns}.", columns=columns)


def _day(facts: Told, at: datetime) -> str:
    return window_label(at, parse_every(facts.every), facts.timezone)
