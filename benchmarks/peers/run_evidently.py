"""Evidently's presets on the benchmark's rows; runs inside Evidently's own environment."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from evidently import BinaryClassification, DataDefinition, Dataset, Regression, Report
from evidently.presets import ClassificationPreset, DataDriftPreset, DataSummaryPreset, RegressionPreset

import stopwatch

REGRESSION = ("y_reg", "p_reg")
BINARY = ("y_cls", "p_cls", "proba_cls")


def _load(folder: Path, side: str, *, features: bool, targets: tuple[str, ...]) -> pd.DataFrame:
    parts = []
    if features:
        parts.append(pd.read_parquet(folder / f"{side}.parquet"))
    if targets:
        parts.append(pd.read_parquet(folder / f"{side}_targets.parquet", columns=list(targets)))
    return pd.concat(parts, axis=1)


def _definition(frame: pd.DataFrame) -> DataDefinition:
    """All that Evidently would otherwise have to find out: the cheapest way to call it."""
    features = frame.columns.difference([*REGRESSION, *BINARY], sort=False)
    task: dict[str, object] = {}
    if "y_reg" in frame:
        task["regression"] = [Regression(target="y_reg", prediction="p_reg")]
    if "y_cls" in frame:
        task["classification"] = [
            BinaryClassification(target="y_cls", prediction_labels="p_cls", prediction_probas="proba_cls")
        ]
    return DataDefinition(
        numerical_columns=[name for name in features if name.startswith("num_")],
        categorical_columns=[name for name in features if name.startswith("cat_")],
        **task,
    )


def _report(
    folder: Path, *presets: type, features: bool = True, targets: tuple[str, ...] = ()
) -> stopwatch.Work:
    reference = _load(folder, "reference", features=features, targets=targets)
    current = _load(folder, "current", features=features, targets=targets)
    definition = _definition(reference)

    def work() -> object:
        sides = [Dataset.from_pandas(frame, data_definition=definition) for frame in (current, reference)]
        return Report([preset() for preset in presets]).run(*sides).dict()

    return work


JOBS: stopwatch.Jobs = {
    "drift": lambda folder: _report(folder, DataDriftPreset),
    "summary": lambda folder: _report(folder, DataSummaryPreset),
    "regression": lambda folder: _report(folder, RegressionPreset, features=False, targets=REGRESSION),
    "regression_whole_frame": lambda folder: _report(folder, RegressionPreset, targets=REGRESSION),
    "classification": lambda folder: _report(folder, ClassificationPreset, features=False, targets=BINARY),
    "everything": lambda folder: _report(folder, DataDriftPreset, RegressionPreset, targets=REGRESSION),
}

if __name__ == "__main__":
    stopwatch.main(JOBS, packages=("evidently", "pandas", "numpy", "scipy"))
