"""Recalibrating: a map learned from the current rows' labels, put after the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from barograph.explain.actions.advice import Plan, trial_of, tried, unknown
from barograph.explain.actions.answers import positive_code, score_of
from barograph.explain.actions.calibrators import Calibrator, isotonic, line, platt
from barograph.explain.actions.context import Context, rescored
from barograph.explain.actions.folds import folds
from barograph.explain.explanation import Action
from barograph.locale.said import say
from barograph.metrics.values import Undefined

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Learn = Callable[["_Pairs"], Calibrator]

#: Fewer rows teach no map.
_FEWEST = 20
#: From so many rows on a rising curve is tried beside Platt's (Niculescu-Mizil & Caruana, ICML 2005).
_FEWEST_OF_CURVE = 500
_ABSOLUTE = frozenset({"performance.mae", "performance.mape", "performance.smape", "performance.mase"})


def recalibrate(context: Context) -> Action | None:
    """Map predictions on a line, or scores on Platt's or a rising curve; each row by a map that has not seen it.

    Returns
    -------
    None where no map could help: ranks stay, and classes without a score have nothing to be mapped.
    """
    current = context.rows[1]
    rows, count = current.outcome, current.count
    score = score_of(rows)
    if context.metric.of_ranks or (rows.task != "regression" and score is None):
        return None
    plan = Plan(
        action="recalibrate", name=say("recalibrate"), does=say("Recalibrating"),
        on=say("{n} rows", n=f"{count.sum():,.0f}"),
        changes_if=say("It holds as long as answers and labels stay related as in the current rows."),
    )  # fmt: skip
    if len(rows.label) < _FEWEST:
        detail = say(
            "{n} labelled rows are too few to learn a map from; {fewest} are needed",
            n=len(rows.label), fewest=_FEWEST,
        )  # fmt: skip
        return unknown(plan, Undefined(reason="too_few_rows", detail=detail))
    pairs = _Pairs(
        said=rows.prediction.astype(np.float64) if score is None else score,
        came=(rows.label if score is None else rows.label == positive_code(rows)).astype(np.float64),
        count=count,
    )
    learn = _learner(context, regression=score is None)
    mapped = _cross_fitted(pairs, learn, folds(len(rows.label), context.times, context.rng))
    after = replace(rows, prediction=mapped) if score is None else rescored(context, rows, mapped)
    trial = after if isinstance(after, Undefined) else trial_of(context, rows, after, count)
    if isinstance(trial, Undefined):
        return unknown(plan, trial)
    name = learn(pairs).name
    named = replace(
        plan, name=say("recalibrate: {map}", map=name), does=say("Recalibrating ({map})", map=name)
    )
    return tried(context, trial, named)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pairs:
    """What was said of rows, and what came true."""

    said: Floats
    came: Floats
    count: Floats

    def taken(self, rows: NDArray[np.bool_]) -> _Pairs:
        return _Pairs(said=self.said[rows], came=self.came[rows], count=self.count[rows])


def _cross_fitted(pairs: _Pairs, learn: Learn, fold: Ints) -> Floats:
    """What is said of each row by the map of the other folds."""
    mapped = np.empty(len(pairs.said))
    for held in range(int(fold.max()) + 1):
        own = fold == held
        mapped[own] = learn(pairs.taken(~own)).of(pairs.said[own])
    return mapped


def _learner(context: Context, *, regression: bool) -> Learn:
    if not regression:
        return _curve
    absolute = context.metric.address.metric in _ABSOLUTE
    return lambda pairs: line(pairs.said, pairs.came, pairs.count, absolute=absolute)


def _curve(pairs: _Pairs) -> Calibrator:
    """Platt's map, or the rising curve where its scores are better on rows it has not seen."""
    maps: tuple[Learn, ...] = (_platt, _isotonic)
    if len(pairs.said) < _FEWEST_OF_CURVE:
        return _platt(pairs)
    fold = np.argsort(np.argsort(pairs.said, kind="stable")) % 5
    errors = [float(pairs.count @ (_cross_fitted(pairs, learn, fold) - pairs.came) ** 2) for learn in maps]
    return maps[int(np.argmin(errors))](pairs)


def _platt(pairs: _Pairs) -> Calibrator:
    return platt(pairs.said, pairs.came, pairs.count)


def _isotonic(pairs: _Pairs) -> Calibrator:
    return isotonic(pairs.said, pairs.came, pairs.count)
