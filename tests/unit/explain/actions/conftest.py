"""Rows whose answers are known to have become worse, and the contexts made of them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from barograph.api import profile
from barograph.explain.actions.context import Context
from barograph.explain.losses import row_loss
from barograph.explain.sampled import sampled_rows
from barograph.metrics.intervals import change
from barograph.metrics.values import Value
from barograph.schema.model import Schema

START = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Income:
    """A fault: x divided by 1,000 wherever it is hit."""

    name: str = "x divided by 1,000"

    def hits(self, frame, count=None):
        return (frame["x"].abs() < 0.5).to_numpy()

    def repaired(self, frame):
        x = pl.col("x")
        return frame.with_columns(pl.when(x.abs() < 0.5).then(x * 1000.0).otherwise(x).alias("x"))


def times(n, start=0):
    return [START + timedelta(minutes=start + i) for i in range(n)]


def regression_rows(rng, n, *, later=False, slope=1.0, add=0.0):
    x = rng.uniform(10.0, 100.0, n)
    y = slope * x + add + rng.normal(0.0, 2.0, n)
    return pl.DataFrame({"id": range(n), "t": times(n, 10**5 * later), "x": x, "answer": x, "y": y})


def binary_rows(rng, n, *, later=False, add=0.0, threshold=0.5):
    x = rng.normal(0.0, 1.0, n)
    score = 1.0 / (1.0 + np.exp(-x))
    y = rng.random(n) < 1.0 / (1.0 + np.exp(-x - add))
    said = np.where(score >= threshold, "yes", "no")
    label = np.where(y, "yes", "no")
    return pl.DataFrame(
        {"id": range(n), "t": times(n, 10**5 * later), "x": x, "score": score, "answer": said, "y": label}
    )


def schema_of(rows):
    named = {"prediction": "answer", "label": "y", "timestamp": "t", "id": "id"}
    if "score" in rows.columns:
        return Schema.infer(rows, **named, score="score", task="binary", positive="yes")
    return Schema.infer(rows, **named, task="regression", kinds={"x": "numeric"})


@pytest.fixture
def rows_by_task():
    return {"regression": regression_rows, "binary": binary_rows}


@pytest.fixture
def profiled():
    """Two frames as profiles on one grid."""

    def of(before, after):
        reference = profile(before, schema_of(before), every="1d")
        return reference, profile(after, like=reference)

    return of


@pytest.fixture
def context_of(profiled):
    """The context of two frames, or of two profiles."""

    def of(before, after, metric, **given):
        reference, current = profiled(before, after) if isinstance(before, pl.DataFrame) else (before, after)
        loss = row_loss(metric, reference, current)
        moved = change(loss.reference, loss.current, loss.direction)
        return Context(
            reference=reference,
            current=current,
            loss=loss,
            rows=(sampled_rows(reference), sampled_rows(current)),
            change=Value(value=moved.value, n=loss.current.n, interval=moved.interval),
            rng=np.random.default_rng(5),
            **given,
        )

    return of


@pytest.fixture
def fault():
    return Income()
