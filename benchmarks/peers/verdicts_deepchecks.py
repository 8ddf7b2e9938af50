"""deepchecks' word on a column, by FeatureDrift and its condition as they come; in deepchecks' environment."""

from __future__ import annotations

import pandas as pd
from deepchecks.tabular import Dataset
from deepchecks.tabular.checks import FeatureDrift

from peers import verdicts


def judge(reference: pd.DataFrame, current: pd.DataFrame, kind: str) -> verdicts.Word:
    """Whether the condition on the score holds; a column without a score was left out."""
    categorical = {"categorical": ["c"], "numeric": []}.get(kind)
    sides = [Dataset(frame, cat_features=categorical) for frame in (reference, current)]
    said = FeatureDrift().add_condition_drift_score_less_than().run(*sides, with_display=False)
    if said.value.get("c", {}).get("Drift score") is None:
        return "left out"
    return "none" if said.passed_conditions() else "drift"


if __name__ == "__main__":
    verdicts.main(judge, "deepchecks")
