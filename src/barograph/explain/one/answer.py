"""A model's answers as one number a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.errors import DataError
from barograph.locale.said import say
from barograph.schema.model import REGRESSION_TASKS, Schema

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How a model's answers are read.

    Attributes
    ----------
    of : what the number is: the prediction, or the probability of a class.
    numbers : from the model's answers to one number a row.
    """

    of: str
    numbers: Callable[[NDArray[Any]], Floats]


def answer_of(first: NDArray[Any], schema: Schema, classes: tuple[str, ...]) -> Answer:
    """How the answers of a model are read, from those it gives.

    Of probabilities of several classes, that of the positive class is taken, else of the one most probable in the
    first row. Of classes, whether they are the first row's.

    Parameters
    ----------
    first : answers, the first row's being that of the row explained.

    Examples
    --------
    >>> answer = answer_of(np.array(["a", "b"]), Schema(columns=(), task="multiclass"), ("a", "b"))
    >>> answer.of, answer.numbers(np.array(["a", "b"])).tolist()
    ("probability of 'a'", [1.0, 0.0])
    """
    if first.ndim == 2:
        if first.shape[1] != len(classes):
            raise DataError(
                f"the model answered with {first.shape[1]} probabilities a row, and the reference has {len(classes)} "
                f"classes: {', '.join(classes[:8])}."
            )
        positive = classes.index(schema.positive) if schema.positive in classes else int(first[0].argmax())
        return Answer(
            of=say("probability of {name}", name=repr(classes[positive])),
            numbers=lambda said: _floats(said[:, positive]),
        )
    if schema.task in REGRESSION_TASKS or first.dtype.kind == "f":
        binary = schema.task == "binary" and schema.positive is not None
        of = say("probability of {name}", name=repr(schema.positive)) if binary else say("prediction")
        return Answer(of=of, numbers=_floats)
    own = str(first[0])
    return Answer(
        of=say("probability of {name}", name=repr(own)),
        numbers=lambda said: _floats(np.array([str(v) == own for v in said])),
    )


def answers(predict: Callable[[pl.DataFrame], NDArray[Any]], rows: pl.DataFrame) -> NDArray[Any]:
    """What a model answers, one a row; raises DataError where it does not."""
    said = np.asarray(predict(rows))
    if said.ndim not in (1, 2) or len(said) != rows.height:
        raise DataError(
            f"the model answered {rows.height} rows with an array of shape {said.shape}; expected one answer a row, "
            "or a probability for each row and class."
        )
    if said.dtype.kind == "f" and not np.isfinite(said).all():
        raise DataError(
            f"the model answered {int((~np.isfinite(said)).sum())} of {said.size} times with no finite number; "
            "expected one for every row, those with nulls and unknown categories too."
        )
    return said


def _floats(said: NDArray[Any]) -> Floats:
    numbers: Floats = said.astype(np.float64)
    return numbers
