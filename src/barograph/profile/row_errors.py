"""What a row's error adds to the outcome, elementwise with + - x / only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from barograph.profile.logarithm import log

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Scores are held this far from 0 and 1 in a logarithm, as scikit-learn does.
_EPSILON = float(np.finfo(np.float64).eps)


def regression_measures(
    raw: Floats, answer: Floats, centre: float, baseline: Floats | None
) -> dict[str, Floats]:
    """Every measure of rows with a label and an answer; `baseline` is another forecast, NaN where absent.

    Examples
    --------
    >>> found = regression_measures(np.array([2.0]), np.array([5.0]), 1.0, None)
    >>> found["label"].tolist(), found["squared_error"].tolist(), found["relative_error"].tolist()
    ([1.0], [9.0], [1.5])
    """
    y, p, error = raw - centre, answer - centre, answer - raw
    absolute, square, y2 = np.abs(error), error * error, y * y
    size = np.abs(raw)
    nonzero = size > 0.0
    relative = _ratio(absolute, size, nonzero)
    size += np.abs(answer)
    symmetric = 2.0 * _ratio(absolute, size, size > 0.0)
    over = np.maximum(error, 0.0)
    square_y = square * y
    beside = {} if baseline is None else _baseline_measures(raw, absolute, baseline)
    return beside | {
        "prediction": p,
        "label": y,
        "error": error,
        "absolute_error": absolute,
        "squared_error": square,
        "error_3": square * error,
        "absolute_error_3": square * absolute,
        "error_4": square * square,
        "over_error_2": over * over,
        "prediction_2": p * p,
        "label_2": y2,
        "label_3": y2 * y,
        "label_4": y2 * y2,
        "label_prediction": y * p,
        "squared_error_label": square_y,
        "squared_error_label_2": square_y * y,
        "relative_rows": nonzero.astype(np.float64),
        "relative_error": relative,
        "relative_error_2": relative * relative,
        "symmetric_error": symmetric,
        "symmetric_error_2": symmetric * symmetric,
    }


def _baseline_measures(label: Floats, absolute: Floats, baseline: Floats) -> dict[str, Floats]:
    """Errors of the answer and of the baseline on rows that have one; 0 elsewhere."""
    held = np.isfinite(baseline)
    other = np.where(held, np.abs(np.where(held, baseline, 0.0) - label), 0.0)
    own = np.where(held, absolute, 0.0)
    return {
        "baseline_rows": held.astype(np.float64),
        "compared_error": own,
        "compared_error_2": own * own,
        "baseline_error": other,
        "baseline_error_2": other * other,
        "error_baseline": own * other,
    }


def _ratio(above: Floats, below: Floats, where: NDArray[np.bool_]) -> Floats:
    """above/below, 0 where there is nothing to divide by."""
    if where.all():
        return above / below
    return np.divide(above, below, out=np.zeros_like(above), where=where)


def score_measures(score: Floats, positive: Floats) -> dict[str, Floats]:
    """What the score of the positive class adds; 0 where it is no probability.

    Examples
    --------
    >>> score_measures(np.array([0.5, np.nan]), np.array([1.0, 1.0]))["squared_score_error"].tolist()
    [0.25, 0.0]
    """
    of_truth = np.where(positive == 1.0, score, 1.0 - score)
    scored = np.isfinite(score) & (score >= 0.0) & (score <= 1.0)
    score, of_truth = np.where(scored, score, 0.0), np.where(scored, of_truth, 1.0)
    loss = np.where(scored, -log(np.clip(of_truth, _EPSILON, 1.0)), 0.0)
    gap = np.where(scored, score - positive, 0.0)
    square = gap * gap
    return {
        "scored": scored.astype(np.float64),
        "score": score,
        "log_loss": loss,
        "log_loss_2": loss * loss,
        "squared_score_error": square,
        "squared_score_error_2": square * square,
    }


def multiclass_score_measures(label: Ints, scores: Sequence[tuple[int, Floats]]) -> dict[str, Floats]:
    """What the scores of all classes, (class code, scores), add together.

    Examples
    --------
    >>> both = [(0, np.array([0.75])), (1, np.array([0.25]))]
    >>> multiclass_score_measures(np.array([0]), both)["squared_score_error"].tolist()
    [0.125]
    """
    of_truth = np.full(len(label), np.nan)
    square = np.zeros(len(label))
    for code, score in scores:
        is_class = label == code
        of_truth = np.where(is_class, score, of_truth)
        gap = score - is_class
        square = square + gap * gap
    scored = np.isfinite(of_truth) & np.isfinite(square) & (of_truth >= 0.0) & (of_truth <= 1.0)
    square = np.where(scored, square, 0.0)
    loss = np.where(scored, -log(np.clip(np.where(scored, of_truth, 1.0), _EPSILON, 1.0)), 0.0)
    return {
        "scored": scored.astype(np.float64),
        "log_loss": loss,
        "log_loss_2": loss * loss,
        "squared_score_error": square,
        "squared_score_error_2": square * square,
    }
