"""The outcome of a multi-label task held as arrays, without a file or a frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from barograph.errors import DataError
from barograph.frames.batch import Batch
from barograph.metrics.values import Undefined
from barograph.metrics.views import OutcomeView, outcome_view
from barograph.profile.count import Plan, profile_block
from barograph.profile.learn import learn_grid
from barograph.schema.model import Column, Schema


def labels_of(
    label: Mapping[str, Sequence[int | None]],
    prediction: Mapping[str, Sequence[int | None]] | None = None,
    *,
    scores: Mapping[str, Sequence[float | None]] | None = None,
    weight: Sequence[float] | None = None,
) -> OutcomeView:
    """Sum up the answers for several classes into what performance metrics are computed from.

    Parameters
    ----------
    label, prediction : 0, 1 or None (unknown) by class.
    scores : probabilities by class; without predictions, from 0.5 on the answer is yes.
    weight : of each row.

    Raises
    ------
    DataError
        Where no row has a label and an answer of one class.

    Examples
    --------
    >>> labels_of({"a": [1, 0]}, {"a": [1, None]}).judged
    1
    """
    columns, data = [], {}
    for role, sides in (("label", label), ("prediction", prediction or {})):
        for name, values in sides.items():
            column = Column(name=f"{role} {name}", role=role, kind="categorical", class_name=name)  # type: ignore[arg-type]
            columns.append(column)
            texts = [None if v is None else str(int(v)) for v in values]
            data[column.name] = pl.Series(texts, dtype=pl.String)
    for name, numbers in (scores or {}).items():
        columns.append(Column(name=f"score {name}", role="score", class_name=name))
        data[f"score {name}"] = pl.Series(list(numbers), dtype=pl.Float64, strict=False)
    if weight is not None:
        columns.append(Column(name="weight", role="weight"))
        data["weight"] = pl.Series(list(weight), dtype=pl.Float64)
    schema = Schema(columns=tuple(columns), task="multilabel")
    batch = Batch(frame=pl.DataFrame(data), mismatched={})
    grid = learn_grid(batch, schema, weighted=weight is not None)
    view = outcome_view(profile_block(batch, Plan(schema=schema, grid=grid)))
    if isinstance(view, Undefined):
        raise DataError(f"{view.detail}; give labels, and predictions or scores, for at least one row.")
    return view
