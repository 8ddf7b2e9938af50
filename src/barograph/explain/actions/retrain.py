"""Retraining: the model made anew with later rows, and judged on rows later still."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.errors import MissingExtra
from barograph.explain.actions.advice import Plan, trial_of, tried, unknown
from barograph.explain.actions.answers import features, positive_code, taken
from barograph.explain.actions.context import Context, said_by
from barograph.explain.actions.folds import forward
from barograph.explain.actions.gain import paired_gain
from barograph.explain.actions.others import others_than
from barograph.explain.actions.refit import NEEDED, gradient_boosted
from barograph.explain.explanation import Action
from barograph.explain.sampled import SampledRows
from barograph.explain.words import interval
from barograph.locale.said import Said, say, together
from barograph.metrics.values import Undefined
from barograph.profile.measures import OutcomeRows
from barograph.schema.model import Schema

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Fewer rows to learn from make no model.
_FEWEST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """Features, labels and outcome of rows, equal ones repeated."""

    features: pl.DataFrame
    labels: NDArray[Any]
    outcome: OutcomeRows


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """Rows with the answers they had and those of models that have not seen them.

    Attributes
    ----------
    without : answers of a stand-in that has not learned from later rows either; None where `fit` makes the model.
    learned : rows the last model learned from.
    """

    before: OutcomeRows
    after: OutcomeRows
    without: OutcomeRows | None
    learned: int


def retrain(context: Context) -> Action:
    """Make the model anew on the reference's rows and those since, and score rows after them.

    With `earlier` rows the model learns from these and the reference's, and all current rows are scored. Else the
    current rows are cut in four by time: each quarter is scored by a model of the reference's rows and of all quarters
    before it; the first is only learned from. Rows that are among the current ones too are not learned from elsewhere:
    a model knows their labels.

    Without scikit-learn, and where the caller does not say how the model is made, the gain is not known.
    """
    schema = context.current.schema
    before = [others_than(context.rows[1], side, schema) for side in (context.rows[0], *context.earlier)]
    found = [_rows(side, schema) for side in (*before, context.rows[1])]
    for side in found:
        if isinstance(side, Undefined):
            return unknown(_plan(0, 0, context), side)
    sides = [side for side in found if isinstance(side, _Rows)]
    *learned, current = sides
    scored = _all_current if context.earlier else _quarters
    try:
        judged = scored(context, learned, current)
    except MissingExtra:
        judged = Undefined(reason="not_applicable", detail=NEEDED)
    if isinstance(judged, Undefined):
        return unknown(_plan(learned[0].features.height, 0, context), judged)
    n = len(judged.before.label)
    plan = _plan(judged.learned, n, context)
    if judged.without is not None:
        plan = replace(plan, changes_if=_stand_in(context, judged))
    trial = trial_of(context, judged.before, judged.after, np.ones(n), later=True)
    return unknown(plan, trial) if isinstance(trial, Undefined) else tried(context, trial, plan)


def _plan(learned: int, scored: int, context: Context) -> Plan:
    n = f"{learned:,}"
    return Plan(
        action="retrain", name=say("retrain"),
        does=say("Retraining on {n} rows", n=n) if context.fit is not None
        else say("Retraining a stand-in (gradient-boosted trees) on {n} rows", n=n),
        on=say("{n} later rows", n=f"{scored:,}"),
        changes_if=say(
            "The model was made of these rows alone: with more of them it may gain more, and with rows unlike them "
            "less."
        ),
    )  # fmt: skip


def _stand_in(context: Context, judged: _Judged) -> Said:
    """What later rows bring the stand-in itself, whose form and few rows have no part in it."""
    asked = say("Pass fit= to retrain the model itself.")
    if judged.without is None:
        return asked
    count = np.ones(len(judged.before.label))
    trial = trial_of(context, judged.without, judged.after, count, later=True)
    if isinstance(trial, Undefined):
        return asked
    brought = paired_gain(trial, context.metric.direction)
    said = say("Rows since the reference bring the stand-in itself a gain of {gain}.", gain=interval(brought))
    return together([said, asked], " ")


def _rows(side: SampledRows, schema: Schema) -> _Rows | Undefined:
    each = np.repeat(np.arange(side.height), side.count.astype(np.int64))
    given = features(side.frame, schema)
    if isinstance(given, Undefined):
        return given
    if not given.width:
        return Undefined(reason="column_missing", detail=say("the schema names no feature to learn from"))
    outcome = taken(side.outcome, each)
    labels = labels_of(outcome)
    with np.errstate(over="ignore"):
        if labels.dtype.kind == "f" and not np.isfinite(np.sum(labels * labels)):
            return Undefined(reason="overflow", detail=say("the labels are too large to learn from"))
    return _Rows(features=given[each], labels=labels, outcome=outcome)


def labels_of(rows: OutcomeRows) -> NDArray[Any]:
    """What a model learns: numbers, 1 for the positive class of a score, or class names."""
    if rows.task == "regression":
        return np.asarray(rows.label, np.float64)
    if rows.task == "binary" and rows.scores:
        return np.asarray(rows.label == positive_code(rows), np.float64)
    names: NDArray[Any] = np.array([*rows.classes, "", ""])[rows.label]
    return names


def _stacked(parts: Sequence[_Rows]) -> _Rows:
    return _Rows(
        features=pl.concat([part.features for part in parts], how="diagonal_relaxed"),
        labels=np.concatenate([part.labels for part in parts]),
        outcome=parts[0].outcome,
    )


def _all_current(context: Context, learned: Sequence[_Rows], current: _Rows) -> _Judged | Undefined:
    together = _stacked(learned)
    return _judged(context, learned[0], [(together, np.arange(len(current.labels)))], current)


def _quarters(context: Context, learned: Sequence[_Rows], current: _Rows) -> _Judged | Undefined:
    n = context.rows[1].height
    # Equal rows stay together, else one would be learned and the other scored.
    each = np.repeat(np.arange(n), context.rows[1].count.astype(np.int64))
    steps = [
        (_stacked([*learned, _taken(current, _places(each, known))]), _places(each, later))
        for known, later in forward(n, context.times, context.rng)
    ]
    if not steps:
        detail = say("{n} labelled rows cannot be cut in time", n=len(each))
        return Undefined(reason="too_few_rows", detail=detail)
    return _judged(context, learned[0], steps, current)


def _places(each: Ints, rows: Ints) -> Ints:
    """Where some distinct rows are among the repeated ones."""
    return np.flatnonzero(np.isin(each, rows))


def _judged(
    context: Context, first: _Rows, steps: Sequence[tuple[_Rows, Ints]], current: _Rows
) -> _Judged | Undefined:
    """Each step's rows by the model of its step, and where that is a stand-in also by one of the first rows alone."""
    scored = np.concatenate([later for _, later in steps])
    before = taken(current.outcome, scored)
    parts = []
    for rows, later in steps:
        after = _answers(context, rows, _taken(current, later))
        if isinstance(after, Undefined):
            return after
        parts.append(after)
    without = None if context.fit is not None else _answers(context, first, _taken(current, scored))
    return _Judged(
        before=before, after=_joined(before, parts), learned=steps[-1][0].features.height,
        without=without if isinstance(without, OutcomeRows) else None,
    )  # fmt: skip


def _taken(rows: _Rows, index: Ints) -> _Rows:
    return _Rows(features=rows.features[index], labels=rows.labels[index], outcome=taken(rows.outcome, index))


def _joined(like: OutcomeRows, parts: Sequence[OutcomeRows]) -> OutcomeRows:
    """Answers of several models, in the order of the rows they answered."""
    return replace(
        like,
        prediction=np.concatenate([part.prediction for part in parts]),
        scores={name: np.concatenate([part.scores[name] for part in parts]) for name in like.scores},
    )


def _answers(context: Context, learned: _Rows, scored: _Rows) -> OutcomeRows | Undefined:
    n = learned.features.height
    if n < _FEWEST or (scored.outcome.task != "regression" and len(np.unique(learned.labels)) < 2):
        detail = say(
            "{n} labelled rows, or rows of one class alone, make no model; {fewest} of two classes are needed",
            n=n, fewest=_FEWEST,
        )  # fmt: skip
        return Undefined(reason="too_few_rows", detail=detail)
    fit = context.fit or partial(gradient_boosted, task=scored.outcome.task)
    said = fit(learned.features, learned.labels)(scored.features)
    return said_by(context, scored.outcome, said)
