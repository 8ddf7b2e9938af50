"""ROC AUC from the bins of scores agrees with scikit-learn within .001, on sharp and on shifted scores."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import roc_auc_score

import barograph as bg
from barograph.metrics.values import Value

N = 20_000


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-x))


def drawn(seed: int, *, sharp: float, shift: float = 0.0, prevalence: float = 0.3) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    y = (rng.random(N) < prevalence).astype(int)
    return pl.DataFrame({"y": y, "s": sigmoid(sharp * (rng.normal(size=N) + 1.5 * y - 0.7) + shift)})


REFERENCE = drawn(0, sharp=1.0)
SCHEMA = bg.Schema.infer(REFERENCE, label="y", score="s", task="binary", positive=1, threshold=0.5)
GRID = bg.profile(REFERENCE, SCHEMA)


def auc(rows: pl.DataFrame, like: bg.Profile) -> float:
    result = bg.evaluate("performance.roc_auc", bg.profile(rows, like=like).total())
    assert isinstance(result, Value), result
    assert result.interval[0] <= result.value <= result.interval[1]
    return result.value


@pytest.mark.parametrize("sharp", [0.3, 1.0, 3.0, 6.0])
@pytest.mark.parametrize("shift", [-6.0, -2.0, 0.0, 2.0, 6.0])
def test_sharp_and_shifted_scores(sharp, shift):
    rows = drawn(1, sharp=sharp, shift=shift)
    assert auc(rows, GRID) == pytest.approx(roc_auc_score(rows["y"], rows["s"]), abs=1e-3)


@pytest.mark.parametrize("digits", [1, 2, 3])
def test_rounded_scores(digits):
    rows = drawn(2, sharp=2.0).with_columns(pl.col("s").round(digits))
    assert auc(rows, bg.profile(rows, SCHEMA)) == pytest.approx(roc_auc_score(rows["y"], rows["s"]), abs=1e-3)


def test_a_rare_class():
    rows = drawn(3, sharp=2.0, shift=-5.0, prevalence=0.005)
    assert auc(rows, GRID) == pytest.approx(roc_auc_score(rows["y"], rows["s"]), abs=1e-3)


def test_the_learned_grid_itself():
    assert auc(REFERENCE, GRID) == pytest.approx(roc_auc_score(REFERENCE["y"], REFERENCE["s"]), abs=1e-3)


def test_scores_the_bins_cannot_tell_apart_have_no_figure():
    rows = drawn(4, sharp=1.0).with_columns(pl.col("s") * 1e-9)
    result = bg.evaluate("performance.roc_auc", bg.profile(rows, like=GRID).total())
    assert result.reason == "score_resolution"
