"""What was planted, in amounts: the metric over very many rows with and without each cause."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import numpy as np
import polars as pl
from plants import LABEL, TIME, Mask, Plant, Rng
from tables import ONSET, Table

Metric = Callable[[pl.DataFrame], float]
ROWS = 300_000


def mae(rows: pl.DataFrame) -> float:
    """Mean absolute error."""
    return float((rows["prediction"] - rows[LABEL]).abs().to_numpy().mean())


def log_loss(rows: pl.DataFrame) -> float:
    """Mean negative log-likelihood."""
    eps = np.finfo(np.float64).eps
    score = rows["score"].to_numpy().clip(eps, 1.0 - eps)
    return float(-np.log(np.where(rows[LABEL].to_numpy() == 1, score, 1.0 - score)).mean())


def accuracy(rows: pl.DataFrame) -> float:
    """Share of rows predicted right."""
    return float((rows["prediction"] == rows[LABEL]).to_numpy().mean())


def f1(rows: pl.DataFrame) -> float:
    """Harmonic mean of precision and recall."""
    predicted, label = rows["prediction"].to_numpy() == 1, rows[LABEL].to_numpy() == 1
    return float(2.0 * (predicted & label).sum() / (predicted.sum() + label.sum()))


def roc_auc(rows: pl.DataFrame) -> float:
    """Area under the ROC curve, ties counted half."""
    label = rows[LABEL].to_numpy() == 1
    ranks = rows["score"].rank("average").to_numpy()
    positives = int(label.sum())
    wins = ranks[label].sum() - positives * (positives + 1) / 2.0
    return float(wins / (positives * (len(label) - positives)))


METRICS: Mapping[str, Metric] = {
    "performance.mae": mae,
    "performance.log_loss": log_loss,
    "performance.accuracy": accuracy,
    "performance.f1": f1,
    "performance.roc_auc": roc_auc,
}


def reached(rows: pl.DataFrame, first_day: int) -> Mask:
    """Rows from a day of the current period on."""
    return rows.select(pl.col(TIME) >= ONSET + pl.duration(days=first_day)).to_series().to_numpy()


def planted(rows: pl.DataFrame, plants: Sequence[Plant], first_day: int, rng: Rng) -> list[pl.DataFrame]:
    """The rows after each plant in turn; the last has them all."""
    steps = []
    for plant in plants:
        rows = plant.apply(rows, reached(rows, first_day), rng)
        steps.append(rows)
    return steps


def amounts(table: Table, metric: str, plants: Sequence[Plant], first_day: int) -> list[float]:
    """What each plant changes the metric by, after those before it.

    With causes of the features first, then changes of the label, then data faults, these are the amounts by
    definition: faults are what their repair would undo; a change of the label is measured on the features as they
    come; mix and new territory on labels as the reference has them. A row that two faults hit is the first one's.
    """
    rng = np.random.default_rng(4)
    rows = table.population(rng, ROWS)
    steps = [rows, *planted(rows, plants, first_day, rng)]
    sound = sum(plant.causes != ("fault",) for plant in plants)
    steps = steps[:sound] + _each_row_to_one(steps[sound:])
    figures = [METRICS[metric](table.answered(step)) for step in steps]
    return [after - before for before, after in pairwise(figures)]


def _each_row_to_one(steps: list[pl.DataFrame]) -> list[pl.DataFrame]:
    """The rows without faults, then with all the faults of those that the first hits, that the second hits, …"""
    if len(steps) <= 2:
        return steps
    hit, out = np.zeros(steps[0].height, np.bool_), steps[:1]
    for before, after in pairwise(steps):
        changed = [(before[name].ne_missing(after[name])).to_numpy() for name in before.columns]
        hit = hit | np.any(changed, axis=0)
        out.append(pl.concat([steps[0].filter(~pl.Series(hit)), steps[-1].filter(pl.Series(hit))]))
    return out
