"""A threshold chosen on some rows and judged on others, from the score's bins alone.

Rows of one bin and one kind are alike to every threshold, so dividing rows into folds is dividing the counts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from barograph.explain.actions.cuts import Cuts, table_of
from barograph.explain.actions.folds import FOLDS
from barograph.explain.actions.gain import Trial
from barograph.explain.actions.objective import FN, FP, TN, TP, Objective

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def cross_chosen(cuts: Cuts, objective: Objective, rng: np.random.Generator) -> Trial | None:
    """The logged decisions and those of thresholds that have not seen the rows they decide.

    Returns
    -------
    Rows alike counted together, in up to eight kinds. Without a logged threshold `before` is as `after`. None where no
    threshold is allowed, or the figure has no value.
    """
    folded = [_folded(side, rng) for side in (cuts.positive, cuts.negative)]
    whole = [side.sum(axis=0) for side in folded]
    # Rows by (label, as logged, as chosen).
    kinds = np.zeros((2, 2, 2))
    for fold in range(FOLDS):
        others = [total - side[fold] for total, side in zip(whole, folded, strict=True)]
        best = objective.best(table_of(others[0], others[1]))
        if best is None:
            return None
        for label, side in enumerate(folded):
            place = np.arange(side.shape[1])
            logged = best if cuts.logged is None else cuts.logged
            code = 2 * (place < logged) + (place < best)
            kinds[label] += np.bincount(code, weights=side[fold], minlength=4).reshape(2, 2)
    return _trial(kinds, objective)


def _trial(kinds: Floats, objective: Objective) -> Trial | None:
    """Influence values of both decisions for the eight kinds of rows."""
    label, before, after = (axis.ravel() for axis in np.indices((2, 2, 2)))
    count = kinds.ravel()
    values = []
    for answer in (before, after):
        column = np.where(answer == 1, np.where(label == 0, TP, FP), np.where(label == 0, FN, TN))
        table: Floats = np.bincount(column, weights=count, minlength=4).astype(np.float64)
        figure = float(objective.of(table))
        gradient = objective.gradient(table)
        values.append(figure + gradient[column] - float(gradient @ table) / float(table.sum()))
    held = count > 0.0
    if not all(np.isfinite(side).all() for side in values):
        return None
    return Trial(
        before=values[0][held], after=values[1][held], count=count[held], moved=(before != after)[held]
    )


def _folded(rows: Floats, rng: np.random.Generator) -> Floats:
    """Rows of each bin in each fold, folds of one size, shape (folds, bins)."""
    left = np.rint(rows).astype(np.int64)
    parts = []
    for fold in range(FOLDS - 1):
        drawn = rng.multivariate_hypergeometric(left, int(left.sum()) // (FOLDS - fold), method="marginals")
        parts.append(drawn)
        left = left - drawn
    return np.stack((*parts, left)).astype(np.float64)
