"""Rows whose causes of change are planted."""

from __future__ import annotations

import numpy as np
import polars as pl

import barograph as bg

REGRESSION = {"label": "y", "prediction": "p", "task": "regression"}
BINARY = {"label": "outcome", "prediction": "answer", "score": "score", "positive": "yes", "task": "binary"}


def regression_rows(
    rng: np.random.Generator, n: int, *, harder: float = 0.0, new: float = 0.0, concept: float = 0.0
) -> pl.DataFrame:
    """A model of x + z whose error grows with x.

    Parameters
    ----------
    harder : share of rows whose x is drawn from its upper half.
    new : share of rows with an x beyond all others.
    concept : added to the label where g is b.
    """
    x = np.clip(rng.normal(size=n), -3.0, 3.0)
    x = np.where(rng.random(n) < harder, np.abs(x), x)
    x = np.where(rng.random(n) < new, 5.0 + 0.3 * rng.normal(size=n), x)
    z, group = rng.normal(size=n), rng.choice(["a", "b", "c"], n)
    y = x + z + rng.normal(size=n) * (1.0 + 0.8 * np.maximum(x, 0.0)) + concept * (group == "b")
    return pl.DataFrame({"x": x, "z": z, "like_x": x + 0.01 * z, "g": group, "p": x + z, "y": y})


def binary_rows(rng: np.random.Generator, n: int, *, concept: float = 0.0) -> pl.DataFrame:
    """A calibrated score of x + z; `concept` is added to the log-odds where g is b."""
    x, z, group = rng.normal(size=n), rng.normal(size=n), rng.choice(["a", "b", "c"], n)
    score = 1.0 / (1.0 + np.exp(-x - z))
    truth = 1.0 / (1.0 + np.exp(-x - z - concept * (group == "b")))
    yes_no = np.array(["no", "yes"])
    return pl.DataFrame({
        "x": x, "z": z, "g": group, "score": score, "answer": yes_no[(score > 0.5).astype(int)],
        "outcome": yes_no[(rng.random(n) < truth).astype(int)],
    })  # fmt: skip


def profiles(
    reference: pl.DataFrame, current: pl.DataFrame, roles: dict[str, str] = REGRESSION, **how: object
) -> tuple[bg.Profile, bg.Profile]:
    """Both sides on the reference's grid."""
    first = bg.profile(reference, bg.Schema.infer(reference, **roles), **how)
    return first, bg.profile(current, like=first)
