"""whylogs' word on a column, by its drift scores with their own limits; runs inside whylogs' environment."""

from __future__ import annotations

import pandas as pd
import whylogs as why
from whylogs.viz.drift.column_drift_algorithms import calculate_drift_scores

from peers import verdicts


def judge(reference: pd.DataFrame, current: pd.DataFrame, _kind: str) -> verdicts.Word:
    """DRIFT is drift; POSSIBLE_DRIFT is not counted. whylogs finds kinds out by itself."""
    known, seen = (why.log(pandas=frame).view() for frame in (reference, current))
    score = calculate_drift_scores(target_view=seen, reference_view=known, with_thresholds=True)["c"]
    if score is None:
        return "left out"
    return "drift" if score["drift_category"] == "DRIFT" else "none"


if __name__ == "__main__":
    verdicts.main(judge, "whylogs")
