"""What a block's rows answer, by task."""

from __future__ import annotations

import polars as pl

from barograph.profile.measures import OutcomeRows, outcome_rows, row_measures
from barograph.profile.multilabel import label_measures, multilabel_rows
from barograph.profile.values import Floats
from barograph.schema.model import Schema


def answers(
    frame: pl.DataFrame, schema: Schema, fixed: tuple[tuple[str, ...], float] | None
) -> OutcomeRows | None:
    """Labels, predictions and scores of a block; see `outcome_rows` and `multilabel_rows`."""
    read = multilabel_rows if schema.task == "multilabel" else outcome_rows
    return read(frame, schema, fixed)


def measures_of(rows: OutcomeRows) -> dict[str, Floats]:
    """Every measure of the judged rows by name, each of shape (rows,)."""
    return label_measures(rows) if rows.task == "multilabel" else row_measures(rows)
