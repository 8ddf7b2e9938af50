"""The largest errors: majority and both ends, and the error-bias table that tells them apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.charts.numbers import number, share
from barograph.locale.said import say, together, word
from barograph.metrics.performance.error_groups import (
    ErrorGroups,
    FeatureBias,
    bias_features,
    error_groups,
    feature_bias,
)
from barograph.metrics.values import Undefined
from barograph.profile.grid import NumericGrid
from barograph.profile.value import Profile
from barograph.report.comparison import Comparison
from barograph.report.figure import Figure
from barograph.report.parts.group_pictures import Sides, category_bins, group_cells, number_bins, shades
from barograph.report.parts.joint import FARTHEST, limits
from barograph.report.parts.performance import pairs_named, rows_of
from barograph.report.parts.pictured import pictured
from barograph.report.rows import BiasRow, BiasSide
from barograph.report.view import Section
from barograph.schema.model import Column

Floats = NDArray[np.float64]


def largest_errors(comparison: Comparison, sides: tuple[Profile, Profile]) -> Section:
    """Mean error of the groups, the groups on predicted against actual, and the error-bias table."""
    metrics = rows_of(
        comparison, pairs_named(comparison, "me_majority", "me_underestimated", "me_overestimated")
    )
    found = [error_groups(s) for s in sides]
    now, before = found[1], found[0]
    if isinstance(now, Undefined):
        return Section(
            title=say("The largest errors"),
            reading=say("Groups of rows are not drawn: {why}.", why=now.detail),
            metrics=metrics,
        )
    both: Sides = (None if isinstance(before, Undefined) else before, now)
    bias = _bias_rows(both, sides)
    return Section(
        title=say("The largest errors"), reading=_reading(bias), metrics=metrics,
        figures=_figures(_drawable(both), sides[1]), bias=bias, note=_note(both),
    )  # fmt: skip


def _reading(rows: tuple[BiasRow, ...]) -> str:
    first = next((r for r in rows if r.current is not None), None)
    if first is None or first.current is None:
        return ""
    _, under, over = (g if isinstance(g, str) else number(g) for g in first.current.groups)
    return say(
        "What tells them apart most is {feature}: {under} where the model says far too little, {over} where it says "
        "far too much, {share} of its range apart (n = {n}).",
        feature=first.feature, under=under, over=over, share=share(first.current.apart.value),
        n=f"{first.current.apart.n:,}",
    )  # fmt: skip


def _note(both: Sides) -> str:
    said = []
    for which, side in zip((say("reference"), say("current")), both, strict=True):
        if side is not None:
            n = len(side.error)
            of = (
                say("all {n}", n=f"{n:,}")
                if n == side.judged
                else say("{n} sampled of {judged}", n=f"{n:,}", judged=f"{side.judged:,}")
            )
            said.append(say("{side} {rows}", side=which, rows=of))
    return say(
        "Groups by the 5 % and 95 % quantile of the error; rows: {rows}. Mean, or most frequent category, of each "
        "feature; Range is the distance of both ends over the feature's range, of categories the largest difference of "
        "a share, with its 95 % interval if rows were independent. Open a row to see the groups.",
        rows=together(said, ", "),
    )


def _figures(both: Sides, profile: Profile) -> tuple[Figure, ...]:
    points = [np.column_stack((s.label, s.prediction)) for s in both if s is not None]
    if not any(len(p) for p in points):
        return ()
    low, high = limits(points, diagonal=True)
    label, prediction = profile.schema.one("label"), profile.schema.one("prediction")
    assert label is not None
    assert prediction is not None
    ends = ((float(low[0]), float(high[0])), (float(low[1]), float(high[1])))
    chart = group_cells(both, (label.name, prediction.name), ends)
    if chart is None:
        return ()
    caption = say("Dots: rows of the two ends of the errors; ground: where the majority lies.")
    return (Figure(title=say("Predicted against actual, by group"), chart=chart, caption=caption),)


def _bias_rows(both: Sides, sides: tuple[Profile, Profile]) -> tuple[BiasRow, ...]:
    """Features by how far current's ends lie apart, widest first; the first of them can be opened."""
    rows: list[tuple[Column, FeatureBias | None, FeatureBias | None]] = []
    for column in bias_features(sides[1]):
        before = None if both[0] is None else feature_bias(both[0], column, sides[0])
        now = feature_bias(both[1], column, sides[1])
        if before is not None or now is not None:
            rows.append((column, before, now))
    drawn = _drawable(both)
    rows.sort(key=lambda r: -(r[2].apart.value if r[2] is not None else -1.0))
    return tuple(
        BiasRow(
            feature=column.name,
            kind=word(column.kind),
            reference=_side(before),
            current=_side(now),
            figures=_opened(drawn, column, sides[1]) if i < pictured(len(rows)) else (),
        )
        for i, (column, before, now) in enumerate(rows)
    )


def _side(found: FeatureBias | None) -> BiasSide | None:
    return None if found is None else BiasSide(groups=found.groups, apart=found.apart)


def _opened(both: Sides, column: Column, profile: Profile) -> tuple[Figure, ...]:
    """The groups along the feature; and where it can be measured, against the label and as a colour."""
    label, prediction = profile.schema.one("label"), profile.schema.one("prediction")
    assert label is not None
    assert prediction is not None
    if not isinstance(profile.grid.columns[column.name], NumericGrid):
        return (
            Figure(
                title=say("{column} by group", column=column.name), chart=category_bins(both, column.name)
            ),
        )
    values = tuple(None if s is None else _values(s, column.name) for s in both)
    bins = number_bins(both, values, column.name)
    if bins is None:
        return ()
    figures = [Figure(title=say("{column} by group", column=column.name), chart=bins)]
    points = [
        np.column_stack((v, s.label))[np.isfinite(v)]
        for s, v in zip(both, values, strict=True)
        if s is not None and v is not None
    ]
    low, high = limits(points, diagonal=False)
    ends = ((float(low[0]), float(high[0])), (float(low[1]), float(high[1])))
    cells = group_cells(both, (column.name, label.name), ends, values=values)
    if cells is not None:
        title = say("{y} against {x}, by group", y=label.name, x=column.name)
        figures.append(Figure(title=title, chart=cells))
    figures.append(
        Figure(
            title=say("Predicted against actual, coloured by {column}", column=column.name),
            chart=shades(both, values, (column.name, label.name, prediction.name)),
        )
    )
    return tuple(figures)


def _values(side: ErrorGroups, name: str) -> Floats | None:
    """A feature's values, NaN where they are too large to be drawn."""
    if name not in side.rows.columns:
        return None
    values: Floats = side.rows.get_column(name).cast(pl.Float64).to_numpy()
    return np.where(np.abs(values) <= FARTHEST, values, np.nan)


def _drawable(both: Sides) -> Sides:
    """The groups without rows too far away to be drawn."""
    before, now = both
    return None if before is None else _near(before), _near(now)


def _near(side: ErrorGroups) -> ErrorGroups:
    near = (np.abs(side.label) <= FARTHEST) & (np.abs(side.prediction) <= FARTHEST)
    if near.all():
        return side
    majority, under, over = (m[near] for m in side.members)
    return replace(
        side, rows=side.rows.filter(near), label=side.label[near], prediction=side.prediction[near],
        error=side.error[near], members=(majority, under, over),
    )  # fmt: skip
