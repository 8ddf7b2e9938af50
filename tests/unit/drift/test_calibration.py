"""The calibration tables of benchmarks/, small: seeds are fixed, so each outcome is one fact."""

import hashlib
import importlib
from pathlib import Path

import numpy as np
import pytest

from barograph.metrics.drift.significance import drift_p_value

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"


@pytest.fixture
def calibration(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("calibration")


@pytest.mark.parametrize("n", [200, 1_000, 100_000])
def test_without_drift_hardly_any_data_set_raises_anything(calibration, n):
    raised = sum(bool(calibration.detected(seed, n=n, drift=False)) for seed in range(40))
    assert raised <= 5


@pytest.mark.parametrize("n", [10_000, 100_000])
def test_all_seven_moved_columns_are_found(calibration, n):
    assert all(
        set(calibration.DRIFTED) <= set(calibration.detected(seed, n=n, drift=True)) for seed in range(3)
    )


def test_a_class_that_doubles_inside_500_is_found(calibration):
    assert sum(calibration.rare_class(seed, n=10_000, categories=500, among=1) for seed in range(20)) >= 17


def test_ninety_per_cent_null_is_found(calibration):
    assert all(calibration.nulls(seed, n=200) for seed in range(5))


@pytest.mark.parametrize(("values", "n", "m"), [(500, 200, 200), (500, 200, 50_000), (20_000, 5_000, 5_000)])
def test_values_the_grid_did_not_keep_raise_no_alarm(values, n, m):
    rng = np.random.default_rng([values, n])
    p = 1 / np.arange(1, values + 1) ** 0.8
    bucket, low = rng.integers(0, 64, values), 0
    for _ in range(60):
        old, new = rng.multinomial(n, p / p.sum()), rng.multinomial(m, p / p.sum())
        kept = np.zeros(values, dtype=bool)
        kept[np.argsort(-old, kind="stable")[: min(1_024, np.count_nonzero(old))]] = True
        rest = [np.bincount(bucket[~kept], weights=side[~kept], minlength=64) for side in (old, new)]
        unseen = np.arange(kept.sum() + 64) >= kept.sum()
        low += (
            drift_p_value(np.append(old[kept], rest[0]), np.append(new[kept], rest[1]), unseen=unseen) <= 0.05
        )
    assert low <= 8


def test_frames_have_the_same_values_as_ever(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    frames = importlib.import_module("frames")
    reference, current = frames.make_frames(500, seed=3)
    text = frames.add_targets(current, seed=3, worse=True).round(6).to_csv(index=False)
    assert reference.shape == (500, 20)
    assert hashlib.sha256(text.encode()).hexdigest()[:12] == "edc0c0d77e5c"
