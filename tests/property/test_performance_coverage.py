"""Intervals hold the truth in about 95 of 100 draws."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from barograph.metrics.performance import METRICS
from barograph.metrics.performance.arrays import outcome_of
from barograph.metrics.values import Value
from barograph.metrics.views import OutcomeView

DRAWS = 500
FUNCTIONS = {m.name.partition(".")[2]: m.compute for m in METRICS}
View = Callable[[np.random.Generator], OutcomeView]


def regression(rng: np.random.Generator, rows: int = 300) -> dict[str, object]:
    prediction = rng.normal(50.0, 10.0, rows)
    return {"task": "regression", "label": prediction + rng.normal(0.0, 5.0, rows), "prediction": prediction}


def binary(rng: np.random.Generator, rows: int = 400) -> dict[str, object]:
    label = rng.random(rows) < 0.3
    signal = rng.normal(0.0, 1.0, rows) + 1.5 * label
    score = 1.0 / (1.0 + 7.0 / 3.0 * np.exp(-(1.5 * signal - 1.125)))
    return {
        "task": "binary", "label": label.astype(int), "prediction": (score > 0.5).astype(int), "scores": score,
        "positive": "1",
    }  # fmt: skip


def normal_cdf(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


# The threshold of score .5 lies at this signal.
THRESHOLD = (1.125 + math.log(7.0 / 3.0)) / 1.5
TP, FP = 0.3 * normal_cdf(1.5 - THRESHOLD), 0.7 * normal_cdf(-THRESHOLD)
TRUTHS = {
    "mae": (regression, 5.0 * math.sqrt(2.0 / math.pi)),
    "rmse": (regression, 5.0),
    "me_sd": (regression, 5.0),
    "mae_sd": (regression, 5.0 * math.sqrt(1.0 - 2.0 / math.pi)),
    "r2": (regression, 1.0 - 25.0 / 125.0),
    "me_underestimated": (regression, -5.0 * 2.0627128),
    "accuracy": (binary, 0.7 - FP + TP),
    "precision": (binary, TP / (TP + FP)),
    "f1": (binary, 2.0 * TP / (0.3 + TP + FP)),
    "mcc": (binary, (TP - 0.3 * (TP + FP)) / math.sqrt(0.21 * (TP + FP) * (1.0 - TP - FP))),
    "roc_auc": (binary, normal_cdf(1.5 / math.sqrt(2.0))),
    "ks": (binary, 2.0 * normal_cdf(0.75) - 1.0),
    "calibration_error": (binary, 0.0),
}


@pytest.fixture(scope="module")
def drawn() -> dict[str, list[OutcomeView]]:
    out = {}
    for draw in (regression, binary):
        rng = np.random.default_rng(20)
        grid = outcome_of(**draw(rng, 20_000))
        out[draw.__name__] = [outcome_of(**draw(rng), like=grid) for _ in range(DRAWS)]
    return out


@pytest.mark.parametrize("name", TRUTHS)
def test_holds_the_truth(name, drawn):
    draw, truth = TRUTHS[name]
    held = 0
    for view in drawn[draw.__name__]:
        result = FUNCTIONS[name](view)
        assert isinstance(result, Value)
        assert result.interval is not None
        held += result.interval[0] <= truth <= result.interval[1]
    assert 0.92 <= held / DRAWS <= 0.985


def test_weights_leave_the_interval_as_wide_as_the_effective_rows():
    rng = np.random.default_rng(8)
    held = 0
    grid = outcome_of(**regression(rng, 20_000))
    for _ in range(300):
        weight = rng.choice([1.0, 4.0], 300)
        result = FUNCTIONS["mae"](outcome_of(**regression(rng), weight=weight, like=grid))
        held += result.interval[0] <= TRUTHS["mae"][1] <= result.interval[1]
    assert 0.92 <= held / 300 <= 0.985
