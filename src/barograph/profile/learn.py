"""Learn a grid from sample rows of the first reference."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import polars as pl

from barograph.frames.batch import Batch
from barograph.frames.names import values_of
from barograph.profile.answers import answers, measures_of
from barograph.profile.custom_rows import check_priced_classes, learn_custom
from barograph.profile.fixed import step_for
from barograph.profile.grid import (
    MOST_BINS,
    MOST_CATEGORIES,
    CategoricalGrid,
    ColumnGrid,
    Floats,
    Grid,
    NumericGrid,
    OutcomeGrid,
)
from barograph.profile.query_measures import query_steps
from barograph.profile.ranking import ranked_rows
from barograph.profile.values import categories_of, numbers_of
from barograph.schema.model import Column, Schema

#: Roles whose columns are counted; the others only identify, join, weigh or place rows.
UNCOUNTED_ROLES = frozenset({"id", "entity", "group", "weight", "label_timestamp"})
#: At most this many values get an exact bin of their own.
_MOST_ATOMS = 120
#: Sample rows a category needs to be named in a column of more categories than can be named.
_FEWEST_OF_CATEGORY = 5
_SCORE_QUANTILES = 1024
_SCORE_LOGITS = 1024
_LOGIT_RANGE = 16.0


def counted(schema: Schema) -> tuple[Column, ...]:
    """The columns that a profile counts."""
    return tuple(c for c in schema.columns if c.role not in UNCOUNTED_ROLES)


def learn_grid(batch: Batch, schema: Schema, *, every: str | None = None, weighted: bool = False) -> Grid:
    """Fix the bins of every column from sample rows.

    Parameters
    ----------
    batch : sample rows typed by `schema`; a whole frame, or rows spread over one.
    every : length of windows.
    weighted : rows carry weights.

    Returns
    -------
    Grid
        At most 256 bins a numeric column and 1,024 named categories.
    """
    columns: dict[str, ColumnGrid] = {}
    for column in counted(schema):
        if column.name not in batch.missing:
            columns[column.name] = learn_column(batch.frame.get_column(column.name), column, schema.timezone)
    outcome = _learn_outcome(batch, schema)
    if outcome is not None and schema.metrics:
        check_priced_classes(schema, outcome.classes)
    return Grid(
        columns=columns,
        outcome=outcome,
        every=every,
        timezone=schema.timezone,
        weighted=weighted,
        weight_unit=_weight_unit(batch, schema) if weighted else 1.0,
        custom=learn_custom(batch.frame, schema) if schema.metrics or schema.rules else None,
    )


def _weight_unit(batch: Batch, schema: Schema) -> float:
    column = schema.one("weight")
    if column is None or column.name not in batch.frame.columns:
        return 1.0
    weight = values_of(batch.frame, column.name).cast(pl.Float64).drop_nulls().to_numpy()
    weight = np.sort(weight[np.isfinite(weight) & (weight > 0.0)])
    if not len(weight):
        return 1.0
    _, exponent = math.frexp(float(np.mean(weight / weight[-1])) * float(weight[-1]))
    return math.ldexp(1.0, min(max(exponent, -1000), 1000))


def learn_column(series: pl.Series, column: Column, timezone: str) -> ColumnGrid:
    """Fix the bins of one column from its typed sample values."""
    if column.kind == "categorical":
        return _learn_categories(series, column)
    if column.kind == "datetime":
        return _hour_of_week(column)
    return learn_numbers(numbers_of(series, column.kind, timezone), column)


def learn_numbers(values: Floats, column: Column) -> NumericGrid:
    """Fix bins: an exact one for each value holding more than 1/256 of the rows, quantiles between."""
    finite = np.sort(values[np.isfinite(values)])
    if len(finite) == 0:
        return NumericGrid(
            name=column.name, kind=column.kind, edges=np.empty(0), mass=np.empty(0, np.int64),
            unit=1.0, centre=0.0, steps=(step_for(finite), step_for(finite)),
        )  # fmt: skip
    finite = finite + 0.0  # -0.0 and 0.0 are one value
    first = np.flatnonzero(np.concatenate(([True], finite[1:] != finite[:-1])))
    distinct, rows = finite[first], np.diff(np.append(first, len(finite)))
    heavy = np.flatnonzero(rows * MOST_BINS > len(finite))
    heavy = np.sort(heavy[np.argsort(-rows[heavy], kind="stable")][:_MOST_ATOMS])
    atoms = distinct[heavy]
    light = finite[~np.isin(finite, atoms)]
    between = MOST_BINS - 2 * len(atoms) - 2
    if np.count_nonzero(np.isin(distinct, atoms, invert=True)) <= between // 2:
        exact = np.setdiff1d(distinct, atoms)
        quantiles = np.concatenate((exact, _after(exact)))
    else:
        quantiles = light[(np.arange(between) * len(light)) // between]
    top = _after(distinct[-1:])[0]
    edges = np.unique(np.concatenate((distinct[:1], atoms, _after(atoms), quantiles, [top])) + 0.0)
    edges = edges[(edges <= top)]
    mass = np.diff(np.searchsorted(finite, edges, side="left"))
    centre = float(finite[len(finite) // 2])
    with np.errstate(over="ignore", invalid="ignore"):
        from_centre = finite - centre
        steps = (step_for(from_centre), step_for(from_centre * from_centre))
    return NumericGrid(
        name=column.name, kind=column.kind, edges=edges, mass=mass.astype(np.int64),
        unit=_tail_unit(float(distinct[0]), float(distinct[-1])), centre=centre, steps=steps,
    )  # fmt: skip


def _after(values: Floats) -> Floats:
    """The next float of each; the largest stays, so that no edge is infinite."""
    with np.errstate(over="ignore"):
        return np.minimum(np.nextafter(values, np.inf), np.finfo(np.float64).max)


def _tail_unit(low: float, high: float) -> float:
    """Resolution beyond the range: a power of two near 1/64 of its width."""
    width = high / 2 - low / 2
    if width == 0.0:
        width = abs(high) or 1.0
    _, exponent = math.frexp(width)
    return math.ldexp(1.0, max(exponent - 5, -1000))


def _hour_of_week(column: Column) -> NumericGrid:
    hours = np.arange(169, dtype=np.float64)
    spread = hours[:-1] - 84.0
    return NumericGrid(
        name=column.name, kind="datetime", edges=hours, mass=np.ones(168, np.int64), unit=1.0,
        centre=84.0, steps=(step_for(spread), step_for(spread * spread)),
    )  # fmt: skip


def _learn_categories(series: pl.Series, column: Column) -> CategoricalGrid:
    texts, rows = categories_of(series)
    complete = len(texts) <= MOST_CATEGORIES
    # Where not all can be named, those that were merely drawn a few times are no category of their own.
    named = [i for i in range(len(texts)) if complete or rows[i] >= _FEWEST_OF_CATEGORY]
    order = sorted(named, key=lambda i: (-rows[i], texts[i]))[:MOST_CATEGORIES]
    return CategoricalGrid(
        name=column.name,
        kind="categorical",
        categories=tuple(texts[i] for i in order),
        mass=np.array([rows[i] for i in order], np.int64),
        complete=complete,
    )


def _learn_outcome(batch: Batch, schema: Schema) -> OutcomeGrid | None:
    """Fix classes, residual bins and steps; None where the sample has nothing to judge."""
    if schema.task == "ranking":
        lists = ranked_rows(batch.frame, schema)
        return None if lists is None or not lists.label_mask.any() else OutcomeGrid(steps=query_steps())
    rows = answers(batch.frame, schema, None)
    if rows is None or rows.labelled == 0:
        return None
    measures = measures_of(rows)
    steps = {name: step_for(values) for name, values in measures.items()}
    residual = None
    if rows.residual is not None:
        residual = learn_numbers(rows.residual, Column(name="residual", kind="numeric"))
    return OutcomeGrid(
        classes=rows.classes,
        centre=rows.centre,
        steps=steps,
        residual=residual,
        score_edges=_score_edges(rows.scores),
    )


def _score_edges(scores: Mapping[str, Floats]) -> dict[str, Floats]:
    """Union of reference quantiles and uniform logit bins: resolves sharp and shifted scores alike."""
    logits = np.linspace(-_LOGIT_RANGE, _LOGIT_RANGE, _SCORE_LOGITS - 1)
    uniform = 1.0 / (1.0 + np.exp(-logits))
    edges = {}
    for name, values in scores.items():
        finite = np.sort(values[np.isfinite(values)])
        at = (np.arange(_SCORE_QUANTILES) * len(finite)) // _SCORE_QUANTILES
        quantiles = finite[at] if len(finite) else finite
        closed = np.concatenate(([0.0], uniform, quantiles, [1.0, np.nextafter(1.0, 2.0)]))
        edges[name] = np.unique(closed + 0.0)
    return edges
