"""The state of one series: what a new window does to it. No clock, no store; the table of transitions is `advance`.

    ok ──breach──► pending ──breaches in a row──► firing ──good──► recovering ──good in a row──► resolved (ok again)
                      │ good                        ▲                  │ breach
                      ▼                             └──────────────────┘  nobody is told again
                      ok

Windows come in order of time, each once. One that gives no answer changes nothing, unless the monitor says that it
counts as good. Where the segment or version of a series is gone while its model has rows, it is over after some
windows: nobody has seen it recover. A series that fires and resolves too often is *flapping*, also one that comes and
goes: it stays firing until it has been good, or gone, for a while.

Source of the transitions: Prometheus' `for` and `keep_firing_for`, Grafana's *recovering*, Nagios' flap detection.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from barograph.monitors.monitor import SEVERITIES, Severity
from barograph.monitors.verdict import Status

Phase = Literal["ok", "pending", "firing", "recovering"]
#: What happened to a series: `calmed` from pending, `relapsed` from recovering, `vanished` with its segment or version.
Change = Literal[
    "pending",
    "calmed",
    "fired",
    "escalated",
    "recovering",
    "relapsed",
    "resolved",
    "flapping",
    "steady",
    "vanished",
]

#: So many firings and resolutions within so many windows are flapping, which ends after so many good windows.
FLAPPING_TURNS: Final = 4
FLAPPING_WINDOWS: Final = 24
STEADY_WINDOWS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How many windows it takes.

    Attributes
    ----------
    fire, clear : breached windows in a row before it fires, and good ones before it is resolved.
    no_data_is_ok, unknown_is_ok : windows without rows, and without an answer, count as good.
    """

    fire: int = 1
    clear: int = 2
    no_data_is_ok: bool = False
    unknown_is_ok: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One new window, complete: start and end in microseconds UTC.

    Where the segment, or the version, of the series has no row and others have, `over_after` so many such windows in a
    row the series is over.
    """

    start: int
    end: int
    status: Status
    severity: Severity = "warning"
    over_after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where a series stands.

    Attributes
    ----------
    breaches, passes : in a row, up to now; windows without an answer do not break a row.
    since : start of the first of the breached windows in a row, while it is not ok.
    fired : end of the window with which it fired.
    severity : the highest while it fires.
    through : end of the last window it has seen; earlier ones change nothing.
    windows : how many it has seen.
    turns : numbers of the windows, the recent ones, at which it fired or was resolved.
    flapping : whether it is held firing.
    missing : windows in a row, up to now, without its segment or version; those without any row are not counted.
    """

    phase: Phase = "ok"
    breaches: int = 0
    passes: int = 0
    since: int | None = None
    fired: int | None = None
    severity: Severity | None = None
    through: int | None = None
    windows: int = 0
    turns: tuple[int, ...] = ()
    flapping: bool = False
    missing: int = 0

    @property
    def is_open(self) -> bool:
        """Whether there is an alert."""
        return self.phase in ("firing", "recovering")


def advance(state: State, window: Judged, rules: Rules) -> tuple[State, tuple[Change, ...]]:
    """What a window does to a series.

    Parameters
    ----------
    state : before.
    window : the next one; one the series has seen, or an earlier one, changes nothing.

    Returns
    -------
    The state after it, and what happened, in order.

    Examples
    --------
    >>> hour, rules, state = 3_600_000_000, Rules(fire=2), State()
    >>> for i, status in enumerate(("breach", "breach", "ok", "ok")):
    ...     state, changes = advance(state, Judged(start=i * hour, end=(i + 1) * hour, status=status), rules)
    ...     print(state.phase, *changes)
    pending pending
    firing fired
    recovering recovering
    ok resolved
    """
    if state.through is not None and window.end <= state.through:
        return state, ()
    number = state.windows + 1
    recent = tuple(turn for turn in state.turns if turn > number - FLAPPING_WINDOWS) if state.turns else ()
    missing = _missing(state, window)
    is_over = window.over_after is not None and missing >= _least(window.over_after, state)
    status = _counts_as(window.status, rules)
    if status == "ok" and state.phase == "ok" and not is_over:
        # What happens to nearly all series all the time takes one step.
        passed = State(
            passes=state.passes + 1, since=state.since, fired=state.fired, severity=state.severity,
            through=window.end, windows=number, turns=recent, flapping=state.flapping, missing=missing,
        )  # fmt: skip
        return passed, ()
    seen = replace(state, through=window.end, windows=number, turns=recent, missing=missing)
    if is_over:
        return _vanished(seen)
    match status:
        case "breach":
            return _breached(seen, window, rules)
        case "ok":
            return _passed(seen, rules)
        case "near":
            return _near(seen)
        case _:
            return seen, ()


def close(state: State) -> State:
    """The series ended otherwise: its monitor was changed or switched off, its segment is gone, or somebody said so.

    Examples
    --------
    >>> close(State(phase="firing", breaches=3, through=7, windows=5)).phase
    'ok'
    """
    return State(through=state.through, windows=state.windows)


def is_worse(severity: Severity, than: Severity | None) -> bool:
    """Whether one severity is higher than another.

    Examples
    --------
    >>> is_worse("critical", "warning"), is_worse("info", None)
    (True, True)
    """
    return than is None or SEVERITIES.index(severity) > SEVERITIES.index(than)


def _counts_as(status: Status, rules: Rules) -> Status:
    good = (status == "no_data" and rules.no_data_is_ok) or (status == "unknown" and rules.unknown_is_ok)
    return "ok" if good else status


def _missing(state: State, window: Judged) -> int:
    if window.over_after is not None:
        return state.missing + 1
    # Where nothing has rows it cannot be told whether the segment or the version is gone.
    return state.missing if window.status == "no_data" else 0


def _breached(state: State, window: Judged, rules: Rules) -> tuple[State, tuple[Change, ...]]:
    breaches = state.breaches + 1
    since = window.start if state.since is None else state.since
    state = replace(state, breaches=breaches, passes=0, since=since)
    if state.is_open:
        return _still_firing(state, window)
    if breaches < rules.fire:
        return replace(state, phase="pending"), (() if state.phase == "pending" else ("pending",))
    turns = (*state.turns, state.windows)
    flaps = len(turns) >= FLAPPING_TURNS
    fired = replace(
        state, phase="firing", fired=window.end, severity=window.severity, turns=turns, flapping=flaps
    )
    return fired, (("fired", "flapping") if flaps else ("fired",))


def _still_firing(state: State, window: Judged) -> tuple[State, tuple[Change, ...]]:
    changes: list[Change] = ["relapsed"] if state.phase == "recovering" else []
    if is_worse(window.severity, state.severity):
        state = replace(state, severity=window.severity)
        changes.append("escalated")
    return replace(state, phase="firing"), tuple(changes)


def _passed(state: State, rules: Rules) -> tuple[State, tuple[Change, ...]]:
    state = replace(state, breaches=0, passes=state.passes + 1)
    if state.phase == "pending":
        return replace(state, phase="ok", since=None), ("calmed",)
    if not state.is_open:
        return state, ()
    if state.passes < _least(rules.clear, state):
        return replace(state, phase="recovering"), (() if state.phase == "recovering" else ("recovering",))
    changes: tuple[Change, ...] = ("steady", "resolved") if state.flapping else ("resolved",)
    ended = replace(state, phase="ok", since=None, fired=None, severity=None, flapping=False)
    return replace(ended, turns=_turns_of_an_end(state)), changes


def _vanished(state: State) -> tuple[State, tuple[Change, ...]]:
    changes: tuple[Change, ...] = ("vanished", "resolved") if state.is_open else ()
    if state.phase == "pending":
        changes = ("calmed",)
    turns = _turns_of_an_end(state) if state.is_open else state.turns
    return replace(close(state), turns=turns, missing=state.missing), changes


def _least(windows: int, state: State) -> int:
    """Of so many windows after which an alert is over, how many it takes where it is flapping."""
    return max(STEADY_WINDOWS, windows) if state.flapping else windows


def _turns_of_an_end(state: State) -> tuple[int, ...]:
    """A series that has been steady begins anew; of another its end is a turn."""
    return () if state.flapping else (*state.turns, state.windows)


def _near(state: State) -> tuple[State, tuple[Change, ...]]:
    """Not good enough to recover, not bad enough to fire."""
    if state.phase == "pending":
        return replace(state, phase="ok", since=None, breaches=0, passes=0), ("calmed",)
    if state.phase == "recovering":
        return replace(state, phase="firing", passes=0), ()
    return replace(state, breaches=0, passes=0), ()
