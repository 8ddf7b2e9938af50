"""deepchecks' drift of each feature on the benchmark's rows; runs inside deepchecks' own environment."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from deepchecks.tabular import Dataset
from deepchecks.tabular.checks import FeatureDrift

import stopwatch


def _drift(folder: Path) -> stopwatch.Work:
    reference, current = (pd.read_parquet(folder / f"{side}.parquet") for side in ("reference", "current"))
    categorical = [name for name in reference if name.startswith("cat_")]

    def work() -> object:
        known, seen = (Dataset(frame, cat_features=categorical) for frame in (reference, current))
        # By default it draws 100,000 rows: all are asked for, as of the others.
        return FeatureDrift(n_samples=len(reference)).run(known, seen, with_display=False).value

    return work


JOBS: stopwatch.Jobs = {"drift": _drift}

if __name__ == "__main__":
    stopwatch.main(JOBS, packages=("deepchecks", "pandas", "numpy", "scipy", "scikit-learn"))
