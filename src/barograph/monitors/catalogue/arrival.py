"""Whether rows come, in time and as many as usual."""

from __future__ import annotations

from typing import Final

from barograph.monitors.arrays import Course
from barograph.monitors.catalogue.kind import MonitorType, types_of, usual

_made = types_of("Volume and freshness")

TYPES: Final[tuple[MonitorType, ...]] = (
    _made(
        "no rows for a while", "How long ago did the last row come?",
        {"metric": "operations.freshness", "window": "15m", "when": {"above": 3600},
         "severity": "critical"},
        (200.0, 4_100.0), (200.0, 2_900.0),
    ),
    _made(
        "rows against the season", "Do half as many rows come as in the same hours of earlier weeks, or twice as many?",
        {"metric": "operations.volume_ratio", "window": "1h", "when": {"outside": [0.5, 2]},
         "for": 2},
        (1.0, 0.3, 0.2), (1.0, 0.3, 0.9),
    ),
    _made(
        "rows off their usual number", "Is the number of rows, small or large, one that hardly ever came?",
        {"metric": "operations.volume_deviation", "window": "1h", "when": {"outside": [-6, 6]},
         "for": 2},
        (0.4, -8.0, -9.0), (0.4, -5.0, 1.0),
    ),
    _made(
        "hours without rows", "Were there times within the day at which nothing came?",
        {"metric": "operations.gaps", "when": {"above": "10%"}},
        (0.0, 0.25), (0.0, 0.04),
    ),
    _made(
        "one long silence", "How long was the longest silence?",
        {"metric": "operations.longest_gap", "when": {"above": 10_800}},
        (0.0, 21_600.0), (0.0, 7_200.0),
    ),
    _made(
        "a group gone silent", "Has one group stopped coming, the others coming as before?",
        {"metric": "quality.row_count(segment=*)", "when": {"band": {"width": 5, "side": "below", "season": "none"}},
         "no_data": "alert", "severity": "info"},
        (*usual(500.0, 20.0), 40.0), (*usual(500.0, 20.0), 480.0),
    ),
    _made(
        "nothing to judge", "Does a figure that should be there give no answer?",
        {"metric": "quality.row_count", "when": {"below": 1}, "no_data": "alert", "unknown": "alert", "for": 2},
        Course(values=(500.0, None, None)), Course(values=(500.0, None, 480.0)),
    ),
    _made(
        "rows lost by clients", "Do clients drop rows they cannot send?",
        {"metric": "operations.dropped_share", "window": "1h", "when": {"above": "0.1%"}},
        (0.0, 0.02), (0.0, 0.0005),
    ),
    _made(
        "a sender's clock", "Does somebody send times that cannot be?",
        {"metric": 'operations.event_count(kind="clock_skew")', "when": {"above": 0}},
        (0, 2), (0, 0),
    ),
)  # fmt: skip
