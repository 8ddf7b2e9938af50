"""What a window costs to keep, compressed: at most 10 KB an hour, 40 KB a day with cross tables, for 30 columns."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.profile.codec import compressed, encode, save

ROWS = 1000
CLASSES = (2, 3, 4, 5, 6, 10, 20, 50, 100, 200)


def frame(rows: int, seed: int, *, binary: bool, continuous: bool = False) -> pl.DataFrame:
    """Thirty features, or thirty columns in all, every one a continuous number; one row every 3.6 seconds."""
    rng = np.random.default_rng(seed)
    columns = {f"normal_{i}": rng.normal(size=rows) for i in range(20 if continuous else 10)}
    columns |= {f"waiting_{i}": rng.exponential(size=rows) for i in range(6 if continuous else 5)}
    if not continuous:
        columns |= {f"count_{i}": rng.poisson(4, rows) for i in range(5)}
        columns |= {f"class_{k}": rng.choice([f"value {j}" for j in range(k)], rows) for k in CLASSES}
    signal = columns["normal_0"] + rng.normal(size=rows)
    if binary:
        score = 1 / (1 + np.exp(-columns["normal_0"]))
        columns |= {"y": (signal > 0).astype(int), "s": score, "p": (score > 0.5).astype(int)}
    else:
        columns |= {"y": signal, "p": columns["normal_0"]}
    start = datetime(2024, 1, 1)
    return pl.DataFrame(columns | {"t": [start + timedelta(seconds=3.6 * i) for i in range(rows)]})


def window(every: str, *, binary: bool, continuous: bool = False) -> bg.Profile:
    """One window of a thousand rows."""
    rows = frame(20_000, 1, binary=binary, continuous=continuous)
    answers = {"score": "s", "task": "binary", "positive": "1"} if binary else {"task": "regression"}
    schema = bg.Schema.infer(rows, label="y", prediction="p", timestamp="t", **answers)
    reference = bg.profile(rows, schema, every=every)
    current = bg.profile(frame(ROWS, 2, binary=binary, continuous=continuous), like=reference, sample=False)
    assert len(current.cells) == 1
    return current


def kilobytes(profile: bg.Profile) -> float:
    """Compressed sums, without the grid and schema that all windows share."""
    sums = encode([profile.table, list(profile.columns.values()), profile.outcome])
    return len(compressed(sums)) / 1024


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("continuous", [False, True])
def test_an_hour(binary, continuous):
    assert kilobytes(window("1h", binary=binary, continuous=continuous)) <= 10


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("continuous", [False, True])
def test_a_day_with_cross_tables(binary, continuous):
    profile = window("1d", binary=binary, continuous=continuous)
    assert profile.outcome.cross is not None
    assert kilobytes(profile) <= 40


def test_a_file_is_its_sums_its_grid_and_its_sample():
    reference = bg.profile(
        frame(20_000, 1, binary=False), bg.Schema.infer(frame(100, 1, binary=False)), sample=False
    )
    assert len(save(reference)) < 150_000
