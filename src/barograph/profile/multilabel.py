"""The outcome of a multi-label task: every row has an answer, yes or no, for each of several classes."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.frames.names import values_of
from barograph.profile.algebra import Ints
from barograph.profile.logarithm import log
from barograph.profile.measures import DEFAULT_THRESHOLD, OutcomeRows, probabilities
from barograph.profile.values import Floats
from barograph.schema.model import Column, Schema

#: Answers for one class.
NO, YES, NONE = 0, 1, 2
#: Codes of (label, answer) of one class: two labels, and yes, no, no answer.
PAIRS: Final = 6
#: Losses of single classes are kept for so many classes with scores at most: each costs five sums.
MOST_SCORED: Final = 100
#: Scores are held this far from 0 and 1 in a logarithm, as scikit-learn does.
_EPSILON: Final = float(np.finfo(np.float64).eps)
#: What stands for yes unless the schema names its positive value.
_USUAL_YES: Final = ("1", "true")


def multilabel_rows(
    frame: pl.DataFrame, schema: Schema, fixed: tuple[tuple[str, ...], float] | None
) -> OutcomeRows | None:
    """Read the labels, predictions and scores of every class.

    Parameters
    ----------
    frame : typed rows.
    fixed : as in `outcome_rows`; the classes are those of the schema's label columns.

    Returns
    -------
    OutcomeRows whose `label` and `prediction` have shape (rows, classes), 0 no, 1 yes, 2 unknown; or None where
    the rows have no label column, or neither predictions nor scores.
    """
    classes = label_classes(schema) if fixed is None else fixed[0]
    label = _answers(frame, schema, "label", classes)
    prediction = _answers(frame, schema, "prediction", classes)
    columns = [c for c in schema.with_role("score") if c.name in frame.columns and c.class_name in classes]
    scores = {c.name: probabilities(values_of(frame, c.name)) for c in columns}
    if label is None or (prediction is None and not scores):
        return None
    if prediction is None:
        prediction = _thresholded(schema, columns, scores, classes)
    answered = prediction != NONE
    score_class = {c.name: classes.index(str(c.class_name)) for c in columns}
    for name, values in scores.items():
        answered[:, score_class[name]] |= np.isfinite(values)
    labelled = (label != NONE).any(axis=1)
    judged = ((label != NONE) & answered).any(axis=1)
    return OutcomeRows(
        task="multilabel",
        judged=judged,
        labelled=int(labelled.sum()),
        label=np.where(answered, label, NONE)[judged],
        prediction=prediction[judged],
        classes=classes,
        scores={name: values[judged] for name, values in scores.items()},
        score_class=score_class,
    )


def label_classes(schema: Schema) -> tuple[str, ...]:
    """The classes of a multi-label schema, in the order of its label columns."""
    return tuple(str(c.class_name) for c in schema.with_role("label"))


def _answers(frame: pl.DataFrame, schema: Schema, role: str, classes: tuple[str, ...]) -> Ints | None:
    """The columns of one role as answers, shape (rows, classes); None where the rows have none of them."""
    held = [c for c in schema.columns if c.role == role and c.name in frame.columns]
    if not held:
        return None
    out = np.full((frame.height, len(classes)), NONE, np.int64)
    for column in held:
        out[:, classes.index(str(column.class_name))] = _yes(values_of(frame, column.name), schema)
    return out


def _yes(values: pl.Series, schema: Schema) -> Ints:
    usual = schema.positive is None or schema.positive in _USUAL_YES
    yes = values.cast(pl.String).is_in(list(_USUAL_YES) if usual else [schema.positive])
    return yes.cast(pl.Int64).fill_null(NONE).to_numpy()


def _thresholded(
    schema: Schema, columns: list[Column], scores: dict[str, Floats], classes: tuple[str, ...]
) -> Ints:
    threshold = DEFAULT_THRESHOLD if schema.threshold is None else schema.threshold
    out = np.full((len(next(iter(scores.values()))), len(classes)), NONE, np.int64)
    for column in columns:
        score = scores[column.name]
        decided = np.where(np.isfinite(score), (score >= threshold).astype(np.int64), NONE)
        out[:, classes.index(str(column.class_name))] = decided
    return out


def label_measures(rows: OutcomeRows) -> dict[str, Floats]:
    """Every measure of the judged rows by name, each of shape (rows,).

    `answered` rows have label and prediction of every class; `hits`, `claimed` and `held` are the classes of a
    row that are rightly predicted, predicted, and labelled yes, among those of which both are known. Losses of
    scores stand by class, see `of_one`, and where every class has a score, as a mean over the classes of a row.
    """
    label, prediction = rows.label, rows.prediction
    known = (label != NONE) & (prediction != NONE)
    answered = known.all(axis=1)
    yes, said = (label == YES) & known, (prediction == YES) & known
    hits, claimed, held = (part.sum(axis=1).astype(np.float64) for part in (yes & said, said, yes))
    wrong = claimed + held - 2.0 * hits
    either = claimed + held - hits
    jaccard = np.divide(hits, either, out=np.ones_like(hits), where=either > 0.0)
    share = wrong / max(len(rows.classes), 1)
    whole = answered.astype(np.float64)
    return _losses(rows) | {
        "answered": whole,
        "misclassified": whole * (wrong > 0.0),
        "wrong_share": whole * share,
        "wrong_share_2": whole * share * share,
        "jaccard": whole * jaccard,
        "jaccard_2": whole * jaccard * jaccard,
        "hits": hits,
        "claimed": claimed,
        "held": held,
        "hits_2": hits * hits,
        "claimed_2": claimed * claimed,
        "held_2": held * held,
        "hits_claimed": hits * claimed,
        "hits_held": hits * held,
        "claimed_held": claimed * held,
    }


def of_one(measure: str, class_name: str) -> str:
    """Name of a measure of one class.

    Examples
    --------
    >>> of_one("log_loss", "sport")
    'log_loss(sport)'
    """
    return f"{measure}({class_name})"


def _losses(rows: OutcomeRows) -> dict[str, Floats]:
    """Log-loss and squared error of the scores: of each class, and the mean over classes of rows with all of them."""
    measures: dict[str, Floats] = {}
    of_rows: list[tuple[Floats, Floats, Floats]] = []
    for name, score in rows.scores.items():
        index = rows.score_class[name]
        found = _class_losses(rows.label[:, index], score)
        of_rows.append(found)
        if len(rows.scores) <= MOST_SCORED:
            named = _summed(*found)
            measures |= {of_one(measure, rows.classes[index]): values for measure, values in named.items()}
    if len(of_rows) == len(rows.classes):
        scored, loss, square = (np.array(parts) for parts in zip(*of_rows, strict=True))
        whole = scored.min(axis=0)
        measures |= _summed(whole, whole * loss.mean(axis=0), whole * square.mean(axis=0))
    return measures


def _class_losses(label: Ints | Floats, score: Floats) -> tuple[Floats, Floats, Floats]:
    """1 for rows with label and score of a class, their log-loss and their squared error; 0 for other rows."""
    held = (label != NONE) & np.isfinite(score)
    of_truth = np.where(held, np.where(label == YES, score, 1.0 - score), 1.0)
    gap = 1.0 - of_truth
    return held.astype(np.float64), -log(np.clip(of_truth, _EPSILON, 1.0)), gap * gap


def _summed(scored: Floats, loss: Floats, square: Floats) -> dict[str, Floats]:
    return {
        "scored": scored,
        "log_loss": loss,
        "log_loss_2": loss * loss,
        "squared_score_error": square,
        "squared_score_error_2": square * square,
    }


def pair_codes(rows: OutcomeRows) -> tuple[NDArray[np.intp], Ints]:
    """Rows and codes of the known labels: ``(class · 2 + label) · 3 + answer``."""
    row, index = np.nonzero(rows.label != NONE)
    label, prediction = rows.label[row, index], rows.prediction[row, index]
    return row, ((index * 2 + label) * 3 + prediction).astype(np.int64)
