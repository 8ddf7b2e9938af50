"""Suggestions on whether rows come, on what happens around the model, and on its service."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

import numpy as np

from barograph.locale.said import Said, say
from barograph.monitors.condition import Band, Burn, Limit
from barograph.monitors.monitor import Monitor
from barograph.monitors.suggest.context import Context
from barograph.operations.event_kinds import UNDEPLOYED
from barograph.windows import parse_every

_HOUR: Final = 3_600
_DAY: Final = 86_400
#: From so many rows a day on an hour has enough to be missed.
_MANY_ROWS: Final = 2_400
#: Name, kind, severity, windows without one until it is over, and why: what changed is told once and felt for a day, a
#: source that cannot be read says so every hour.
_EVENTS: Final = (
    ("schema changed", "schema_change", "warning", 24, say("columns or types that the schema does not know")),
    ("source failed", "source_failed", "critical", 1, say("rows that cannot be read are not judged either")),
    (
        "environment changed",
        UNDEPLOYED,
        "warning",
        24,
        say("other libraries or machines can change answers"),
    ),
    (
        "served otherwise than trained",
        "training_difference",
        "info",
        24,
        say("with other libraries or another file than in training a version can answer otherwise"),
    ),
)


def service_monitors(context: Context, readings: Collection[str]) -> Iterator[Monitor]:
    """Arrival of rows, events, and of readings those that are sent.

    Parameters
    ----------
    readings : names of readings the service sends.
    """
    yield from _arrival(context)
    for name, kind, severity, clear, why in _EVENTS:
        yield context.made(
            name, f'operations.event_count(kind="{kind}")', Limit(above=0), why,
            {"window": "1h", "clear_windows": clear, "severity": severity},
        )  # fmt: skip
    if {"requests", "errors"} & set(readings):
        yield context.made(
            "errors", "operations.error_rate", Burn(objective=0.999),
            say("99.9 % of calls answered over 30 days; pages by how fast the rest is used up"),
            {"window": "5m"},
        )  # fmt: skip
    if "latency" in readings:
        yield context.made(
            "slow answers", "operations.latency(q=0.95)", Band(width=6.0, side="above"),
            say(
                "one answer in twenty, against like hours; where callers wait no longer than some time, put a limit "
                "here"
            ),
            {"window": "1h", "for_windows": 2},
        )  # fmt: skip
    if "process_memory" in readings:
        yield context.made(
            "memory running out", "operations.hours_to_limit(host=*)", Limit(below=24),
            say("at the rate it grows memory is gone within a day"), {"window": "6h", "severity": "critical"},
        )  # fmt: skip


def _arrival(context: Context) -> Iterator[Monitor]:
    silence = _longest_silence(context)
    if silence is not None:
        # By the day it is known from above only; within a day a somewhat longer silence may be chance.
        limit = max(3.0 * _HOUR, silence if silence >= _DAY else 1.5 * silence)
        hours = limit / _HOUR
        yield context.made(
            "no rows", "operations.freshness", Limit(above=limit), _why_silent(silence, limit),
            {"window": "1h" if hours < 48 else "1d", "severity": "critical", "clear_windows": 1},
        )  # fmt: skip
    a_day = _rows_a_day(context)
    window = "1h" if a_day is not None and a_day >= _MANY_ROWS else "1d"
    yield context.made(
        "fewer or more rows", "operations.volume_ratio", Limit(below=0.4, above=2.5),
        say("against the same hours of earlier weeks; it answers from the fourth week on"),
        {"window": window, "for_windows": 2 if window == "1h" else 1},
    )  # fmt: skip


def _why_silent(silence: float, limit: float) -> Said:
    hours = f"{limit / _HOUR:.3g}"
    if silence >= _DAY:
        # Days say no more than that.
        return say("the reference was never without rows for as long as {hours} hours", hours=hours)
    return say(
        "the longest silence of the reference lasted {silence} hours; {hours} are no chance",
        silence=f"{silence / _HOUR:.3g}", hours=hours,
    )  # fmt: skip


def _longest_silence(context: Context) -> float | None:
    """Seconds from one window with rows to the next, the longest of the reference; None where it has no time."""
    starts = np.unique(np.array(context.reference.windows, np.int64))
    every = context.reference.grid.every
    if len(starts) < 2 or not every:
        return None
    return float(np.diff(starts).max()) / 1e6 + parse_every(every).approximate_seconds


def _rows_a_day(context: Context) -> float | None:
    starts = context.reference.windows
    if len(starts) < 2:
        return None
    days = (max(starts) - min(starts)) / 1e6 / _DAY
    return context.reference.rows / max(days, 1.0)
