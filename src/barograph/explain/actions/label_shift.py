"""Label shift: classes have become more or less frequent, and rows of one class look as before.

Scores are then wrong by known factors: ``p'(y | x) ∝ w_y · p(y | x)`` with w the ratio of class shares.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from barograph.explain.actions.advice import Plan, trial_of, tried
from barograph.explain.actions.answers import positive_code, score_of
from barograph.explain.actions.context import Context, rescored
from barograph.explain.explanation import Action
from barograph.explain.words import percent
from barograph.locale.said import say
from barograph.metrics.values import Undefined
from barograph.profile.measures import OutcomeRows

Floats = NDArray[np.float64]

_STEPS = 200
_NEAREST = 1e-9
#: A class with fewer reference rows has no rate of errors to speak of.
_FEWEST = 5


def bbse_weights(confusion: Floats, predicted: Floats) -> Floats | None:
    """Ratio of class shares from what was predicted: ``w = C⁻¹ μ``.

    Parameters
    ----------
    confusion : reference rows by (label, prediction), shape (classes, classes).
    predicted : current rows by prediction, shape (classes,).

    Returns
    -------
    Shape (classes,), not below 0 and shares of sum 1; None where predictions do not tell the classes apart.

    Notes
    -----
    Source: Lipton, Wang & Smola, ICML 2018 (arXiv 1802.03916).

    Examples
    --------
    >>> bbse_weights(np.array([[80.0, 20.0], [5.0, 45.0]]), np.array([45.0, 55.0])).round(3).tolist()
    [0.75, 1.5]
    """
    joint = confusion.T / confusion.sum()
    if np.linalg.cond(joint) > 1e4:
        return None
    found: Floats = np.maximum(np.linalg.solve(joint, predicted / predicted.sum()), 0.0)
    shares = found * confusion.sum(axis=1) / confusion.sum()
    return found / shares.sum() if shares.sum() > 0.0 else None


def mlls_weights(scores: Floats, prior: Floats, count: Floats) -> Floats:
    """Ratio of class shares from scores: the shares under which they are likeliest, by EM.

    Parameters
    ----------
    scores : probabilities by class, shape (rows, classes).
    prior : shares of the classes in the reference.
    count : rows each stands for.

    Notes
    -----
    Source: Saerens, Latinne & Decaestecker, Neural Computation 14 (2002) 21.

    Examples
    --------
    >>> scores = np.array([[0.9, 0.1], [0.2, 0.8], [0.1, 0.9], [0.1, 0.9]])
    >>> bool(mlls_weights(scores, np.array([0.5, 0.5]), np.ones(4))[1] > 1.3)
    True
    """
    weights = np.ones(len(prior))
    for _ in range(_STEPS):
        shares = count @ reweighted(scores, weights) / count.sum()
        new = shares / prior
        if float(np.abs(new - weights).max()) < 1e-10:
            break
        weights = new
    return weights


def reweighted(scores: Floats, weights: Floats) -> Floats:
    """Scores by class under other shares of the classes; they add up to 1."""
    found = np.clip(scores, _NEAREST, 1.0) * weights
    out: Floats = found / found.sum(axis=1, keepdims=True)
    return out


def correct_label_shift(context: Context) -> Action | None:
    """Correct the scores for other shares of the classes, which are estimated without labels.

    Returns
    -------
    None for a task without classes, rows without scores of every class, or a metric of ranks alone.
    """
    rows, count = context.rows[1].outcome, context.rows[1].count
    scores, table = _scores(rows), context.views[0].confusion()
    k = len(rows.classes)
    labels = table[:k].sum(axis=1)
    if scores is None or context.metric.of_ranks or labels.min(initial=np.inf) < _FEWEST:
        return None
    prior = labels / labels.sum()
    weights = mlls_weights(scores, prior, count)
    corrected = _with(context, rows, reweighted(scores, weights))
    if corrected is None:
        return None
    trial = trial_of(context, rows, corrected, count)
    if isinstance(trial, Undefined):
        return None
    said = bbse_weights(table[:k, :k], context.views[1].confusion()[:, :k].sum(axis=0))
    at = positive_code(rows) if rows.task == "binary" else int(np.argmax(np.abs(weights - 1.0) * prior))
    share = say(
        "{name} from {before} to {now} of rows by the scores",
        name=repr(rows.classes[at]), before=percent(float(prior[at])), now=percent(float(prior[at] * weights[at])),
    )  # fmt: skip
    if said is not None:
        predicted = percent(float(prior[at] * said[at]))
        share = say("{by_scores}, {share} by the predictions", by_scores=share, share=predicted)
    return tried(context, trial, Plan(
        action="correct_label_shift", name=say("correct scores for shares of the classes"),
        does=say("Correcting scores for other shares of the classes ({share})", share=share),
        on=say("{n} rows", n=f"{count.sum():,.0f}"),
        changes_if=say("It helps only as long as rows of one class look as in the reference."),
    ))  # fmt: skip


def _scores(rows: OutcomeRows) -> Floats | None:
    """Scores by class, where every row has them all."""
    score = score_of(rows)
    if score is not None and len(rows.classes) == 2:
        both = np.empty((len(score), 2))
        both[:, positive_code(rows)] = score
        both[:, 1 - positive_code(rows)] = 1.0 - score
        return both
    codes = list(rows.score_class.values())
    if rows.task != "multiclass" or sorted(codes) != list(range(len(rows.classes))):
        return None
    found = np.empty((len(rows.label), len(codes)))
    for name, code in rows.score_class.items():
        found[:, code] = rows.scores[name]
    return found if np.isfinite(found).all() else None


def _with(context: Context, rows: OutcomeRows, scores: Floats) -> OutcomeRows | None:
    if rows.task == "binary":
        found = rescored(context, rows, scores[:, positive_code(rows)])
        return None if isinstance(found, Undefined) else found
    named = {name: scores[:, code] for name, code in rows.score_class.items()}
    return replace(rows, scores=named, prediction=scores.argmax(axis=1).astype(np.int64))
