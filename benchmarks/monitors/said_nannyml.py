"""NannyML's word on every feature in some windows; runs inside NannyML's own environment."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import nannyml
import pandas as pd


def said(folder: Path) -> dict[str, list[float]]:
    """By feature, in each window its statistic over the threshold, 1 and more being an alert."""
    rows = pd.read_parquet(folder / "rows.parquet")
    features = json.loads((folder / "features.json").read_text())
    a_window = int((rows["window"] == 0).sum())
    calculator = nannyml.UnivariateDriftCalculator(column_names=list(features), chunk_size=a_window)
    before, after = rows[rows["window"] < 0], rows[rows["window"] >= 0]
    told = calculator.fit(before[list(features)]).calculate(after[list(features)])
    frame = told.filter(period="analysis").to_df()
    found = {}
    for name in features:
        of = frame[(name, "jensen_shannon")]
        found[name] = (of["value"] / of["upper_threshold"]).tolist()
    return found


if __name__ == "__main__":
    print(json.dumps(said(Path(sys.argv[1]))))
