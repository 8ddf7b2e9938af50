"""Whether rows are what they should be."""

from __future__ import annotations

from typing import Final

from barograph.monitors.arrays import Course
from barograph.monitors.catalogue.kind import MonitorType, types_of, usual

_made = types_of("Data quality")

TYPES: Final[tuple[MonitorType, ...]] = (
    _made(
        "more values missing", "Are more values missing than in the reference's own weeks?",
        {"metric": "quality.null_share(column=*)", "when": {"calibrated": {"level": 0.001, "matters": 0.02}},
         "severity": "info"},
        Course(values=(0.02, 0.3), spread=0.01, reference=usual(0.02, 0.003, 16)),
        Course(values=(0.02, 0.022), spread=0.01, reference=usual(0.02, 0.003, 16)),
    ),
    _made(
        "a column gone", "Did columns of the schema not come at all?",
        {"metric": "quality.missing_column_count", "when": {"above": 0}, "severity": "critical"},
        (0, 1), (0, 0),
    ),
    _made(
        "more or fewer columns", "Does another number of columns come than the reference had?",
        {"metric": "quality.column_count", "when": {"change": {"above": 0, "below": -0.5, "relative": False}}},
        Course(values=(12, 13), compared=12), Course(values=(12, 12), compared=12),
    ),
    _made(
        "values of another type", "Can values no longer be read as what their column holds?",
        {"metric": "quality.mismatch_share(column=*)", "when": {"above": "0.5%"}},
        (0.0, 0.03), (0.0, 0.001),
    ),
    _made(
        "agreed quality used up", "Are more values unreadable than the month's objective leaves room for?",
        {"metric": 'quality.mismatch_share(column="amount")', "window": "1h",
         "when": {"burn": {"objective": "99.9%"}}},
        (0.0005, *(0.02,) * 8), (0.0005,) * 9,
    ),
    _made(
        "values outside their range", "Do values lie outside the range the schema allows?",
        {"metric": "quality.out_of_range_share(column=*)", "when": {"above": 0}},
        (0.0, 0.01), (0.0, 0.0),
    ),
    _made(
        "a rule broken", "Do columns contradict each other, by the rules of the schema?",
        {"metric": "quality.violation_share(rule=*)", "when": {"above": "0.1%"}},
        (0.0, 0.02), (0.0, 0.0005),
    ),
    _made(
        "numbers that are none", "Does a computation upstream give NaN?",
        {"metric": "quality.nan_share(column=*)", "when": {"above": 0}},
        (0.0, 0.002), (0.0, 0.0),
    ),
    _made(
        "infinite numbers", "Does something upstream divide by zero?",
        {"metric": "quality.infinite_share(column=*)", "when": {"above": 0}},
        (0.0, 0.002), (0.0, 0.0),
    ),
    _made(
        "a column stuck", "Does a column hold one value alone?",
        {"metric": "quality.distinct_count(column=*)", "when": {"below": 2}, "for": 2,
         "needs": {"rows": 100}},
        (400, 1, 1), (400, 1, 380),
    ),
    _made(
        "distinct values multiplied", "Has an id, or free text, got into a column of categories?",
        {"metric": "quality.distinct_share(column=*)", "when": {"change": "+100%"}, "severity": "info"},
        Course(values=(0.02, 0.6), compared=0.02), Course(values=(0.02, 0.03), compared=0.02),
    ),
    _made(
        "one value taking over", "Does a default value stand in for what is not known?",
        {"metric": "quality.top_share(column=*)", "when": {"change": 0.15}, "severity": "info"},
        Course(values=(0.2, 0.5), compared=0.2), Course(values=(0.2, 0.25), compared=0.2),
    ),
    _made(
        "zeros", "Does zero stand for missing?",
        {"metric": "quality.zero_share(column=*)", "when": {"change": 0.1}, "severity": "info"},
        Course(values=(0.05, 0.3), compared=0.05), Course(values=(0.05, 0.08), compared=0.05),
    ),
    _made(
        "signs", "Have numbers turned negative that were not?",
        {"metric": "quality.negative_share(column=*)", "when": {"change": "±0.1"}, "severity": "info"},
        Course(values=(0.0, 0.4), compared=0.0), Course(values=(0.0, 0.02), compared=0.0),
    ),
    _made(
        "mean off its course", "Does a column's mean leave the band it has kept on like days?",
        {"metric": "quality.mean(column=*)", "when": {"band": {"width": 5, "season": "none"}}, "severity": "info"},
        (*usual(50.0, 1.0), 70.0), (*usual(50.0, 1.0), 51.5),
    ),
    _made(
        "another unit", "Is the middle value a multiple of what it was, as after a change of unit?",
        {"metric": "quality.median(column=*)", "when": {"change": "±50%"}, "severity": "info"},
        Course(values=(50.0, 500.0), compared=50.0), Course(values=(50.0, 60.0), compared=50.0),
    ),
    _made(
        "spread", "Are values scattered more, or less, with the middle the same?",
        {"metric": "quality.standard_deviation(column=*)", "when": {"change": "±30%"}, "severity": "info"},
        Course(values=(5.0, 2.0), compared=5.0), Course(values=(5.0, 5.9), compared=5.0),
    ),
    _made(
        "heavy tail", "Are the large values larger, the others unchanged?",
        {"metric": "quality.quantile(column=*, q=0.99)", "when": {"change": "+50%"}, "severity": "info"},
        Course(values=(90.0, 200.0), compared=90.0), Course(values=(90.0, 110.0), compared=90.0),
    ),
    _made(
        "an impossible value", "Is there a single value that cannot be?",
        {"metric": 'quality.maximum(column="age")', "when": {"above": 120}},
        (97, 999), (97, 103),
    ),
    _made(
        "an impossible small value", "Is there a single value below what can be?",
        {"metric": 'quality.minimum(column="age")', "when": {"below": 0}},
        (18, -1), (18, 17),
    ),
)  # fmt: skip
