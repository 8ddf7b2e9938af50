"""False alarms of windows against the reference's own, from rows to p-values; seeds are fixed, so each is one fact."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest
from scipy.stats import poisson

import barograph as bg
from barograph.metrics.drift.prepared import prepared_reference
from barograph.metrics.drift.windows import inputs_p_values, windows_p_values

ROWS, WINDOWS, TESTED, COLUMNS, MODELS = 120, 35, 21, 8, 8


def p_values(seed, *, sd, rho, season):
    """p-values of the inputs of quiet days, and of days that moved by 1 sd; and of all inputs of quiet days."""
    rng = np.random.default_rng(seed)
    total = WINDOWS + 7 + TESTED
    columns = {}
    for i in range(COLUMNS):
        means = [rng.normal(0.0, sd)]
        while len(means) < total:
            means.append(rho * means[-1] + rng.normal(0.0, sd * (1 - rho * rho) ** 0.5))
        means = np.array(means) + season * np.sin(2 * np.pi * (np.arange(total) + i) / 7)
        x = rng.normal(np.append(means, means[-7:] + 1.0)[:, None], 1.0, (total + 7, ROWS)).ravel()
        columns[f"x{i}"] = pl.Series(x) if i % 2 else pl.Series(np.clip(np.rint(2 * x), -4, 4).astype(int))
    days = np.append(np.arange(total), np.arange(total - 7, total)).repeat(ROWS)
    times = [datetime(2026, 1, 5) + timedelta(days=int(d)) for d in days]
    frame = pl.DataFrame({"t": times, **columns}).with_columns(pl.col("t").dt.replace_time_zone("UTC"))
    before, quiet, moved = (
        frame[a * ROWS : b * ROWS] for a, b in ((0, WINDOWS), (WINDOWS + 7, total), (total, total + 7))
    )
    reference = bg.profile(before, bg.Schema.infer(before, timestamp="t"), every="1d")
    prepared = prepared_reference(reference, every="1d")
    found = []
    for part in (quiet, moved):
        current = bg.profile(part, like=reference, every="1d")
        found.append([[r.value for r in windows_p_values(prepared, current, column=c)] for c in columns])
        found.append([r.value for r in inputs_p_values(prepared, current)])
    return found[0], found[1], found[2]


@pytest.mark.parametrize(
    ("name", "world"),
    [
        ("independent", {"sd": 0.0, "rho": 0.0, "season": 0.0}),
        ("wandering", {"sd": 0.15, "rho": 0.7, "season": 0.0}),
        ("weekly", {"sd": 0.05, "rho": 0.0, "season": 0.5}),
    ],
)
def test_as_many_false_alarms_as_the_level_says(name, world):
    quiet, inputs, moved = (
        np.concatenate([np.ravel(p) for p in parts])
        for parts in zip(*(p_values([seed, 7], **world) for seed in range(MODELS)), strict=True)
    )
    assert len(quiet) == MODELS * COLUMNS * TESTED, name
    for level in (0.05, 0.011, 0.0037):
        for found in (quiet, inputs):
            most = poisson.isf(0.01, 1.5 * level * len(found))
            assert np.count_nonzero(found <= level) <= most, (name, level, len(found))
    assert np.mean(moved <= 0.0037) > 0.5, name
