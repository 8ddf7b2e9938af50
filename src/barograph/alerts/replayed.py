"""The budget of false alarms checked: a monitor replayed over windows of the reference, in blocks drawn at random."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from barograph.alerts.history import rules_of
from barograph.alerts.machine import Judged, State, advance
from barograph.monitors.condition import Budget, Calibrated
from barograph.monitors.judge import judge
from barograph.monitors.monitor import Monitor
from barograph.monitors.needed import window_seconds
from barograph.monitors.verdict import Seen, Status

_DAY_SECONDS: Final = 86_400.0
_WEEK_WINDOWS: Final = 7
_DRAWS: Final = 200
#: Times a level is halved before no level is said to keep the budget.
_MOST_HALVINGS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a level would have cost where nothing is wrong.

    Attributes
    ----------
    level : p-value from which a window is breached.
    episodes : alerts in the budget's time, on average over the draws.
    keeps : whether that is within the budget's share of one series.
    """

    level: float
    episodes: float
    keeps: bool


def replayed_episodes(
    monitor: Monitor, windows: Sequence[Seen], *, level: float, days: float, rng: np.random.Generator,
    draws: int = _DRAWS,
) -> float:  # fmt: skip
    """Alerts of one series in a time in which nothing is wrong: episodes, not windows.

    Blocks of the reference's windows (a week of days, a day of shorter windows) are drawn with replacement and put one
    behind the other until they make `days`; behind the last window comes the first. Each window is judged against the
    reference's windows outside its block and the ones beside it, as if it had come after them.

    Parameters
    ----------
    windows : of the reference, ascending, each as the current one; `reference` may hold all of them.
    level : p-value of the condition.

    Notes
    -----
    Source: Politis & Romano, A circular block-resampling procedure (1992). Cost: one judgement a window, then about
    2 µs a window and draw.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> from barograph.metrics.registry import metric
    >>> from barograph.metrics.values import Value
    >>> from barograph.monitors.verdict import Figure
    >>> day, drift = 86_400_000_000, metric("drift.total_variation")
    >>> monitor = Monitor(name="m", metric=parse_address('drift.total_variation(column="x")'), when=Calibrated())
    >>> windows = [
    ...     Seen(
    ...         spec=drift, rows=90, p_value=Value(value=(i + 1) / 29, n=90),
    ...         current=Figure(start=i * day, end=(i + 1) * day, result=Value(value=0.1, n=90)),
    ...     )
    ...     for i in range(28)
    ... ]
    >>> rng = np.random.default_rng(0)
    >>> 2.0 < replayed_episodes(monitor, windows, level=0.05, days=91.3125, rng=rng) < 4.0
    True
    """
    if not windows:
        return 0.0
    length = _block_windows(monitor)
    judged = [_judged(monitor, windows, i, (level, length)) for i in range(len(windows))]
    wanted = max(round(days * _DAY_SECONDS / window_seconds(monitor)), 1)
    circle = judged * (1 + -(-length // len(judged)))
    rules = rules_of(monitor)
    fired = 0
    for _ in range(draws):
        state, time = State(), 0
        for begin in rng.integers(0, len(judged), size=-(-wanted // length)).tolist():
            for status in circle[begin : begin + length]:
                time += 1
                state, changes = advance(state, Judged(start=time - 1, end=time, status=status), rules)
                fired += "fired" in changes
    return fired / draws


def replayed_level(
    monitor: Monitor, windows: Sequence[Seen], *, level: float, budget: Budget, series: int,
    rng: np.random.Generator,
) -> Replayed:  # fmt: skip
    """The level, halved until its replay keeps a series' share of the budget.

    Parameters
    ----------
    level : to begin with, from `barograph.monitors.budget.budget_level`.
    series : that share the budget.

    Returns
    -------
    Replayed
        `keeps` is false where no level does: more of the reference's windows differ from the others than the budget
        allows.
    """
    allowed = budget.count / max(series, 1)
    for _ in range(_MOST_HALVINGS):
        episodes = replayed_episodes(monitor, windows, level=level, days=budget.days, rng=rng)
        if episodes <= allowed:
            return Replayed(level=level, episodes=episodes, keeps=True)
        level /= 2.0
    return Replayed(level=level, episodes=episodes, keeps=False)


def _block_windows(monitor: Monitor) -> int:
    length = window_seconds(monitor)
    return _WEEK_WINDOWS if length >= _DAY_SECONDS else round(_DAY_SECONDS / length)


def _judged(monitor: Monitor, windows: Sequence[Seen], i: int, asked: tuple[float, int]) -> Status:
    """The status of a window of the reference, compared with those that are not near it."""
    level, length = asked
    near = {windows[j].current.start for j in range(max(i - length, 0), min(i + length + 1, len(windows)))}
    others = tuple(f for f in windows[i].reference if f.start not in near)
    condition = monitor.when
    if isinstance(condition, Calibrated):
        condition = replace(condition, level=level)
    return judge(replace(monitor, when=condition), replace(windows[i], reference=others)).status
