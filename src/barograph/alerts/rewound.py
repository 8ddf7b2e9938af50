"""The state of a series as it was before windows that had no rows when they were due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from barograph.alerts.machine import State
from barograph.monitors.verdict import Status


def rewound(state: State, *, to: int, counted: Sequence[Status]) -> State:
    """The state before its last windows, which may be judged now; what they have fired or ended stays so.

    Parameters
    ----------
    to : start of the first of them, µs UTC.
    counted : what each of them counted as. What is neither `ok` nor `breach` has changed nothing.

    Examples
    --------
    >>> rewound(State(passes=7, through=9, windows=9), to=7, counted=["ok", "ok"]).passes
    5
    >>> rewound(State(phase="pending", breaches=2, windows=2), to=0, counted=["breach"] * 2).phase
    'ok'
    """
    passes = max(state.passes - counted.count("ok"), 0)
    breaches = max(state.breaches - counted.count("breach"), 0)
    before = replace(
        state,
        through=to,
        windows=max(state.windows - len(counted), 0),
        passes=passes,
        breaches=breaches,
        missing=0,
    )
    if state.phase == "recovering" and not passes:
        return replace(before, phase="firing")
    if state.phase == "pending" and not breaches:
        return replace(before, phase="ok", since=None)
    return before
