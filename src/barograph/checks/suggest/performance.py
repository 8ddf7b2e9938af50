"""Suggestions on how right the answers are, against the reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from barograph.charts.numbers import count, measured, number
from barograph.checks.check import Check
from barograph.checks.suggest.limits import rounded_up
from barograph.checks.suggest.variation import metric_between
from barograph.checks.widened import widened
from barograph.metrics.evaluate import evaluate
from barograph.metrics.registry import metric
from barograph.metrics.values import Value
from barograph.profile.value import Profile

#: What stands for a task, the first it is judged by.
_CHOSEN: Final[Mapping[str, tuple[str, ...]]] = {
    "regression": ("performance.mae", "performance.rmse", "performance.me"),
    "binary": ("performance.roc_auc", "performance.f1", "performance.accuracy", "performance.brier"),
    "multiclass": ("performance.accuracy", "performance.f1", "performance.log_loss"),
    "forecast": ("performance.mae", "performance.mase", "performance.rmse", "performance.me"),
    "multilabel": ("performance.f1", "performance.subset_accuracy", "performance.hamming_loss"),
    "ranking": ("performance.ndcg(k=10)", "performance.map", "performance.mrr", "performance.hit_rate(k=10)"),
}
#: Smallest margins: of a loss as a share of it, of a score in its own units.
_LOSS_MARGIN: Final = 0.1
_SCORE_MARGIN: Final = 0.02
_FEWEST_ROWS: Final = 50
#: Standard deviations of its windows by which a metric may wander.
_ROOM: Final = 1.5


def performance_checks(reference: Profile, level: float) -> Iterator[Check]:
    """Checks against `reference` with a margin from its interval; they pass where labels have not come.

    Parameters
    ----------
    reference : with its windows, whose own variation widens the margin.
    """
    whole = reference.total()
    task = reference.schema.task
    flatters = " (on training rows, which flatters: take out-of-bag or held-out ones)"
    beside = flatters if reference.origin == "training" else ""
    for name in _CHOSEN.get(task or "", ()):
        found = evaluate(name, whole)
        if not isinstance(found, Value) or found.interval is None or found.n < _FEWEST_ROWS:
            continue
        own = metric_between(name, reference)
        wander = f"; its own windows differ by {number(own)} (standard deviation)" if own else ""
        told = f"{measured(found.value, found.interval)} on {count(found.n)} rows of the reference{wander}{beside}"
        condition = _condition(name, found, whole, level, room=_ROOM * own)
        yield Check(condition, unknown="pass", confident=level, reason=told)


def _condition(name: str, found: Value, reference: Profile, level: float, *, room: float) -> str:
    """The check on one metric; `room` is what its value wanders by."""
    spec = metric(name.partition("(")[0])
    low, high = found.interval or (found.value, found.value)
    if spec.direction == "zero_is_best":
        limit = rounded_up(_farthest(found, level) + max(room, _LOSS_MARGIN * _loss(reference)))
        return f"-{limit:.6g} <= {name} <= {limit:.6g}"
    if spec.direction == "higher_is_better":
        margin = rounded_up(max(_SCORE_MARGIN, found.value - low, room))
        return f"{name} >= reference - {margin:.6g}"
    relative = max(high - found.value, room) / found.value if found.value > 0.0 else 0.0
    margin = max(_LOSS_MARGIN, relative)
    return f"{name} <= {1.0 + rounded_up(margin):.6g} * reference"


def _farthest(found: Value, level: float) -> float:
    """How far from 0 the figure may be."""
    return max(abs(end) for end in widened(found, metric("performance.me"), level))


def _loss(reference: Profile) -> float:
    """The mean absolute error, as a measure of what an error is."""
    found = evaluate("performance.mae", reference)
    return found.value if isinstance(found, Value) else 0.0
