"""A column given as plain values, seen as metrics see it: for trying a metric by hand."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from barograph.frames.typed import typed
from barograph.metrics.values import Undefined
from barograph.metrics.views import ColumnView, column_view
from barograph.profile.count import Plan, profile_block
from barograph.profile.learn import learn_grid
from barograph.profile.value import Profile
from barograph.schema.model import Column, Kind, Schema

Values = Sequence[object]
Limits = tuple[float | None, float | None]


def profile_of(
    values: Values, *, kind: Kind = "numeric", reference: Values | None = None, limits: Limits | None = None
) -> Profile:
    """Profile of one column `x`, its bins learned from the reference, or from the values themselves.

    Examples
    --------
    >>> profile_of([1.0, 2.0]).rows
    2
    """
    schema = Schema(columns=(Column(name="x", kind=kind, range=limits),))
    learned = typed(pl.DataFrame({"x": pl.Series(values if reference is None else reference)}), schema)
    batch = typed(pl.DataFrame({"x": pl.Series(values)}), schema)
    return profile_block(batch, Plan(schema=schema, grid=learn_grid(learned, schema)))


def column_of(
    values: Values, *, kind: Kind = "numeric", reference: Values | None = None, limits: Limits | None = None
) -> ColumnView:
    """View of one column; see `profile_of`. The values must not be empty.

    Examples
    --------
    >>> column_of([1.0, None, 3.0]).rows_coded("null")
    1
    """
    view = column_view(profile_of(values, kind=kind, reference=reference, limits=limits).total(), "x")
    if isinstance(view, Undefined):
        raise ValueError(f"{view.detail}; give at least one value.")
    return view
