"""The outcome of rows held as arrays, without a file or a frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from barograph.errors import DataError
from barograph.frames.batch import Batch
from barograph.metrics.views import OutcomeView
from barograph.profile.division import Division
from barograph.profile.learn import learn_grid
from barograph.profile.measures import outcome_rows
from barograph.profile.outcome import judge, sum_outcome
from barograph.schema.model import REGRESSION_TASKS, Column, Kind, Schema, Task

Numbers = Sequence[Any] | np.ndarray[Any, Any]


def outcome_of(
    task: Task,
    label: Numbers,
    prediction: Numbers | None = None,
    *,
    scores: Numbers | Mapping[str, Numbers] | None = None,
    positive: str | None = None,
    weight: Numbers | None = None,
    baseline: Numbers | None = None,
    like: OutcomeView | None = None,
) -> OutcomeView:
    """Sum up labels, predictions and scores into what performance metrics are computed from.

    Parameters
    ----------
    task : `regression`, `forecast`, `binary` or `multiclass`.
    label, prediction : shape (rows,); None or NaN: unknown. Classes are taken as text.
    scores : binary: score of the positive class, shape (rows,); multiclass: such an array per class.
    positive : the positive class of a binary task.
    weight : rows each row stands for, finite and ≥ 0.
    baseline : another forecast of each row, for a regression or forecast.
    like : use the bins and classes of this outcome; without it they are learned from these rows.

    Raises
    ------
    DataError
        Where no row has a label.

    Examples
    --------
    >>> outcome_of("regression", [1.0, 2.0, None], [1.5, 2.0, 3.0]).judged
    2
    """
    kind: Kind = "numeric" if task in REGRESSION_TASKS else "categorical"
    columns = [Column(name="label", role="label", kind=kind)]
    data = {"label": _series(label, task)}
    if prediction is not None:
        columns.append(Column(name="prediction", role="prediction", kind=kind))
        data["prediction"] = _series(prediction, task)
    if baseline is not None:
        columns.append(Column(name="baseline", role="baseline"))
        data["baseline"] = _series(baseline, task)
    scored = scores if isinstance(scores, Mapping) else {} if scores is None else {positive: scores}
    for name, values in scored.items():
        columns.append(Column(name=f"score of {name}", role="score", class_name=name))
        data[f"score of {name}"] = pl.Series(np.asarray(values, np.float64))
    schema = Schema(columns=tuple(columns), task=task, positive=positive)
    frame = pl.DataFrame(data)
    grid = learn_grid(Batch(frame=frame, mismatched={}), schema).outcome if like is None else like.grid
    rows = None if grid is None else outcome_rows(frame, schema, (grid.classes, grid.centre))
    if grid is None or rows is None:
        raise DataError("no row has a label; give labels for at least one row, and a prediction or scores.")
    held = np.asarray(frame.get_column("label").is_not_null().to_numpy())
    weights = None if weight is None else np.asarray(weight, np.float64)
    division = Division(cell=None, cells=1, weight=weights)
    sums = sum_outcome(judge(rows, grid, held), grid, division, label=None, features=None)
    family = "regression" if task in REGRESSION_TASKS else task
    return OutcomeView(schema=schema, task=family, grid=grid, sums=sums, rows=frame.height)


def _series(values: Numbers, task: Task) -> pl.Series:
    if task in REGRESSION_TASKS:
        return pl.Series(list(values), dtype=pl.Float64, strict=False).fill_nan(None)
    plain = values.tolist() if isinstance(values, np.ndarray) else values
    return pl.Series([None if v is None else str(v) for v in plain], dtype=pl.String)
