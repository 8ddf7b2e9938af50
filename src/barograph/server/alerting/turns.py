"""Changes of series, in order of time: what alerts are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from barograph.alerts.labels import Kind
from barograph.alerts.machine import Change, State
from barograph.server.alerting.alike import verdict_document
from barograph.server.alerting.judging import JudgedSeries, JudgedWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A change of one state of a series, with a window."""

    one: JudgedWindow
    series_id: int
    kind: Kind
    changes: tuple[Change, ...]
    state: State

    @property
    def at(self) -> int:
        """When it counts: now, or for history when it would have been seen."""
        return self.one.window.end + self.one.watch.delay_us

    @property
    def goes_on(self) -> bool:
        """Whether the window is what the alert tells of: a breach, or one without an answer."""
        return self.state.passes == 0 if self.kind == "blind" else self.one.verdict.status == "breach"


def turns_of(judged: Iterable[JudgedSeries]) -> list[Turn]:
    """Changes of all series, and the last window of those that are firing, by the end of the window."""
    return sorted(_unordered(judged), key=lambda turn: (turn.one.window.end, turn.series_id, turn.kind))


def _unordered(judged: Iterable[JudgedSeries]) -> Iterator[Turn]:
    for series in judged:
        for one in series.windows:
            for kind, changes, state in _states(one):
                if changes or (state.is_open and one is series.windows[-1]):
                    yield Turn(one=one, series_id=series.series.id, kind=kind, changes=changes, state=state)


def _states(one: JudgedWindow) -> tuple[tuple[Kind, tuple[Change, ...], State], ...]:
    step = one.step
    return (
        ("breach", step.changes, step.standing.state),
        ("blind", step.blind_changes, step.standing.blind),
    )


def window_document(one: JudgedWindow) -> dict[str, Any]:
    """A window and what was said of it."""
    return {
        "window": {"start": one.window.start, "end": one.window.end},
        "verdict": verdict_document(one.verdict),
    }
