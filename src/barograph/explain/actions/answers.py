"""Rows answered otherwise: what a model, a map of scores or another threshold would have said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.errors import DataError
from barograph.explain.sampled import column_of
from barograph.locale.said import say
from barograph.metrics.values import Undefined
from barograph.profile.measures import DEFAULT_THRESHOLD, OutcomeRows, class_codes
from barograph.schema.model import Schema

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
#: Rows of features to answers: numbers for a regression; for a binary task the probability of the positive class, or
#: classes; else classes, or probabilities of shape (rows, classes).
Predict = Callable[[pl.DataFrame], NDArray[Any]]


def taken(rows: OutcomeRows, index: Ints | Bools) -> OutcomeRows:
    """Some of the judged rows, in any order."""
    return replace(
        rows,
        label=rows.label[index],
        prediction=rows.prediction[index],
        scores={name: values[index] for name, values in rows.scores.items()},
        baseline=None if rows.baseline is None else rows.baseline[index],
    )


def positive_code(rows: OutcomeRows) -> int:
    """Code of the class that a binary score is of."""
    return next(iter(rows.score_class.values()))


def negative_code(rows: OutcomeRows) -> int:
    """Code of the other class."""
    return next((i for i in range(len(rows.classes)) if i != positive_code(rows)), len(rows.classes))


def score_of(rows: OutcomeRows) -> Floats | None:
    """The score of a binary task, where every row has one."""
    if rows.task != "binary" or not rows.scores or positive_code(rows) >= len(rows.classes):
        return None
    score = next(iter(rows.scores.values()))
    return score if np.isfinite(score).all() else None


def logged_threshold(rows: OutcomeRows, schema: Schema) -> float | None:
    """The score from which rows were answered with the positive class; None where answers are no threshold.

    Where classes were logged, the lowest score that was answered with it.

    Examples
    --------
    >>> from barograph.schema.model import Column
    >>> rows = OutcomeRows(
    ...     task="binary", judged=np.ones(3, bool), labelled=3, label=np.array([0, 1, 1]),
    ...     prediction=np.array([0, 0, 1]), classes=("no", "yes"), scores={"s": np.array([0.1, 0.4, 0.6])},
    ...     score_class={"s": 1},
    ... )
    >>> logged_threshold(rows, Schema(columns=(Column(name="said", role="prediction", kind="categorical"),)))
    0.6
    """
    score = score_of(rows)
    if score is None:
        return None
    if schema.one("prediction") is None:
        return DEFAULT_THRESHOLD if schema.threshold is None else schema.threshold
    answered = rows.prediction == positive_code(rows)
    if not answered.any():
        return float(np.nextafter(score.max(), np.inf))
    lowest = float(score[answered].min())
    return lowest if answered.all() or lowest > float(score[~answered].max()) else None


def with_scores(rows: OutcomeRows, score: Floats, threshold: float | None) -> OutcomeRows:
    """The rows with another score of the positive class, and answered by it where a threshold is given."""
    name = next(iter(rows.scores))
    scored = replace(rows, scores={name: np.clip(score, 0.0, 1.0)})
    if threshold is None:
        return scored
    codes = np.where(score >= threshold, positive_code(rows), negative_code(rows)).astype(np.int64)
    return replace(scored, prediction=codes)


def answered(rows: OutcomeRows, said: NDArray[Any]) -> OutcomeRows | Undefined:
    """The rows with the answers of a model; a score of the positive class alone does not change the classes answered.

    Parameters
    ----------
    said : as `Predict` gives them.

    Raises
    ------
    DataError
        Where the answers are not one for each row, not finite, or no numbers where numbers are expected.
    """
    answers = np.asarray(said)
    n = len(rows.label)
    if answers.shape not in ((n,), (n, len(rows.classes))):
        raise DataError(
            f"the model answered {n} rows with an array of shape {answers.shape}; expected one answer a row, "
            "or a probability for each row and class."
        )
    if rows.task == "regression" or answers.ndim == 2:
        answers = _numbers(answers)
    if answers.dtype.kind == "f" and not np.isfinite(answers).all():
        raise DataError(
            f"the model answered {int((~np.isfinite(answers)).sum())} of {n} rows with no finite number; expected one "
            "for every row, those with nulls and unknown categories too."
        )
    if rows.task == "regression":
        return replace(rows, prediction=answers)
    if answers.ndim == 2:
        return _probable(rows, answers)
    if answers.dtype.kind == "f" and rows.task == "binary" and rows.scores:
        return with_scores(rows, answers.astype(np.float64), None)
    if rows.scores:
        return Undefined(
            reason="no_scores", detail=say("the model answers with classes, and the rows have scores")
        )
    codes = class_codes(pl.Series([str(value) for value in answers.tolist()]), rows.classes)
    return replace(rows, prediction=codes)


def _numbers(answers: NDArray[Any]) -> Floats:
    try:
        numbers: Floats = answers.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(
            f"the model answered {len(answers)} rows with values such as {answers.ravel().tolist()[0]!r}; expected "
            "numbers."
        ) from error
    return numbers


def _probable(rows: OutcomeRows, scores: Floats) -> OutcomeRows:
    named = {name: scores[:, code] for name, code in rows.score_class.items() if code < len(rows.classes)}
    return replace(rows, prediction=scores.argmax(axis=1).astype(np.int64), scores=named)


def features(frame: pl.DataFrame, schema: Schema) -> pl.DataFrame | Undefined:
    """The columns a model is given, with their types back: the sample keeps datetimes as numbers, texts as lengths."""
    columns = []
    for column in schema.with_role("feature"):
        if column.name not in frame.columns:
            continue
        series = column_of(frame, column.name)
        if column.kind == "text" and series.dtype.is_float():
            detail = say(
                "the sample keeps only the length of the texts in {column}; pass the rows themselves",
                column=repr(column.name),
            )
            return Undefined(reason="no_sample", detail=detail)
        if column.kind == "datetime" and series.dtype.is_float():
            series = series.fill_nan(None).cast(pl.Int64).cast(pl.Datetime("us", "UTC"))
        held = series.fill_nan(None) if series.dtype.is_float() else series
        columns.append(held.alias(column.name))
    return pl.DataFrame(columns)
