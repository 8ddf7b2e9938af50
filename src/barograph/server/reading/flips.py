"""Two versions side by side: of the ids that both answered, how many they answer otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
import sqlalchemy as sa

from barograph.errors import DataError
from barograph.metrics.intervals import wilson
from barograph.schema.model import NUMERIC_TASKS, Schema
from barograph.server.reading.span import Span
from barograph.server.worker.store import Store
from barograph.store.catalog import Model
from barograph.store.lake.about import TypedRows

_KEY: Final = ["barograph_id", "barograph_row"]
_DEFAULT_THRESHOLD: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Flips:
    """What two versions answered to the same rows.

    Attributes
    ----------
    shared : rows that both answered.
    flipped : of these, rows whose decision differs; numbers that differ at all.
    share, interval : flipped / shared, and its 95 % Wilson interval; None where nothing is shared.
    mean_difference : mean of second − first, of numbers and scores; None for other answers.
    """

    shared: int
    flipped: int
    share: float | None
    interval: tuple[float, float] | None
    mean_difference: float | None


def flips(conn: sa.Connection, store: Store, model: Model, span: Span, versions: tuple[str, str]) -> Flips:
    """Compare the answers of two versions on the rows of a span that both have.

    Raises
    ------
    DataError
        Where the schema names no prediction and no score.

    Notes
    -----
    Reads the ids and answers of every day the span touches.
    """
    column = _answer_column(model.schema)
    first, last = span.days
    rows = store.of(model).rows.predictions(conn, days=range(first, last + 1), columns=[column])
    sides = [_of_version(rows, name, column, span) for name in versions]
    both = sides[0].join(sides[1], on=_KEY, suffix="_second").drop_nulls()
    one, other = both.get_column(column), both.get_column(f"{column}_second")
    differs = _decisions(one, model.schema) != _decisions(other, model.schema)
    numbers = one.dtype.is_numeric() and other.dtype.is_numeric()
    mean = (other.cast(pl.Float64) - one.cast(pl.Float64)).mean() if numbers else None
    flipped = int(differs.sum())
    return Flips(
        shared=both.height,
        flipped=flipped,
        share=flipped / both.height if both.height else None,
        interval=wilson(flipped, both.height) if both.height else None,
        mean_difference=mean if isinstance(mean, float) and np.isfinite(mean) else None,
    )


def _answer_column(schema: Schema) -> str:
    found = schema.one("prediction") if schema.task != "multilabel" else None
    found = found or next(iter(schema.with_role("score")), None)
    found = found or next(iter(schema.with_role("prediction")), None)
    if found is None:
        raise DataError(
            "the schema names no prediction and no score, so there are no answers to compare; give a column the role."
        )
    return found.name


def _of_version(rows: TypedRows, name: str, column: str, span: Span) -> pl.DataFrame:
    answers = rows.about.select(*_KEY, "barograph_version", "barograph_time").with_columns(
        rows.batch.frame.get_column(column)
    )
    time = pl.col("barograph_time")
    mine = (pl.col("barograph_version") == name) & (time >= span.first) & (time < span.end)
    return answers.filter(mine).select(*_KEY, column).unique(_KEY, keep="first", maintain_order=True)


def _decisions(answers: pl.Series, schema: Schema) -> pl.Series:
    """What is decided: a score is cut at the threshold, all else is taken as it is."""
    if schema.task in NUMERIC_TASKS or not answers.dtype.is_float():
        return answers
    threshold = _DEFAULT_THRESHOLD if schema.threshold is None else schema.threshold
    return answers >= threshold
