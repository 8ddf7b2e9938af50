"""The judged rows of a profile's sample, as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.locale.said import say
from barograph.metrics.values import Undefined
from barograph.profile.count import features_of
from barograph.profile.grid import CROSS_GROUPS, CategoricalGrid, ColumnGrid, Grid
from barograph.profile.measures import OutcomeRows, outcome_rows
from barograph.profile.value import Profile
from barograph.profile.values import as_numbers
from barograph.schema.model import Schema

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Cells of a cross table after the 32 groups of bins.
BELOW, ABOVE, NULL, INVALID = range(CROSS_GROUPS, CROSS_GROUPS + 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledRows:
    """Judged rows of one profile's sample.

    Attributes
    ----------
    frame : their values, as the sample keeps them: Float64 for numbers, datetimes (microseconds) and texts (length),
        String for categories; shape (rows, counted columns).
    cells : per feature the cell of its cross table each row is in, 0 to 35: 32 groups of bins, `BELOW` (a category
        column's unseen values too), `ABOVE`, and `NULL` where it holds no value.
    count : rows each stands for: equal rows are kept once.
    outcome : labels, predictions and scores of these rows.
    """

    frame: pl.DataFrame
    cells: Mapping[str, Ints]
    count: Floats
    outcome: OutcomeRows

    @property
    def height(self) -> int:
        """Distinct rows."""
        return self.frame.height


def sampled_rows(profile: Profile) -> SampledRows | Undefined:
    """The judged rows of a profile's sample; undefined where it keeps none, or none has a label and an answer."""
    grid, sample = profile.grid, profile.sample
    if sample is None:
        return Undefined(
            reason="no_sample", detail=say("the profile keeps no sample; profile with sample=True")
        )
    if grid.outcome is None:
        return Undefined(reason="no_labels", detail=say("no row has both a label and a prediction or score"))
    rows = sample.rows
    outcome = outcome_rows(rows, profile.schema, (grid.outcome.classes, grid.outcome.centre))
    if outcome is None or not outcome.judged.any():
        return Undefined(
            reason="no_labels", detail=say("no sampled row has both a label and a prediction or score")
        )
    judged = rows.filter(pl.Series(outcome.judged))
    return SampledRows(
        frame=judged,
        cells=cells_of(judged, profile.schema, grid),
        count=sample.counts.to_numpy()[outcome.judged].astype(np.float64),
        outcome=outcome,
    )


def cells_of(frame: pl.DataFrame, schema: Schema, grid: Grid) -> dict[str, Ints]:
    """The cell of its cross table that each row of a sample's frame is in, for every feature."""
    out = {}
    for name in features_of(schema, grid):
        if name in frame.columns:
            out[name] = _cells(column_of(frame, name), grid.columns[name], grid.timezone)
        else:
            out[name] = np.full(frame.height, NULL)
    return out


def column_of(frame: pl.DataFrame, name: str) -> pl.Series:
    """A column under a name that Polars does not read as a pattern, so that every method of a series takes it."""
    return frame.get_column(name).alias("values")


def _cells(series: pl.Series, grid: ColumnGrid, timezone: str) -> Ints:
    codes = np.full(len(series), grid.code("null"))
    if isinstance(grid, CategoricalGrid):
        held = series.is_not_null().to_numpy()
        # Any bucket stands for all values that have no name.
        named = [grid.position.get(value, len(grid.categories)) for value in series.drop_nulls()]
        codes[held] = named
    else:
        if grid.kind == "datetime":
            series = series.fill_nan(None).cast(pl.Int64).cast(pl.Datetime("us", "UTC"))
            x = as_numbers(series, grid.kind, timezone)
        else:
            x = series.fill_null(np.nan).to_numpy()
        finite = np.isfinite(x)
        if grid.bins:
            bins = grid.binner.codes(x[finite]) - 1
            bins[bins == grid.bins] = grid.code("above")
            bins[bins < 0] = grid.code("below")
            codes[finite] = bins
        else:
            codes[finite] = grid.code("above")
        codes[np.isinf(x)] = grid.code("pos_inf")
    cells: Ints = grid.cross[codes]
    # The sample does not tell why a row holds no value.
    cells[cells == INVALID] = NULL
    return cells
