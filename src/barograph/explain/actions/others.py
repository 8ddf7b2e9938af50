"""Rows of one sample that are not in another: what a model is judged on must not have taught it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from barograph.explain.actions.answers import taken
from barograph.explain.sampled import SampledRows
from barograph.schema.model import Schema

_PLACE = "place"


def others_than(judged: SampledRows, rows: SampledRows, schema: Schema) -> SampledRows:
    """The rows without those that are among the judged ones too, by features, label and time.

    Notes
    -----
    Where rows have no time, a few categories may make different rows equal by chance: those that either side has more
    than once are kept.
    """
    names = [c.name for c in schema.columns if c.role in ("feature", "label", "timestamp")]
    names = [n for n in names if n in rows.frame.columns and n in judged.frame.columns]
    if not names:
        return rows
    alone = not schema.with_role("timestamp")
    mine, theirs = (_keyed(side, names, alone=alone) for side in (rows, judged))
    told = [name for name in mine.columns if name != _PLACE]
    shared = mine.join(theirs, on=told, how="semi", nulls_equal=True)[_PLACE].to_numpy()
    if not len(shared):
        return rows
    kept = np.setdiff1d(np.arange(rows.height), shared)
    return replace(
        rows,
        frame=rows.frame[kept],
        cells={name: cells[kept] for name, cells in rows.cells.items()},
        count=rows.count[kept],
        outcome=taken(rows.outcome, kept),
    )


def _keyed(rows: SampledRows, names: list[str], *, alone: bool) -> pl.DataFrame:
    """What rows are told apart by, with their place; of `alone` those that came once."""
    # Polars reads some names as patterns.
    told = [rows.frame.get_column(name).alias(f"column {i}") for i, name in enumerate(names)]
    keyed = pl.DataFrame([*told, pl.Series(_PLACE, np.arange(rows.height))])
    return keyed.filter(pl.Series(rows.count == 1.0)) if alone else keyed
