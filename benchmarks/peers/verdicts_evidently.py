"""Evidently's word on a column, by DataDriftPreset as it comes; runs inside Evidently's own environment."""

from __future__ import annotations

import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset

from peers import verdicts


def judge(reference: pd.DataFrame, current: pd.DataFrame, kind: str) -> verdicts.Word:
    """The count of drifted columns, where the column was looked at."""
    definition = None
    if kind:
        definition = DataDefinition(
            numerical_columns=["c"] if kind == "numeric" else [],
            categorical_columns=["c"] if kind == "categorical" else [],
        )
    sides = [Dataset.from_pandas(frame, data_definition=definition) for frame in (current, reference)]
    metrics = Report([DataDriftPreset()]).run(*sides).dict()["metrics"]
    if not any("column=c," in metric["metric_name"] for metric in metrics):
        return "left out"
    return "drift" if metrics[0]["value"]["count"] else "none"


if __name__ == "__main__":
    verdicts.main(judge, "evidently")
