"""How right the answers are."""

from __future__ import annotations

from typing import Any, Final

from barograph.monitors.arrays import Course
from barograph.monitors.catalogue.kind import MonitorType, types_of, usual

_made = types_of("Performance")
#: Labels that come within a day.
_LATE: Final[dict[str, Any]] = {"needs": {"label_age": "1d"}}
_WEEKS: Final = usual(10.0, 0.4, 16)

TYPES: Final[tuple[MonitorType, ...]] = (
    _made(
        "error above a limit", "Is the error larger than was promised?",
        {"metric": "performance.mae", "when": {"above": 12, "clear": 11.5}, **_LATE},
        (11.0, 12.6, 12.9), (11.0, 11.7, 11.9),
    ),
    _made(
        "error above the reference's", "Is the model worse than when it was accepted, by more than chance?",
        {"metric": "performance.mae", "when": {"change": {"above": "5%", "sure": True}}, **_LATE},
        Course(values=(10.1, 11.9, 12.0), spread=0.3, compared=10.0),
        Course(values=(10.1, 10.7, 10.6), spread=0.9, compared=10.0),
    ),
    _made(
        "error beyond the reference's own weeks", "Is the error larger than the reference's own weeks make likely?",
        {"metric": "performance.rmse", "when": {"calibrated": True}, "for": 2, "severity": "from impact", **_LATE},
        Course(values=(10.2, 13.0, 13.1), spread=0.3, reference=_WEEKS),
        Course(values=(10.2, 10.5, 9.8), spread=0.3, reference=_WEEKS),
    ),
    _made(
        "error growing from week to week", "Is the model getting worse slowly, whatever the reference says?",
        {"metric": "performance.rmse", "against": "previous(4)", "window": "1w", "when": {"change": "+10%"}, **_LATE},
        Course(values=(10.1, 11.4), compared=10.0), Course(values=(10.1, 10.9), compared=10.0),
    ),
    _made(
        "error against the same hour last week", "Is this hour worse than the same hour a week ago?",
        {"metric": "performance.mae", "against": "season(1w)", "window": "1h", "when": {"change": "+30%"}, "for": 2,
         "needs": {"rows": 50, "label_age": "2h"}},
        Course(values=(10.0, 14.0, 14.2), compared=10.0), Course(values=(10.0, 14.0, 11.0), compared=10.0),
    ),
    _made(
        "ever worse than accepted", "Have more answers become wrong than was accepted, however often one looks?",
        {"metric": "performance.accuracy", "when": {"anytime": {"level": 0.05}}, "clear": 7, **_LATE},
        Course(values=usual(0.9, 0.005, 6) + (0.7,) * 24, compared=0.9, reference=usual(0.9, 0.005, 16)),
        Course(values=usual(0.9, 0.005, 30), compared=0.9, reference=usual(0.9, 0.005, 16)),
    ),
    _made(
        "errors larger for long", "Have errors been a little larger for weeks, as no single window shows?",
        {"metric": "performance.bounded_loss", "when": {"anytime": True}, "severity": "from impact", **_LATE},
        Course(values=usual(0.2, 0.01, 6) + (0.26,) * 40, compared=0.2, reference=usual(0.2, 0.01, 16)),
        Course(values=usual(0.2, 0.01, 46), compared=0.2, reference=usual(0.2, 0.01, 16)),
    ),
    _made(
        "one class no longer found", "Is a class missed more often than may be?",
        {"metric": "performance.recall(class=*)", "when": {"below": 0.6, "clear": 0.65}, **_LATE},
        (0.71, 0.55, 0.52), (0.71, 0.63, 0.61),
    ),
    _made(
        "alarms that are mostly false", "Are too many of the cases the model picks out none?",
        {"metric": "performance.precision", "when": {"below": "40%"}, **_LATE},
        (0.52, 0.31), (0.52, 0.44),
    ),
    _made(
        "common class hides the rare one", "Do both classes together fare worse, the rare one counted as much?",
        {"metric": "performance.balanced_accuracy", "when": {"change": -0.05}, **_LATE},
        Course(values=(0.8, 0.73), compared=0.8), Course(values=(0.8, 0.77), compared=0.8),
    ),
    _made(
        "ranking of cases", "Does the score still put the right cases first?",
        {"metric": "performance.roc_auc", "when": {"below": 0.7, "clear": 0.72}, **_LATE},
        (0.78, 0.66), (0.78, 0.71),
    ),
    _made(
        "bias", "Do predictions lie too high or too low on the whole?",
        {"metric": "performance.me", "when": {"outside": [-2, 2], "clear": 0.5}, **_LATE},
        (0.3, -2.8), (0.3, -1.4),
    ),
    _made(
        "probabilities that cannot be believed", "Can scores still be read as probabilities?",
        {"metric": "performance.calibration_error", "when": {"above": 0.05}, **_LATE},
        (0.02, 0.08), (0.02, 0.04),
    ),
    _made(
        "surprised more than usual", "Is the model sure of itself and wrong, more than in like weeks?",
        {"metric": "performance.log_loss", "when": {"band": {"width": 4, "side": "above", "season": "none"}}, **_LATE},
        (*usual(0.4, 0.02), 0.61), (*usual(0.4, 0.02), 0.43),
    ),
    _made(
        "largest errors", "Are the worst answers worse, with the mean unchanged?",
        {"metric": "performance.error_quantile(q=0.99)", "when": {"change": "+25%"}, **_LATE},
        Course(values=(41.0, 58.0), compared=40.0), Course(values=(41.0, 48.0), compared=40.0),
    ),
    _made(
        "no better than naive", "Is the forecast worse than repeating the last season?",
        {"metric": "performance.mase", "when": {"above": 1}, "for": 2, **_LATE},
        (0.8, 1.2, 1.1), (0.8, 1.2, 0.9),
    ),
    _made(
        "asymmetric error", "Are promised quantiles missed at a cost?",
        {"metric": "performance.quantile_loss(q=0.9)", "when": {"change": "+20%"}, **_LATE},
        Course(values=(2.0, 2.7), compared=2.0), Course(values=(2.0, 2.2), compared=2.0),
    ),
    _made(
        "best answers not on top", "Does a ranking put the right things first?",
        {"metric": "performance.ndcg(k=10)", "when": {"change": "-5%"}, **_LATE},
        Course(values=(0.62, 0.55), compared=0.61), Course(values=(0.62, 0.6), compared=0.61),
    ),
    _made(
        "nothing right among the first ten", "How many queries find nothing at all?",
        {"metric": "performance.hit_rate(k=10)", "when": {"below": "80%"}, **_LATE},
        (0.9, 0.72), (0.9, 0.86),
    ),
    _made(
        "whole answers wrong", "Are several labels of a row right together less often?",
        {"metric": "performance.subset_accuracy", "when": {"change": -0.05}, **_LATE},
        Course(values=(0.7, 0.61), compared=0.7), Course(values=(0.7, 0.67), compared=0.7),
    ),
    _made(
        "segment against all others", "Does one group fare worse than the rest at the same time?",
        {"metric": "performance.accuracy(segment=*)", "against": "segment(rest)", "when": {"change": "-5%"},
         "severity": "info", "needs": {"rows": 200, "label_age": "1d"}},
        Course(values=(0.9, 0.82), compared=0.91), Course(values=(0.9, 0.89), compared=0.91),
    ),
    _made(
        "segment against itself", "Has one group become worse, the mean unmoved?",
        {"metric": "performance.brier(segment=*)", "when": {"calibrated": {"level": 0.001}}, "severity": "info",
         "needs": {"rows": 200, "label_age": "1d"}},
        Course(values=(0.1, 0.19), spread=0.01, reference=usual(0.1, 0.006, 16)),
        Course(values=(0.1, 0.105), spread=0.01, reference=usual(0.1, 0.006, 16)),
    ),
    _made(
        "a segment nobody named", "Did a weekly search find rows, told by up to three conditions, that became worse?",
        {"metric": 'operations.event_count(kind="segment_worse")', "window": "1h", "when": {"above": 0}, "clear": 1,
         "severity": "info"},
        (0, 2), (0, 0),
    ),
    _made(
        "new version worse", "Is the latest version worse than the one before it, on the same days?",
        {"metric": "performance.f1", "version": "latest", "against": "version(previous)",
         "when": {"change": {"below": "-2%", "sure": True}}, **_LATE},
        Course(values=(0.8, 0.72), spread=0.01, compared=0.8), Course(values=(0.8, 0.79), spread=0.01, compared=0.8),
    ),
    _made(
        "worse where inputs moved", "Is the model worse while its inputs are not what they were?",
        {"metric": "performance.mae", "when": {"all": [{"change": "+5%"}, {"metric": "drift.share", "above": 0.2}]},
         **_LATE},
        Course(values=(10.0, 12.0), compared=10.0, parts={"drift.share": Course(values=(0.0, 0.4))}),
        Course(values=(10.0, 12.0), compared=10.0, parts={"drift.share": Course(values=(0.0, 0.1))}),
    ),
    _made(
        "agreed accuracy used up", "Are more answers wrong than the month's objective leaves room for?",
        {"metric": "performance.accuracy", **_LATE,
         "when": {"burn": {"objective": "90%", "rates": [[2, "3d", "1d"]]}}},
        (0.95, 0.94, 0.7, 0.68, 0.66), (0.95, 0.94, 0.93, 0.85, 0.94),
    ),
)  # fmt: skip
