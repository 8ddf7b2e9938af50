"""NannyML's calculators on the benchmark's rows; runs inside NannyML's own environment."""

from __future__ import annotations

from pathlib import Path

import nannyml
import pandas as pd

import stopwatch

WINDOWS = 20


def _windows(folder: Path) -> stopwatch.Work:
    reference = pd.read_parquet(folder / "reference.parquet")
    current = pd.read_parquet(folder / "current.parquet")

    def work() -> object:
        # Counting windows by rows is NannyML's fastest way: no timestamps to parse or sort.
        calculator = nannyml.UnivariateDriftCalculator(column_names=list(reference), chunk_number=WINDOWS)
        return calculator.fit(reference).calculate(current).to_df()

    return work


def _estimate(folder: Path) -> stopwatch.Work:
    reference = pd.read_parquet(folder / "reference_targets.parquet")
    current = pd.read_parquet(folder / "current_targets.parquet").drop(columns="y_cls")

    def work() -> object:
        estimator = nannyml.CBPE(
            y_true="y_cls",
            y_pred="p_cls",
            y_pred_proba="proba_cls",
            problem_type="classification_binary",
            metrics=["roc_auc", "accuracy", "f1"],
            chunk_number=WINDOWS,
        )
        return estimator.fit(reference).estimate(current).to_df()

    return work


JOBS: stopwatch.Jobs = {"windows": _windows, "estimate": _estimate}

if __name__ == "__main__":
    stopwatch.main(JOBS, packages=("nannyml", "pandas", "numpy", "scipy"))
