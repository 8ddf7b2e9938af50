"""The diagnostics of a task as JSON: what the curves and tables of the page are drawn from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from barograph.metrics.performance.curves import calibration_curve, thresholds
from barograph.metrics.performance.error_by_feature import ErrorBin, Measure, error_by_feature
from barograph.metrics.performance.error_groups import FeatureBias, error_bias
from barograph.metrics.values import Undefined, Value
from barograph.metrics.views import OutcomeView, outcome_view
from barograph.profile.count import features_of
from barograph.profile.value import Profile
from barograph.report.comparison import Comparison
from barograph.schema.model import REGRESSION_TASKS

#: Curves are told in steps of this share of the rows.
_STEP: Final = 0.01
_MEASURES: Final[dict[str, Measure]] = {
    "regression": "bias",
    "forecast": "bias",
    "binary": "error",
    "multiclass": "error",
    "multilabel": "error",
}


def diagnostics(comparison: Comparison) -> dict[str, Any]:
    """Error bias, error by feature, curves and calibration; empty where the task or its rows have none."""
    sides = comparison.reference.total(), comparison.current.total()
    views = outcome_view(sides[0]), outcome_view(sides[1])
    task = comparison.current.schema.task or ""
    scored = _scored(views[1]) if task in ("binary", "multiclass", "multilabel") else ()
    return {
        "error_bias": _error_bias(sides) if task in REGRESSION_TASKS else [],
        "error_by_feature": {
            "measure": _MEASURES.get(task),
            "features": _error_by_feature(sides, _MEASURES[task]) if task in _MEASURES else {},
        },
        "curves": {name: _both_sides(views, name, _curve) for name in scored},
        "calibration": {name: _both_sides(views, name, _calibration) for name in scored},
    }


def _scored(view: OutcomeView | Undefined) -> tuple[str, ...]:
    """Names of the classes that a column scores."""
    if isinstance(view, Undefined):
        return ()
    named = (c.class_name or view.schema.positive for c in view.schema.with_role("score"))
    return tuple(dict.fromkeys(n for n in named if n in view.grid.classes))


def _both_sides(
    views: tuple[OutcomeView | Undefined, OutcomeView | Undefined],
    name: str,
    told: Callable[[OutcomeView, str], list[dict[str, Any]]],
) -> dict[str, list[dict[str, Any]]]:
    return {
        side: [] if isinstance(view, Undefined) else told(view, name)
        for side, view in zip(("reference", "current"), views, strict=True)
    }


def _error_bias(sides: tuple[Profile, Profile]) -> list[dict[str, Any]]:
    before, now = (_by_feature(error_bias(side)) for side in sides)
    names = [*now, *(n for n in before if n not in now)]
    return [
        {"feature": n, "reference": _groups(before.get(n)), "current": _groups(now.get(n))} for n in names
    ]


def _by_feature(found: tuple[FeatureBias, ...] | Undefined) -> dict[str, FeatureBias]:
    return {} if isinstance(found, Undefined) else {f.feature: f for f in found}


def _groups(found: FeatureBias | None) -> dict[str, Any] | None:
    if found is None:
        return None
    majority, under, over = found.groups
    return {"majority": majority, "under": under, "over": over, "range": _figure(found.apart)}


def _error_by_feature(sides: tuple[Profile, Profile], measure: Measure) -> dict[str, list[dict[str, Any]]]:
    out = {}
    for feature in features_of(sides[1].schema, sides[1].grid):
        found = [error_by_feature(side, feature, measure=measure) for side in sides]
        bins = [f for f in found if not isinstance(f, Undefined)]
        if not bins:
            continue
        told = [None if isinstance(f, Undefined) else f for f in found]
        out[feature] = [
            {
                "bin": bins[0][i].name,
                "reference": _bin(told[0], i),
                "current": _bin(told[1], i),
            }
            for i in range(len(bins[0]))
            if any(b[i].rows for b in bins)
        ]
    return out


def _bin(found: tuple[ErrorBin, ...] | None, at: int) -> dict[str, Any] | None:
    error = None if found is None else found[at].error
    return None if error is None else _figure(error)


def _figure(value: Value) -> dict[str, Any]:
    return {
        "value": value.value,
        "n": value.n,
        "interval": None if value.interval is None else list(value.interval),
    }


def _curve(view: OutcomeView, name: str) -> list[dict[str, Any]]:
    found = thresholds(view, name)
    if isinstance(found, Undefined):
        return []
    return [
        {
            "threshold": float(found.threshold[i]) if i else None,
            "taken": float(found.taken[i]),
            "true_positive_rate": float(found.recall[i]),
            "false_positive_rate": float(found.false_positive_rate[i]),
            "precision": float(found.precision[i]),
            "f1": float(found.f1[i]),
        }
        for i in found.every(_STEP).tolist()
    ]


def _calibration(view: OutcomeView, name: str) -> list[dict[str, Any]]:
    found = calibration_curve(view, name)
    if isinstance(found, Undefined):
        return []
    return [{"score": b.score, "observed": b.observed, "interval": list(b.interval), "n": b.n} for b in found]
