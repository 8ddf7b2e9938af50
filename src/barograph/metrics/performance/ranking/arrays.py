"""The outcome of ranked lists held as sequences, without a file or a frame."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from barograph.errors import DataError
from barograph.frames.batch import Batch
from barograph.metrics.values import Undefined
from barograph.metrics.views import OutcomeView, outcome_view
from barograph.profile.count import Plan, profile_block
from barograph.profile.learn import learn_grid
from barograph.schema.model import Column, Schema


def lists_of(
    labels: Sequence[Sequence[float | None]],
    *,
    scores: Sequence[Sequence[float | None]] | None = None,
    ranks: Sequence[Sequence[float | None]] | None = None,
    weights: Sequence[float] | None = None,
) -> OutcomeView:
    """Sum up queries into what ranking metrics are computed from.

    Parameters
    ----------
    labels : relevance of the rows of each query, 0 or more; None: unknown.
    scores, ranks : beside them, one of both; without either the order of the rows.
    weights : of each query.

    Raises
    ------
    DataError
        Where no query has both a label and a rank or score.

    Examples
    --------
    >>> lists_of([[1, 0], [0, 0, 1]]).judged
    2
    """
    given = scores or ranks or [list(range(1, len(one) + 1)) for one in labels]
    columns = [
        Column(name="query", role="group", kind="categorical"),
        Column(name="label", role="label"),
        Column(name="order", role="score" if scores else "rank"),
    ]
    data = {
        "query": pl.Series([str(i) for i, one in enumerate(labels) for _ in one], dtype=pl.String),
        "label": pl.Series([v for one in labels for v in one], dtype=pl.Float64, strict=False),
        "order": pl.Series([v for one in given for v in one], dtype=pl.Float64, strict=False),
    }
    if weights is not None:
        columns.append(Column(name="weight", role="weight"))
        data["weight"] = pl.Series([w for w, one in zip(weights, labels, strict=True) for _ in one])
    schema = Schema(columns=tuple(columns), task="ranking")
    batch = Batch(frame=pl.DataFrame(data), mismatched={})
    grid = learn_grid(batch, schema, weighted=weights is not None)
    view = outcome_view(profile_block(batch, Plan(schema=schema, grid=grid)))
    if isinstance(view, Undefined):
        raise DataError(f"{view.detail}; give at least one query a label, and ranks or scores.")
    return view
