"""Judged rows: label, prediction and scores of a block, and the measures each of its rows adds to the outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.errors import DataError, SchemaError
from barograph.frames.names import values_of
from barograph.profile.row_errors import multiclass_score_measures, regression_measures, score_measures
from barograph.schema.model import REGRESSION_TASKS, Schema

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: The decision of a binary model that logs a score alone, unless the schema says otherwise.
DEFAULT_THRESHOLD = 0.5
#: More classes than this and the outcome is not summed.
MOST_CLASSES = 1000
#: Measures that only intervals need: one limb is enough.
COARSE_MEASURES = frozenset({
    "error_3", "absolute_error_3", "error_4", "over_error_2", "label_3", "label_4",
    "squared_error_label", "squared_error_label_2",
    "compared_error_2", "baseline_error_2", "error_baseline", "wrong_share_2", "jaccard_2",
    "relative_error_2", "symmetric_error_2", "log_loss_2", "squared_score_error_2",
})  # fmt: skip
#: Measures kept for every bin of every feature, where the task has them. The error is prediction - label.
CROSS_MEASURES = {
    "regression": ("prediction", "label", "absolute_error", "squared_error"),
    "binary": ("label", "prediction", "misclassified", "score", "log_loss", "squared_score_error"),
    "multiclass": ("misclassified", "log_loss", "squared_score_error"),
    "multilabel": ("misclassified",),
    "forecast": ("prediction", "label", "absolute_error", "squared_error"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRows:
    """The judged rows of a block: label present, and a prediction or a score beside it.

    Attributes
    ----------
    judged : mask over the block's rows.
    labelled : rows with a label, judged or not.
    label, prediction : regression: numbers; classification: class codes, ``len(classes)`` for any
        other value, ``len(classes) + 1`` for none; as a label, for another value than the prediction's,
        which is no known class either. Multi-label: shape (rows, classes), see `multilabel_rows`.
    scores : per score column its values on judged rows, NaN where absent.
    score_class : class code each score column scores.
    baseline : regression: another forecast of each row, NaN where absent; None where there is no such column.
    """

    task: str
    judged: NDArray[np.bool_]
    labelled: int
    label: Floats | Ints
    prediction: Floats | Ints
    classes: tuple[str, ...] = ()
    centre: float = 0.0
    scores: Mapping[str, Floats] = field(default_factory=dict)
    score_class: Mapping[str, int] = field(default_factory=dict)
    baseline: Floats | None = None

    def sliced(self, part: slice) -> OutcomeRows:
        """Some of the judged rows; `judged` and `labelled`, which speak of the block, stay."""
        return replace(
            self,
            label=self.label[part],
            prediction=self.prediction[part],
            scores={name: values[part] for name, values in self.scores.items()},
            baseline=None if self.baseline is None else self.baseline[part],
        )

    @property
    def residual(self) -> Floats | None:
        """Prediction minus label of a regression."""
        if self.task != "regression":
            return None
        with np.errstate(over="ignore"):
            error: Floats = np.subtract(self.prediction, self.label, dtype=np.float64)
            return error


def outcome_rows(
    frame: pl.DataFrame, schema: Schema, fixed: tuple[tuple[str, ...], float] | None
) -> OutcomeRows | None:
    """Read label, prediction and scores of a block.

    Parameters
    ----------
    frame : typed rows.
    fixed : classes and centre of the grid, or None to take them from these rows.

    Returns
    -------
    OutcomeRows, or None where the schema has no task or no label, or the rows lack the columns.
    """
    label, prediction = schema.one("label"), schema.one("prediction")
    if schema.task is None or label is None or label.name not in frame.columns:
        return None
    labels = values_of(frame, label.name)
    predictions = None
    if prediction is not None and prediction.name in frame.columns:
        predictions = values_of(frame, prediction.name)
    if schema.task in REGRESSION_TASKS:
        if predictions is None:
            return None
        rows, baseline = _regression_rows(labels, predictions, fixed), schema.one("baseline")
        if baseline is None or baseline.name not in frame.columns:
            return rows
        other = values_of(frame, baseline.name).cast(pl.Float64).fill_null(np.nan).to_numpy()
        return replace(rows, baseline=other[rows.judged])
    return _class_rows(frame, schema, labels, predictions, fixed)


def _regression_rows(
    labels: pl.Series, predictions: pl.Series, fixed: tuple[tuple[str, ...], float] | None
) -> OutcomeRows:
    y = labels.cast(pl.Float64).to_numpy()
    p = predictions.cast(pl.Float64).to_numpy()
    labelled = ~np.isnan(y)
    judged = np.isfinite(y) & np.isfinite(p)
    whole = bool(judged.all())
    y, p = (y, p) if whole else (y[judged], p[judged])
    centre = _middle(y) if fixed is None else fixed[1]
    return OutcomeRows(
        task="regression", judged=judged, labelled=int(labelled.sum()), label=y, prediction=p, centre=centre
    )


def _middle(values: Floats) -> float:
    return float(np.sort(values)[len(values) // 2]) if len(values) else 0.0


def _class_rows(
    frame: pl.DataFrame,
    schema: Schema,
    labels: pl.Series,
    predictions: pl.Series | None,
    fixed: tuple[tuple[str, ...], float] | None,
) -> OutcomeRows | None:
    score_columns = [c for c in schema.with_role("score") if c.name in frame.columns]
    classes = _classes(schema, labels, predictions) if fixed is None else fixed[0]
    scored = {c.name: probabilities(values_of(frame, c.name)) for c in score_columns}
    if predictions is None and schema.task == "binary" and scored:
        codes = _thresholded(next(iter(scored.values())), schema, classes)
    elif predictions is None:
        codes = np.full(len(labels), len(classes) + 1, np.int64)
    else:
        codes = class_codes(predictions, classes)
    if predictions is None and not scored:
        return None
    label_codes = class_codes(labels, classes)
    labelled = label_codes <= len(classes)
    has_answer = codes <= len(classes)
    for values in scored.values():
        has_answer = has_answer | np.isfinite(values)
    judged = labelled & has_answer
    if predictions is not None:
        unseen = np.flatnonzero((label_codes == len(classes)) & (codes == len(classes)))
        said, answered = (s.gather(unseen).cast(pl.String) for s in (labels, predictions))
        label_codes[unseen[(said != answered).to_numpy()]] = len(classes) + 1
    return OutcomeRows(
        task=str(schema.task),
        judged=judged,
        labelled=int(labelled.sum()),
        label=label_codes[judged],
        prediction=codes[judged],
        classes=classes,
        scores={name: values[judged] for name, values in scored.items()},
        score_class={c.name: _class_scored(c.class_name, schema, classes) for c in score_columns},
    )


def probabilities(column: pl.Series) -> Floats:
    """Scores as float64, NaN where absent; raises DataError for one outside [0, 1]."""
    score = column.cast(pl.Float64).to_numpy()
    outside = (score < 0.0) | (score > 1.0)
    if outside.any():
        raise DataError(
            f"score column {column.name!r}: {int(outside.sum())} of {len(score)} rows lie outside [0, 1] (first: "
            f"{score[outside][0]:g}); a score is the probability of its class. Rescale it, or give it another role."
        )
    return score


def _classes(schema: Schema, labels: pl.Series, predictions: pl.Series | None) -> tuple[str, ...]:
    seen = set(labels.drop_nulls().cast(pl.String).unique().to_list())
    if predictions is not None:
        seen |= set(predictions.drop_nulls().cast(pl.String).unique().to_list())
    if schema.positive is not None and seen:
        seen.add(schema.positive)
    seen |= {c.class_name for c in schema.with_role("score") if c.class_name is not None}
    if len(seen) > MOST_CLASSES:
        raise SchemaError(
            f"label and prediction hold {len(seen)} classes, at most {MOST_CLASSES} can be judged. "
            "Is the task a regression? Set task: regression."
        )
    return tuple(sorted(seen))


def _class_scored(class_name: str | None, schema: Schema, classes: tuple[str, ...]) -> int:
    name = class_name if class_name is not None else schema.positive
    return classes.index(name) if name in classes else len(classes)


def _thresholded(score: Floats, schema: Schema, classes: tuple[str, ...]) -> Ints:
    threshold = DEFAULT_THRESHOLD if schema.threshold is None else schema.threshold
    if schema.positive not in classes:
        return np.full(len(score), len(classes) + 1, np.int64)
    positive = classes.index(schema.positive)
    negative = next((i for i in range(len(classes)) if i != positive), len(classes))
    codes = np.where(score >= threshold, positive, negative).astype(np.int64)
    codes[~np.isfinite(score)] = len(classes) + 1
    return codes


def class_codes(series: pl.Series, classes: tuple[str, ...]) -> Ints:
    """Position of each value in `classes`; ``len(classes)`` for another value, one more for null."""
    known = series.cast(pl.String).cast(pl.Enum(classes), strict=False)
    codes = known.to_physical().cast(pl.Int64).fill_null(len(classes)).to_numpy(writable=True)
    if series.null_count():
        codes = np.where(series.is_null().to_numpy(), len(classes) + 1, codes)
    return codes


def row_measures(rows: OutcomeRows) -> dict[str, Floats]:
    """Every measure of the judged rows by name, each of shape (rows,)."""
    with np.errstate(over="ignore", invalid="ignore"):
        if rows.task == "regression":
            label, answer = (x.astype(np.float64, copy=False) for x in (rows.label, rows.prediction))
            return regression_measures(label, answer, rows.centre, rows.baseline)
        return _class_measures(rows)


def _class_measures(rows: OutcomeRows) -> dict[str, Floats]:
    classes = len(rows.classes)
    answered = rows.prediction <= classes
    measures: dict[str, Floats] = {
        "answered": answered.astype(np.float64),
        "misclassified": ((rows.label != rows.prediction) & answered).astype(np.float64),
    }
    if rows.task == "binary" and rows.scores:
        name, score = next(iter(rows.scores.items()))
        positive = (rows.label == rows.score_class[name]).astype(np.float64)
        predicted = (rows.prediction == rows.score_class[name]).astype(np.float64)
        measures |= {"label": positive, "prediction": predicted}
        measures |= score_measures(score, positive)
    elif rows.task == "multiclass" and len(set(rows.score_class.values()) - {classes}) == classes:
        scores = [(rows.score_class[name], score) for name, score in rows.scores.items()]
        measures |= multiclass_score_measures(rows.label.astype(np.int64, copy=False), scores)
    return measures
