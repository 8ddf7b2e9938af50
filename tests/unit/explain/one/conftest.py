"""A reference whose rows are known, and the door to one row of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.explain.one.explained import RowExplanation
from barograph.explain.one.one import explain_one
from barograph.frames.row import typed_row

ROLES = {"label": "y", "prediction": "p", "task": "regression"}
BINARY = {"label": "outcome", "prediction": "answer", "score": "score", "positive": "yes", "task": "binary"}


def explained(reference: bg.Profile, row: object, **how: Any) -> RowExplanation:
    """As `barograph.explain_row` does it."""
    return explain_one(reference, typed_row(row, reference.schema), **how)


def made(rng: np.random.Generator, n: int, *, off: float = 0.0) -> pl.DataFrame:
    """Rows of a model of x + z; `off` is added to labels where x is high."""
    x, z = rng.normal(size=n), rng.normal(size=n)
    y = x + z + rng.normal(size=n) + off * (x > 1.0)
    return pl.DataFrame(
        {"x": x, "z": z, "twin": x + 0.01 * z, "g": rng.choice(["a", "b"], n), "p": x + z, "y": y}
    )


@pytest.fixture
def rows(rng) -> pl.DataFrame:
    return made(rng, 600)


@pytest.fixture
def reference(rows) -> bg.Profile:
    return bg.profile(rows, bg.Schema.infer(rows, **ROLES), name="before")


@pytest.fixture
def current(rng, reference) -> bg.Profile:
    return bg.profile(made(rng, 400, off=5.0), like=reference, name="now")


@pytest.fixture
def explain(reference) -> Callable[..., RowExplanation]:
    """Explain a row like the others but for what is said."""

    def one(*, by: bg.Profile = reference, current=None, predict=None, model=None, **values: object):
        row = {"x": 0.1, "z": -0.2, "twin": 0.098, "g": "a", "p": -0.1, "y": 0.9} | values
        return explained(by, row, current=current, predict=predict, model=model)

    return one
