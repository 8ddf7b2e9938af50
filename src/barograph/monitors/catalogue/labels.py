"""Whether labels come, and what they say."""

from __future__ import annotations

from typing import Final

from barograph.monitors.arrays import Course
from barograph.monitors.catalogue.kind import MonitorType, types_of, usual

_made = types_of("Labels")

TYPES: Final[tuple[MonitorType, ...]] = (
    _made(
        "labels missing at their age", "Do rows have the labels they should have by now?",
        {"metric": "performance.coverage", "when": {"below": "80%"}, "needs": {"label_age": "7d"}},
        (0.95, 0.61), (0.95, 0.9),
    ),
    _made(
        "labels stopped", "Has no label come at all for days, whatever rows they are for?",
        {"metric": "operations.labels_received", "when": {"below": 1}, "for": 2, "clear": 1},
        (120, 0, 0), (120, 0, 90),
    ),
    _made(
        "what is predicted became rarer or commoner", "Is the share of positive labels not what it was?",
        {"metric": "performance.label_rate", "when": {"calibrated": {"side": "both"}}, "for": 2,
         "needs": {"label_age": "7d"}},
        Course(values=(0.21, 0.35, 0.36), spread=0.01, reference=usual(0.2, 0.01, 16)),
        Course(values=(0.21, 0.19, 0.2), spread=0.01, reference=usual(0.2, 0.01, 16)),
    ),
    _made(
        "labels distributed otherwise", "Have the true values moved, in any way?",
        {"metric": 'drift.total_variation(column="y")', "when": {"calibrated": {"level": 0.001}},
         "needs": {"label_age": "7d"}},
        Course(values=(0.03, 0.2), p_values=(0.6, 1e-6)), Course(values=(0.03, 0.05), p_values=(0.6, 0.03)),
    ),
    _made(
        "labels known to be wrong", "Has somebody said that labels of these days are wrong?",
        {"metric": 'operations.event_count(kind="label_fault")', "when": {"above": 0}},
        (0, 1), (0, 0),
    ),
)  # fmt: skip
