"""Verdicts through the real path, on the frames of the benchmarks: silent without drift, all seven found with it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

import barograph as bg
from barograph.metrics.drift.columns import drift_of_columns

PATH = Path(__file__).parents[2] / "benchmarks" / "frames.py"
SPEC = importlib.util.spec_from_file_location("benchmark_frames", PATH)
FRAMES = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(FRAMES)
#: Two of 40 data sets may raise something at the 5 % allowed; the seeds are fixed, six leave room for chance.
DATASETS, MOST_ALARMS = 40, 6


def verdicts(n: int, seed: int, *, drift: bool) -> tuple[str, ...]:
    """Columns detected between two frames of n rows."""
    reference, current = (
        FRAMES._frame(n, np.random.default_rng([seed, side, n]), drift=drift and side == 1) for side in (0, 1)
    )
    profile = bg.profile(reference, bg.Schema.infer(reference))
    drifted = bg.profile(current, like=profile, threads=1)
    columns, _ = drift_of_columns(profile, drifted)
    return tuple(n for n, d in columns.items() if d.verdict.detected)


def test_without_drift_at_most_one_data_set_in_twenty_raises_anything():
    raised = [verdicts(2_000, seed, drift=False) for seed in range(DATASETS)]
    assert sum(map(bool, raised)) <= MOST_ALARMS


def test_without_drift_many_rows_raise_nothing_more():
    raised = [verdicts(20_000, seed, drift=False) for seed in range(8)]
    assert sum(map(bool, raised)) <= 2


@pytest.mark.parametrize("seed", range(3))
def test_every_planted_drift_is_found(seed):
    found = verdicts(20_000, seed, drift=True)
    assert set(FRAMES.DRIFTED) <= set(found)
    assert len(set(found) - set(FRAMES.DRIFTED)) <= 1
