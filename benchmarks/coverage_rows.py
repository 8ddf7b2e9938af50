"""Rows whose figures are known: the distributions that coverage.py draws its data sets from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rng = np.random.Generator
CLASSES = ("a", "b", "c")


#: Rows of one data set: arguments of `outcome_of`, or the values of a column.
Draw = Callable[[Rng, int], Any]
Numbers = Callable[[Rng, int], Floats]


def regression(errors: Numbers) -> Draw:
    """Labels about 50 and their predictions, with the errors given."""

    def draw(rng: Rng, n: int) -> Mapping[str, Any]:
        label = rng.normal(50.0, 10.0, n)
        return {"task": "regression", "label": label, "prediction": label + errors(rng, n)}

    return draw


def normal(sd: float, mean: float = 0.0) -> Numbers:
    """Normal errors."""
    return lambda rng, n: rng.normal(mean, sd, n)


def laplace(rng: Rng, n: int) -> Floats:
    """Errors with a sharper peak and longer tails than normal ones."""
    return rng.laplace(0.0, 4.0, n)


def lognormal(rng: Rng, n: int) -> Floats:
    """Skewed errors with mean 0: five times a standard lognormal, less its mean."""
    return 5.0 * (rng.lognormal(0.0, 1.0, n) - np.exp(0.5))


def pareto(rng: Rng, n: int) -> Floats:
    """Errors of either sign whose size is Pareto with index 3: finite variance, infinite third moment."""
    return (rng.pareto(3.0, n) + 1.0) * rng.choice([-2.0, 2.0], n)


def contaminated(rng: Rng, n: int) -> Floats:
    """Normal errors, one in a hundred of them twenty times as large."""
    return rng.normal(0.0, 3.0, n) * np.where(rng.random(n) < 0.01, 20.0, 1.0)


def binary(share: float, strength: float) -> Draw:
    """A binary label of the share given; its score parts normal signals, and is a little too bold."""

    def draw(rng: Rng, n: int) -> Mapping[str, Any]:
        label = rng.random(n) < share
        signal = rng.normal(0.0, 1.0, n) + strength * label
        logit = strength * signal - strength * strength / 2.0 + np.log(share / (1.0 - share))
        score = 1.0 / (1.0 + np.exp(-1.4 * logit))
        return {
            "task": "binary", "label": label.astype(int), "prediction": (score > 0.5).astype(int), "scores": score,
            "positive": "1",
        }  # fmt: skip

    return draw


def multiclass(strength: float) -> Draw:
    """Three classes of 60, 30 and 10 %, scored by noisy signals."""

    def draw(rng: Rng, n: int) -> Mapping[str, Any]:
        prior = np.array([0.6, 0.3, 0.1])
        code = rng.choice(3, n, p=prior)
        logit = rng.normal(size=(n, 3)) + strength * np.eye(3)[code]
        weight = np.exp(strength * logit) * prior
        score = weight / weight.sum(axis=1, keepdims=True)
        names = np.array(CLASSES)
        return {
            "task": "multiclass", "label": names[code], "prediction": names[score.argmax(axis=1)],
            "scores": {name: score[:, i] for i, name in enumerate(CLASSES)},
        }  # fmt: skip

    return draw


def column(values: Numbers, *, nulls: float) -> Draw:
    """A numeric column, a share of it null."""

    def draw(rng: Rng, n: int) -> list[float | None]:
        x, null = values(rng, n), rng.random(n) < nulls
        return [None if gone else value for value, gone in zip(x.tolist(), null, strict=True)]

    return draw


def categories(shares: tuple[float, ...]) -> Draw:
    """A categorical column with the shares given."""
    names = np.array([f"k{i}" for i in range(len(shares))])
    return lambda rng, n: names[rng.choice(len(shares), n, p=shares)].tolist()
