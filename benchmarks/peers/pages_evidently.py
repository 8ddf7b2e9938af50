"""Evidently on a model that gets better, on negative labels, and its page; runs in its own environment."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd
from evidently import DataDefinition, Dataset, Regression, Report
from evidently.presets import DataDriftPreset, RegressionPreset

MODEL = DataDefinition(numerical_columns=[], regression=[Regression(target="y", prediction="p")])


def main(folder: Path) -> None:
    """`PAGES FOLDER`: the folder holds model/{reference,current}.parquet and columns/, the same of features."""
    before, after = (pd.read_parquet(folder / "model" / f"{s}.parquet") for s in ("reference", "current"))
    sides = [Dataset.from_pandas(frame, data_definition=MODEL) for frame in (after, before)]
    said = Report([RegressionPreset()], include_tests=True).run(*sides).dict()
    failed = sum(test["status"].endswith("FAIL") for test in said["tests"])
    mape = next(m["value"]["mean"] for m in said["metrics"] if m["metric_name"].startswith("MAPE"))

    reference, current = (
        pd.read_parquet(folder / "columns" / f"{s}.parquet") for s in ("reference", "current")
    )
    page = folder / "evidently.html"
    Report([DataDriftPreset()]).run(current, reference).save_html(str(page))
    answer = {"failed": failed, "tests": len(said["tests"]), "mape": mape / 100, "bytes": page.stat().st_size}
    print(json.dumps(answer))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
