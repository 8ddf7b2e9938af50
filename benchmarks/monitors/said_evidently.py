"""Evidently's word on every feature in some windows; runs inside Evidently's own environment."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset


def said(folder: Path) -> dict[str, list[float]]:
    """By feature, its statistic in each window."""
    rows = pd.read_parquet(folder / "rows.parquet")
    features = json.loads((folder / "features.json").read_text())
    definition = DataDefinition(
        numerical_columns=[name for name, categories in features.items() if not categories],
        categorical_columns=[name for name, categories in features.items() if categories],
    )

    def dataset(frame: pd.DataFrame) -> Dataset:
        return Dataset.from_pandas(frame[list(features)], data_definition=definition)

    reference = dataset(rows[rows["window"] < 0])
    found: dict[str, list[float]] = {name: [] for name in features}
    for window in sorted(set(rows["window"][rows["window"] >= 0])):
        told = Report([DataDriftPreset()]).run(dataset(rows[rows["window"] == window]), reference).dict()
        for metric in told["metrics"]:
            for name in features:
                if f"column={name}," in metric["metric_name"]:
                    found[name].append(float(metric["value"]))
    return found


if __name__ == "__main__":
    print(json.dumps(said(Path(sys.argv[1]))))
