"""Whether inputs and answers are distributed as they were."""

from __future__ import annotations

from typing import Final

from barograph.monitors.arrays import Course
from barograph.monitors.catalogue.kind import MonitorType, types_of, usual

_made = types_of("Drift")
_territory = types_of("New territory")

TYPES: Final[tuple[MonitorType, ...]] = (
    _made(
        "inputs moved", "Has any input moved more than the reference's own windows do, all of them taken together?",
        {"metric": "drift.inputs_p_value", "when": {"calibrated": {"budget": "1 per model per quarter"}}, "for": 2,
         "severity": "from impact"},
        (0.4, 1e-6, 1e-7), (0.4, 0.03, 0.3),
    ),
    _made(
        "inputs moved for a week", "Does a week show what no day does, such as a change of one segment?",
        {"metric": "drift.inputs_p_value", "window": "1w", "when": {"calibrated": True}, "clear": 1,
         "severity": "from impact"},
        (0.4, 1e-6), (0.4, 0.06, 0.06),
    ),
    _made(
        "a column moved", "Which column moved?",
        {"metric": "drift.total_variation(column=*)", "when": {"calibrated": {"level": 0.001}}, "severity": "info"},
        Course(values=(0.02, 0.2), p_values=(0.7, 1e-5)), Course(values=(0.02, 0.06), p_values=(0.7, 0.02)),
    ),
    _made(
        "many columns moved", "Have many inputs moved at once, as after a change upstream?",
        {"metric": "drift.share", "when": {"above": "30%"}, "against": "reference"},
        (0.0, 0.5), (0.0, 0.2),
    ),
    _made(
        "answers moved", "Are the answers themselves distributed otherwise?",
        {"metric": 'drift.total_variation(column="prediction")', "when": {"calibrated": True}, "for": 2,
         "severity": "from impact"},
        Course(values=(0.02, 0.2, 0.21), p_values=(0.7, 1e-6, 1e-6)),
        Course(values=(0.02, 0.04, 0.02), p_values=(0.7, 0.05, 0.6)),
    ),
    _made(
        "answers one way", "Does the model say yes more or less often than on like days?",
        {"metric": "performance.prediction_rate", "when": {"band": {"width": 4, "season": "none"}}},
        (*usual(0.2, 0.01), 0.31), (*usual(0.2, 0.01), 0.22),
    ),
    _made(
        "scores squeezed or stretched", "Is the course of the scores another, with the mean the same?",
        {"metric": 'drift.ks(column="score")', "when": {"above": 0.15, "clear": 0.1}},
        (0.04, 0.22), (0.04, 0.12),
    ),
    _made(
        "jump from one window to the next", "Did a column change at once, as after a release?",
        {"metric": "drift.psi(column=*)", "against": "previous", "when": {"above": 0.2}, "severity": "info"},
        (0.02, 0.6), (0.02, 0.09),
    ),
    _made(
        "unlike the same time of last week", "Is this weekday unlike the last one of its name?",
        {"metric": "drift.jensen_shannon(column=*)", "against": "season(1w)", "when": {"above": 0.2},
         "severity": "info"},
        (0.05, 0.31), (0.05, 0.12),
    ),
    _made(
        "how far a number moved", "How many of its own standard deviations has a column moved?",
        {"metric": "drift.wasserstein(column=*)", "when": {"above": 0.5}, "severity": "info"},
        (0.05, 0.8), (0.05, 0.3),
    ),
    _made(
        "one category takes over", "Has a single category or range gained or lost much?",
        {"metric": "drift.l_infinity(column=*)", "when": {"above": 0.1}, "severity": "info"},
        (0.02, 0.25), (0.02, 0.07),
    ),
    _made(
        "a group's inputs moved", "Is it one group whose rows are not what they were?",
        {"metric": "drift.share(segment=*)", "when": {"above": "50%"}, "severity": "info", "needs": {"rows": 500}},
        (0.1, 0.7), (0.1, 0.3),
    ),
    _made(
        "a group unlike all others", "Does one group's column differ from everybody else's more than it may?",
        {"metric": 'drift.hellinger(column=*, segment="channel=app")', "against": "segment(rest)",
         "when": {"above": 0.3}, "severity": "info"},
        (0.1, 0.42), (0.1, 0.2),
    ),
    _made(
        "new version answers otherwise", "Does the latest version decide otherwise than the one before it?",
        {"metric": 'drift.total_variation(column="prediction")', "version": "latest", "against": "version(previous)",
         "when": {"above": 0.1}},
        (0.03, 0.2), (0.03, 0.07),
    ),
    _territory(
        "new territory", "Do rows lie where the reference has none, farther than its own windows lay from each other?",
        {"metric": "drift.beyond_p_value", "when": {"calibrated": True}, "severity": "from impact"},
        (0.6, 1e-6), (0.6, 0.1),
    ),
    _territory(
        "a column beyond its range", "Which column lies beyond what the reference knew, and how far?",
        {"metric": "drift.beyond_range(column=*)", "when": {"above": 0.25}, "severity": "info"},
        (0.0, 0.8), (0.0, 0.1),
    ),
    _territory(
        "rows beyond the range", "How many rows hold a value the model was never shown?",
        {"metric": "quality.beyond_range_share(column=*)", "when": {"above": "2%"},
         "severity": "info"},
        (0.0, 0.08), (0.0, 0.01),
    ),
    _territory(
        "categories never seen", "Do rows bring categories the reference did not have?",
        {"metric": "quality.unseen_share(column=*)", "when": {"above": "1%"}, "severity": "info"},
        (0.0, 0.05), (0.0, 0.004),
    ),
)  # fmt: skip
