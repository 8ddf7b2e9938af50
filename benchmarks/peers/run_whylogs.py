"""whylogs' profiles and drift scores on the benchmark's rows; runs inside whylogs' own environment."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import whylogs as why
from whylogs.viz.drift.column_drift_algorithms import calculate_drift_scores

import stopwatch


def _drift(folder: Path) -> stopwatch.Work:
    reference, current = (pd.read_parquet(folder / f"{side}.parquet") for side in ("reference", "current"))

    def work() -> object:
        known, seen = (why.log(pandas=frame).view() for frame in (reference, current))
        return calculate_drift_scores(target_view=seen, reference_view=known, with_thresholds=True)

    return work


JOBS: stopwatch.Jobs = {"drift": _drift}

if __name__ == "__main__":
    stopwatch.main(JOBS, packages=("whylogs", "pandas", "numpy", "scipy"))
