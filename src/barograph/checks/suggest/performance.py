"""Suggestions on how right the answers are, against the reference: of all rows, then of its segments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from barograph.charts.numbers import count, measured, number
from barograph.checks.check import Check
from barograph.checks.suggest.limits import rounded_up
from barograph.checks.suggest.variation import metric_between
from barograph.checks.widened import widened
from barograph.metrics.address import Address
from barograph.metrics.evaluate import evaluate
from barograph.metrics.registry import metric
from barograph.metrics.values import Value
from barograph.profile.value import Profile

_CALIBRATION: Final = "performance.calibration_error"
#: What stands for a task, the first it is judged by.
_CHOSEN: Final[Mapping[str, tuple[str, ...]]] = {
    "regression": ("performance.mae", "performance.rmse", "performance.me"),
    "binary": (
        "performance.roc_auc", "performance.f1", "performance.accuracy", "performance.brier", _CALIBRATION,
    ),
    "multiclass": ("performance.accuracy", "performance.f1", "performance.log_loss"),
    "forecast": ("performance.mae", "performance.mase", "performance.rmse", "performance.me"),
    "multilabel": (
        "performance.f1", "performance.subset_accuracy", "performance.hamming_loss", "performance.log_loss",
    ),
    "ranking": ("performance.ndcg(k=10)", "performance.map", "performance.mrr", "performance.hit_rate(k=10)"),
}  # fmt: skip
#: What stands for a task in a segment: one figure, so that many segments are no flood of checks.
_OF_SEGMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "regression": ("performance.mae",),
    "binary": ("performance.brier", "performance.accuracy"),
    "multiclass": ("performance.log_loss", "performance.accuracy"),
    "forecast": ("performance.mae",),
    "multilabel": ("performance.hamming_loss",),
    "ranking": ("performance.map",),
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
    flatters = " (on training rows, which flatters: take out-of-bag or held-out ones)"
    beside = flatters if reference.origin == "training" else ""
    for name in _CHOSEN.get(reference.schema.task or "", ()):
        found = _sure(name, whole)
        if found is None:
            continue
        own = _wander(name, reference)
        wander = f"; its own windows differ by {number(own)} (standard deviation)" if own else ""
        told = f"{measured(found.value, found.interval)} on {count(found.n)} rows of the reference{wander}{beside}"
        condition = _condition(name, found, whole, level, room=_ROOM * own)
        yield Check(condition, unknown="pass", confident=level, reason=told)


def segment_checks(reference: Profile, level: float) -> Iterator[Check]:
    """One check on every segment against itself: a model can fail a group and hardly less on average.

    Parameters
    ----------
    reference : with its segments; the margin is that of all rows.
    """
    whole = reference.total()
    if not reference.segments:
        return
    for name in _OF_SEGMENTS.get(reference.schema.task or "", ()):
        found = _sure(name, whole)
        if found is None:
            continue
        values = {s: _sure(str(Address(name, (("segment", s),))), reference) for s in reference.segments}
        held = {s: value for s, value in values.items() if value is not None}
        if held:
            higher = metric(name).direction == "higher_is_better"
            worst = (min if higher else max)(held, key=lambda s: held[s].value)
            told = (
                f"each of {len(reference.segments):,} segments against itself; worst in the reference: {worst}, "
                f"{measured(held[worst].value, held[worst].interval)} on {count(held[worst].n)} rows"
            )
            room = _ROOM * _wander(name, reference)
            condition = _condition(f"{name}(segment=*)", found, whole, level, room=room)
            yield Check(condition, severity="warning", unknown="pass", confident=level, reason=told)
            return


def _sure(address: str, reference: Profile) -> Value | None:
    """A figure of rows enough to take a limit from."""
    found = evaluate(address, reference)
    known = isinstance(found, Value) and found.interval is not None and found.n >= _FEWEST_ROWS
    return found if isinstance(found, Value) and known else None


def _wander(name: str, reference: Profile) -> float:
    """How much windows differ; not for a calibration error, which is larger the fewer rows a window has."""
    return 0.0 if name == _CALIBRATION else metric_between(name, reference)


def _condition(address: str, found: Value, reference: Profile, level: float, *, room: float) -> str:
    """The check on one metric; `room` is what its value wanders by."""
    spec = metric(address.partition("(")[0])
    low, high = found.interval or (found.value, found.value)
    if spec.direction == "zero_is_best":
        limit = rounded_up(_farthest(found, level) + max(room, _LOSS_MARGIN * _loss(reference)))
        return f"-{limit:.6g} <= {address} <= {limit:.6g}"
    if spec.direction == "higher_is_better":
        margin = rounded_up(max(_SCORE_MARGIN, found.value - low, room))
        return f"{address} >= reference - {margin:.6g}"
    if address == _CALIBRATION:
        margin = rounded_up(max(_LOSS_MARGIN * _rarer(reference), high - found.value))
        return f"{address} <= reference + {margin:.6g}"
    relative = max(high - found.value, room) / found.value if found.value > 0.0 else 0.0
    margin = max(_LOSS_MARGIN, relative)
    return f"{address} <= {1.0 + rounded_up(margin):.6g} * reference"


def _farthest(found: Value, level: float) -> float:
    """How far from 0 the figure may be."""
    return max(abs(end) for end in widened(found, metric("performance.me"), level))


def _loss(reference: Profile) -> float:
    """The mean absolute error, as a measure of what an error is."""
    found = evaluate("performance.mae", reference)
    return found.value if isinstance(found, Value) else 0.0


def _rarer(reference: Profile) -> float:
    """Share of the rarer label, as a measure of what an error of a probability is."""
    found = evaluate("performance.label_rate", reference)
    return min(found.value, 1.0 - found.value) if isinstance(found, Value) else 0.5
