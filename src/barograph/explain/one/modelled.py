"""What a model the caller brings says of a row's values."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.errors import DataError
from barograph.explain.actions.answers import Predict, features
from barograph.explain.one.explained import Attribution
from barograph.explain.one.replacement import BACKGROUND, replacement
from barograph.explain.one.shapley import shap_values
from barograph.explain.sampled import cells_of
from barograph.explain.territory import UNKNOWN, coding_of
from barograph.explain.together import groups_together
from barograph.metrics.values import Undefined
from barograph.profile.grid import CROSS_CELLS, CategoricalGrid
from barograph.profile.value import Profile

Floats = NDArray[np.float64]


def attributions_of(
    reference: Profile,
    row: tuple[pl.DataFrame, pl.DataFrame],
    sample: tuple[pl.DataFrame, Floats],
    predict: Predict | None,
    model: Any | None,
) -> tuple[Attribution, ...]:
    """What each value adds to the model's answer: by replacement with `predict`, by SHAP with `model`.

    Parameters
    ----------
    row : typed, and as samples keep rows; texts are whole in the first alone.
    sample : the reference's rows, and how many rows each stands for.

    Raises
    ------
    DataError
        Where the row lacks a feature: the model needs them all.
    """
    if predict is None and model is None:
        return ()
    schema, (frame, count) = reference.schema, sample
    given = [c.name for c in schema.with_role("feature")]
    lacking = [name for name in given if name not in row[0].columns or name not in frame.columns]
    if lacking:
        raise DataError(
            f"the model cannot be asked: the row has no {lacking[0]!r}; give every feature ({', '.join(given[:12])})."
        )
    some = np.flatnonzero(count > 0.0)[:BACKGROUND]
    own, others = (_asked(f, row[0], reference) for f in (row[1], frame[some]))
    outcome = reference.grid.outcome
    classes = () if outcome is None else outcome.classes
    found = []
    if model is not None:
        found.append(shap_values(model, own, others, schema=schema, classes=classes))
    if predict is not None:
        groups = _groups(reference, frame, count)
        told = replacement(predict, own, (others, count[some]), groups, schema=schema, classes=classes)
        found.append(told)
    return tuple(found)


def _asked(frame: pl.DataFrame, typed: pl.DataFrame, reference: Profile) -> pl.DataFrame:
    """The features a model is given; of texts, whose lengths alone the sample keeps, the row's own."""
    columns = reference.schema.with_role("feature")
    texts = [c.name for c in columns if c.kind == "text"]
    asked = features(frame.drop(texts, strict=False), reference.schema)
    assert not isinstance(asked, Undefined)  # it is of texts alone
    own = [typed.get_column(name).new_from_index(0, frame.height) for name in texts]
    return asked.with_columns(own).select([c.name for c in columns])


def _groups(reference: Profile, frame: pl.DataFrame, count: Floats) -> list[tuple[str, ...]]:
    """Features that the sample cannot tell apart together, the others alone; texts cannot be replaced."""
    grid = reference.grid
    held = [c.name for c in reference.schema.with_role("feature") if c.kind != "text"]
    cells = {name: cell for name, cell in cells_of(frame, reference.schema, grid).items() if name in held}
    codings = {}
    for name, cell in cells.items():
        rows = np.bincount(cell, count, CROSS_CELLS).astype(np.float64)
        codings[name] = coding_of(rows, rows, categorical=isinstance(grid.columns[name], CategoricalGrid))
    groups = {name: codings[name].group[cell] for name, cell in cells.items()}
    one = [name for name, group in groups.items() if len(np.unique(group[group != UNKNOWN])) < 2]
    several = [name for name in held if name in groups and name not in one]
    return groups_together(groups, codings, count, several, among=several) + [(name,) for name in one]
