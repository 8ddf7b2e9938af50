"""alibi-detect's tests of each column on the benchmark's rows; runs inside alibi-detect's own environment."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from alibi_detect.cd import TabularDrift
from numpy.typing import NDArray

import stopwatch

Categories = dict[int, int]


def _load(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    return pd.read_parquet(folder / "reference.parquet"), pd.read_parquet(folder / "current.parquet")


def _numbers(
    reference: pd.DataFrame, current: pd.DataFrame
) -> tuple[NDArray[np.float64], NDArray[np.float64], Categories]:
    """One array a side: categories as codes, nulls as the reference's medians, as alibi-detect needs them."""
    sides, counts = ([], []), {}
    for position, name in enumerate(reference):
        pair = [reference[name], current[name]]
        if name.startswith("cat_"):
            levels = pd.unique(pd.concat(pair))
            counts[position] = len(levels)
            pair = [pd.Series(pd.Categorical(column, categories=levels).codes) for column in pair]
        median = pair[0].median()
        for side, column in zip(sides, pair, strict=True):
            side.append(column.fillna(median).to_numpy(float))
    return np.column_stack(sides[0]), np.column_stack(sides[1]), counts


def _tested(reference: NDArray[np.float64], current: NDArray[np.float64], categories: Categories) -> object:
    return TabularDrift(reference, p_val=0.05, categories_per_feature=categories).predict(current)


def _drift(folder: Path) -> stopwatch.Work:
    prepared = _numbers(*_load(folder))
    return lambda: _tested(*prepared)


def _drift_from_frames(folder: Path) -> stopwatch.Work:
    reference, current = _load(folder)
    return lambda: _tested(*_numbers(reference, current))


JOBS: stopwatch.Jobs = {"drift": _drift, "drift_from_frames": _drift_from_frames}

if __name__ == "__main__":
    stopwatch.main(JOBS, packages=("alibi-detect", "pandas", "numpy", "scipy"))
