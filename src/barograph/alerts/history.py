"""One series through time: every window judged, and what it does to the states of the series."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from barograph.alerts.blind import blinded
from barograph.alerts.machine import Change, Judged, Rules, State, advance, is_worse
from barograph.monitors.calendars import Calendar, leaves_out
from barograph.monitors.judge import judge
from barograph.monitors.monitor import Monitor, Severity
from barograph.monitors.needed import needed
from barograph.monitors.verdict import Figure, Seen, Status, Verdict

#: A series is over after so many windows in a row without its segment.
_MISSING_WINDOWS: Final = 2
#: Without its version for as long, and at least a day: one with little traffic has no rows in many a window.
_DAY_US: Final = 86_400_000_000
#: Of a monitor whose severity is worked out from an impact, where none is known.
_LEAST: Final[Severity] = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Both states of a series: whether it is breached, and whether it gives no answer."""

    state: State = field(default_factory=State)
    blind: State = field(default_factory=State)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one window said and did.

    Attributes
    ----------
    verdict : None where a calendar leaves the window out.
    standing : after it.
    changes, blind_changes : what happened to either state.
    left_out : name of the calendar.
    """

    window: Figure
    verdict: Verdict | None
    standing: Standing
    changes: tuple[Change, ...] = ()
    blind_changes: tuple[Change, ...] = ()
    left_out: str | None = None


def rules_of(monitor: Monitor) -> Rules:
    """How many windows it takes, as the monitor says."""
    return Rules(
        fire=monitor.for_windows,
        clear=monitor.clear_windows,
        no_data_is_ok=monitor.no_data == "ok",
        unknown_is_ok=monitor.unknown == "ok",
    )


def take(
    monitor: Monitor, seen: Seen, standing: Standing, *, calendars: Sequence[Calendar] = (),
    severity: Severity | None = None,
) -> Step:  # fmt: skip
    """Judge the next window of a series and move its states.

    Parameters
    ----------
    standing : before the window. One that the series has seen, or an earlier one, is judged and changes nothing.
    calendars : those the monitor names. A window that one leaves out is not judged and breaks no row of windows.
    severity : of a breach; None: the condition's, else the monitor's.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> from barograph.metrics.registry import metric
    >>> from barograph.metrics.values import Value
    >>> from barograph.monitors.condition import Limit
    >>> monitor = Monitor(name="m", metric=parse_address("drift.share"), when=Limit(above=0.2))
    >>> day = Figure(start=0, end=86_400_000_000, result=Value(value=0.3, n=30))
    >>> take(monitor, Seen(spec=metric("drift.share"), current=day, rows=900), Standing()).changes
    ('fired',)
    """
    window = seen.current
    calendar = leaves_out(calendars, start=window.start, end=window.end)
    if calendar is not None:
        return Step(window=window, verdict=None, standing=standing, left_out=calendar.name)
    verdict = judge(monitor, seen)
    status: Status = "ok" if verdict.status == "error" and monitor.error == "ok" else verdict.status
    judged = Judged(
        start=window.start, end=window.end, status=status,
        severity=severity or _severity(monitor, verdict.severity),
        over_after=_over_after(seen) if verdict.status == "no_data" else None,
    )  # fmt: skip
    rules = rules_of(monitor)
    state, changes = advance(standing.state, judged, rules)
    blind, blind_changes = advance(standing.blind, blinded(judged, monitor), rules)
    return Step(
        window=window, verdict=verdict, standing=Standing(state=state, blind=blind), changes=changes,
        blind_changes=blind_changes,
    )  # fmt: skip


def run(
    monitor: Monitor, windows: Sequence[Seen], *, calendars: Sequence[Calendar] = (),
    standing: Standing | None = None,
) -> list[Step]:  # fmt: skip
    """One series through its windows, as the server would have judged them one after the other.

    Parameters
    ----------
    monitor : of one series.
    windows : ascending. Their `history` and `breached` are made here from the windows before, behind those that the
        first one brings.
    calendars : those the monitor names.
    standing : before the first window.

    Returns
    -------
    list of Step
        One a window.

    Notes
    -----
    Nothing is learned from windows that were breached, nor from those a calendar leaves out. Cost: that of `judge`.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> from barograph.metrics.registry import metric
    >>> from barograph.metrics.values import Value
    >>> from barograph.monitors.condition import Limit
    >>> monitor = Monitor(name="m", metric=parse_address("drift.share"), when=Limit(above=0.2), for_windows=2)
    >>> hour, spec = 3_600_000_000, metric("drift.share")
    >>> days = [
    ...     Seen(spec=spec, current=Figure(start=i * hour, end=(i + 1) * hour, result=Value(value=x, n=30)), rows=90)
    ...     for i, x in enumerate((0.1, 0.3, 0.3))
    ... ]
    >>> [step.standing.state.phase for step in run(monitor, days)]
    ['ok', 'pending', 'firing']
    """
    most = needed(monitor).history
    # A window that is left out takes the place of one, as where windows are read by their time.
    past: list[Figure | None] = list(windows[0].history) if windows else []
    breached = set(windows[0].breached) if windows else set()
    of_parts: dict[str, list[Figure | None]] = {}
    stands, steps = standing or Standing(), []
    for window in windows:
        unlearned, parts = frozenset(breached), {}
        for name, part in window.parts.items():
            before = of_parts.setdefault(name, list(part.history))
            parts[name] = replace(part, history=_held(before), breached=unlearned)
        seen = replace(window, history=_held(past[-most:]) if most else (), breached=unlearned, parts=parts)
        step = take(monitor, seen, stands, calendars=calendars)
        stands = step.standing
        steps.append(step)
        is_left_out = step.verdict is None
        past.append(None if is_left_out else window.current)
        for name, part in window.parts.items():
            of_parts[name].append(None if is_left_out else part.current)
        if step.verdict is not None and step.verdict.status == "breach":
            breached.add(window.current.start)
    return steps


def gone_after(window_us: int) -> int:
    """So many windows in a row without any row of its version, and a series is over.

    Parameters
    ----------
    window_us : length of its windows.

    Examples
    --------
    >>> gone_after(3_600_000_000), gone_after(7 * 86_400_000_000)
    (24, 2)
    """
    return max(_MISSING_WINDOWS, -(-_DAY_US // window_us))


def _over_after(seen: Seen) -> int | None:
    if seen.missing != "version":
        return _MISSING_WINDOWS if seen.missing else None
    return gone_after(seen.current.end - seen.current.start)


def _held(figures: Iterable[Figure | None]) -> tuple[Figure, ...]:
    return tuple(figure for figure in figures if figure is not None)


def _severity(monitor: Monitor, found: Severity | None) -> Severity:
    """The monitor's, or what its condition has found where that is worse; what is for the digest alone stays there."""
    if monitor.severity == "from impact":
        return found or _LEAST
    if found is None or monitor.severity == "info":
        return monitor.severity
    return found if is_worse(found, monitor.severity) else monitor.severity
