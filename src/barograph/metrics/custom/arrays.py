"""Rows held as arrays, profiled with metrics of one's own: for trying one by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from barograph.frames.typed import typed
from barograph.profile.count import Plan, profile_block
from barograph.profile.learn import learn_grid
from barograph.profile.value import Profile
from barograph.schema.model import Column, Kind, Role, Schema, Task

_ROLES: Mapping[str, Role] = {"label": "label", "prediction": "prediction", "weight": "weight"}


def profile_of(
    columns: Mapping[str, Sequence[Any]],
    metrics: Mapping[str, Mapping[str, object]] | None = None,
    rules: Mapping[str, str] | None = None,
    *,
    task: Task | None = None,
    like: Profile | None = None,
    fraction: float = 1.0,
) -> Profile:
    """Profile of one cell; columns called label, prediction and weight have these roles.

    Parameters
    ----------
    columns : values by name; text makes a column categorical.
    like : use the schema and grid of this profile.
    fraction : share of rows that was logged.

    Examples
    --------
    >>> profile_of({"x": [1.0, 2.0]}, {"lost": {"sum": "x"}}).schema.metrics[0].name
    'lost'
    """
    frame = pl.DataFrame({name: pl.Series(values, strict=False) for name, values in columns.items()})
    if like is None:
        held = tuple(
            Column(name=s.name, role=_ROLES.get(s.name, "feature"), kind=_kind(s))
            for s in frame.iter_columns()
        )
        classes = sorted(frame["label"].drop_nulls().unique()) if task == "binary" else [None]
        schema = Schema(columns=held, task=task, positive=classes[-1])
        schema = schema.with_metrics(metrics or {}).with_rules(rules or {})
        grid = learn_grid(typed(frame, schema), schema, weighted="weight" in columns)
    else:
        schema, grid = like.schema, like.grid
    return profile_block(typed(frame, schema), Plan(schema=schema, grid=grid, fraction=fraction)).total()


def _kind(series: pl.Series) -> Kind:
    return "categorical" if series.dtype == pl.String else "numeric"
