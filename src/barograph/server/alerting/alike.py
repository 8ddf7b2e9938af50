"""Windows of one monitor that look alike are judged once: most series of a model see the same, and stand alike."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from barograph.alerts.history import Standing, Step, take
from barograph.alerts.machine import State
from barograph.alerts.state_json import read_state, state_document
from barograph.locale.said import say
from barograph.metrics.values import Result, Value
from barograph.monitors.calendars import Calendar
from barograph.monitors.figures import others_of
from barograph.monitors.monitor import Monitor
from barograph.monitors.verdict import Seen, Verdict
from barograph.server.alerting.watch import Watch

#: What a verdict says.
_SAID: Final = tuple(Verdict.__dataclass_fields__)
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A window of a series, judged.

    Attributes
    ----------
    seen : what it was judged from; None where that could not be put together.
    verdict : what was said; of a window that a calendar leaves out, that.
    state, blind : where the series stands after it, as it is kept.
    figures : `mark_of` the window.
    """

    seen: Seen | None
    step: Step
    verdict: Verdict
    state: Document
    blind: Document
    figures: str


class Alike:
    """Remembers, for as long as some windows of a model are judged, what was said of each look of them.

    Documents are shared by all series that stand alike, and are not changed.
    """

    def __init__(self) -> None:
        self._taken: dict[Hashable, Taken] = {}
        self._states: dict[int, tuple[Document, State]] = {}
        self._documents: dict[State, Document] = {}
        self._verdicts: dict[int, tuple[Verdict, Document]] = {}

    def take(
        self, watch: Watch, seen: Seen, state: Document, blind: Document, *, calendars: Sequence[Calendar]
    ) -> Taken:
        """Judge the next window of a series and move its states, unless that was done for one that looks alike.

        Parameters
        ----------
        state, blind : where the series stands before it, as it is kept.
        calendars : those the monitor names.
        """
        look = _look(seen)
        # A document is known by where it is: `_states` keeps each there.
        key = (watch.monitor.name, watch.configuration, look, id(state), id(blind))
        held = None if look is None else self._taken.get(key)
        if held is None:
            standing = Standing(state=self.read(state), blind=self.read(blind))
            held = self.taken(watch, seen, take(watch.monitor, seen, standing, calendars=calendars))
            if look is not None:
                self._taken[key] = held
        return held

    def taken(self, watch: Watch, seen: Seen | None, step: Step) -> Taken:
        """A step with its documents."""
        after = step.standing
        return Taken(
            seen=seen, step=step, verdict=step.verdict or _left_out(step), state=self._document(after.state),
            blind=self._document(after.blind), figures=mark_of(seen, watch.monitor),
        )  # fmt: skip

    def read(self, document: Document) -> State:
        """A state that is kept."""
        held = self._states.get(id(document))
        if held is None:
            held = self._states[id(document)] = document, read_state(document)
        return held[1]

    def document(self, verdict: Verdict) -> Document:
        """A verdict as it is kept, the same of those that are the same."""
        held = self._verdicts.get(id(verdict))
        if held is None:
            held = self._verdicts[id(verdict)] = verdict, verdict_document(verdict)
        return held[1]

    def _document(self, state: State) -> Document:
        if state not in self._documents:
            document = self._documents[state] = state_document(state)
            self._states[id(document)] = document, state
        return self._documents[state]


def _left_out(step: Step) -> Verdict:
    """What is said of a window that a calendar leaves out."""
    return Verdict(
        status="ok", detail=say("left out by the calendar {calendar}", calendar=repr(step.left_out))
    )


def verdict_document(verdict: Verdict) -> dict[str, Any]:
    """A verdict as it is kept, without what it does not say."""
    told = ((name, getattr(verdict, name)) for name in _SAID)
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in told
        if value is not None and value != (None, None)
    }


def mark_of(seen: Seen | None, monitor: Monitor) -> str:
    """A hash of the figures of the window itself, which late data change; of both sides where both lie in it."""
    if seen is None:
        return ""
    others = dict(others_of(monitor))
    parts = sorted((name, mark_of(part, others[name])) for name, part in seen.parts.items())
    beside = (seen.compared,) if monitor.against.is_of_same_window else ()
    # The shortest decimal form of a number is its own.
    said = repr((seen.current.result, seen.rows, seen.coverage, seen.p_value, seen.ratio, parts, *beside))
    return hashlib.blake2b(said.encode(), digest_size=12).hexdigest()


def exactly(result: Result | None) -> Hashable:
    """A figure by which it is told from all others: −0 is not 0.

    Examples
    --------
    >>> exactly(Value(value=0.0, n=4)) == exactly(Value(value=-0.0, n=4))
    False
    """
    if not isinstance(result, Value):
        return result
    low, high = result.interval or (None, None)
    return (
        type(result.value),
        result.value or repr(result.value),
        result.n,
        low or repr(low),
        high or repr(high),
    )


def _look(seen: Seen) -> Hashable:
    """All that two windows of one monitor can differ by; None where earlier windows or other metrics count too."""
    if seen.history or seen.parts:
        return None
    return (
        seen.current.start, exactly(seen.current.result), seen.rows, seen.coverage, seen.missing,
        # Figures of a reference that are the same are one tuple, see `Known`; `seen` keeps it where it is.
        id(seen.spec), id(seen.reference),
        exactly(seen.compared), exactly(seen.p_value), exactly(seen.ratio), seen.breached,
    )  # fmt: skip
