"""The rows nearest to a row, and how they fared."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.explain.one.explained import Cell, LikeRow, Likes
from barograph.explain.one.fates import NAMES, Fates, mean_of
from barograph.explain.one.nearest import nearest
from barograph.explain.words import interval, number
from barograph.locale.said import say
from barograph.metrics.intervals import difference_interval
from barograph.metrics.values import Result, Undefined, Value
from barograph.schema.model import Column

Floats = NDArray[np.float64]

#: Rows whose fates are averaged: enough for an interval, few enough to be like.
LIKE: Final = 30
SHOWN: Final = 5


def likes_of(
    side: Literal["reference", "current"],
    sample: pl.DataFrame,
    count: Floats,
    distance: Floats,
    *,
    near: bool,
    shown: tuple[Column, ...],
    fates: Fates | None,
    all_rows: Result,
) -> Likes:
    """The rows of one side's sample nearest to a row.

    Parameters
    ----------
    count : rows each sampled row stands for, the row itself taken away.
    distance : of each sampled row.
    near : whether the row is near any of them at all.
    shown : columns whose values are told.
    fates : of the sampled rows; the nearest judged ones are averaged, where there are none the nearest of all.
    """
    loss = np.full(len(count), np.nan) if fates is None else fates.loss
    judged = np.isfinite(loss) & (count > 0.0)
    held = np.where(judged, count, 0.0) if judged.any() else count
    places, taken = (x[0] for x in nearest(distance[None, :], held, LIKE))
    places, taken = places[taken > 0.0], taken[taken > 0.0]
    mean = all_rows if fates is None else mean_of(loss[places], taken)
    error = None if fates is None or fates.error is None else mean_of(fates.error[places], taken)
    measure = "" if fates is None else fates.measure
    far = float(taken @ distance[places]) / max(float(taken.sum()), 1.0)
    bias = error if isinstance(error, Value) else None
    return Likes(
        side=side,
        nearest=tuple(_row(sample, shown, int(i), float(distance[i]), float(loss[i])) for i in places[:SHOWN]),
        rows=round(float(taken.sum())), distance=far, measure=measure, loss=mean, all_rows=all_rows, error=bias,
        sentence=_sentence((side, measure), mean, all_rows, bias, near=near),
    )  # fmt: skip


def _row(sample: pl.DataFrame, shown: tuple[Column, ...], i: int, distance: float, loss: float) -> LikeRow:
    values = {c.name: _cell(sample.get_column(c.name)[i], c) for c in shown if c.name in sample.columns}
    return LikeRow(distance=distance, values=values, loss=loss if math.isfinite(loss) else None)


def _cell(value: object, column: Column) -> Cell:
    if not isinstance(value, float):
        return value if isinstance(value, str) else None
    if not math.isfinite(value):
        return None
    return datetime.fromtimestamp(value / 1e6, UTC) if column.kind == "datetime" else value


def _sentence(
    told: tuple[str, str], mean: Result, all_rows: Result, error: Value | None, *, near: bool
) -> str:
    side, measure = told
    if isinstance(mean, Undefined):
        if side == "reference":
            return say(
                "How the rows of the reference sample nearest to it fared is not known: {why}.",
                why=mean.detail,
            )
        return say(
            "How the rows of the current sample nearest to it fared is not known: {why}.", why=mean.detail
        )
    kind = say("sampled rows of the reference") if side == "reference" else say("sampled current rows")
    figure: str = NAMES[measure]
    if measure != "misclassified":
        figure = say("mean {measure}", measure=figure)
    values = {"n": f"{mean.n:,}", "rows": kind, "figure": figure, "value": interval(mean)}
    said = (
        say("The {n} {rows} nearest to it have a {figure} of {value}", **values)
        if near
        else say("The {n} {rows} nearest to it, none of them near, have a {figure} of {value}", **values)
    )
    return say("{text}.", text=_with_bias(_with_others(said, side, mean, all_rows), error))


def _with_others(said: str, side: str, mean: Value, all_rows: Result) -> str:
    if isinstance(all_rows, Undefined):
        return said
    apart, whole = difference_interval(all_rows, mean), number(all_rows.value)
    than = (
        say("{value} of all the reference's rows", value=whole)
        if side == "reference"
        else say("{value} of all current rows", value=whole)
    )
    if apart is None or apart[0] <= 0.0 <= apart[1]:
        return say("{said}, not shown to differ from the {others}", said=said, others=than)
    if apart[0] > 0.0:
        return say("{said}, more than the {others}", said=said, others=than)
    return say("{said}, less than the {others}", said=said, others=than)


def _with_bias(said: str, error: Value | None) -> str:
    if error is None or error.interval is None or error.interval[0] <= 0.0 <= error.interval[1]:
        return said
    if error.value > 0.0:
        return say(
            "{said}; they were over-estimated, by {amount} on average", said=said, amount=number(error.value)
        )
    return say(
        "{said}; they were under-estimated, by {amount} on average", said=said, amount=number(-error.value)
    )
