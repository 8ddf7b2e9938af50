"""The model called on rows whose values were repaired."""

from __future__ import annotations

import polars as pl

from barograph.explain.actions.answers import (
    Predict,
    answered,
    features,
    logged_threshold,
    score_of,
    taken,
    with_scores,
)
from barograph.explain.evidence import Bools, Evidence, Floats
from barograph.explain.repaired import Rescore
from barograph.metrics.values import Undefined


def rescorer(evidence: Evidence, predict: Predict) -> Rescore:
    """The loss of repaired rows under the model's new answers; a score is answered from the threshold in use."""
    rows, schema = evidence.sides[1].sampled.outcome, evidence.profiles[1].schema
    threshold = logged_threshold(rows, schema)

    def rescore(frame: pl.DataFrame, hit: Bools) -> Floats | None:
        given = features(frame, schema)
        if isinstance(given, Undefined):
            return None
        found = answered(taken(rows, hit), predict(given))
        if isinstance(found, Undefined):
            return None
        score = score_of(found)
        return evidence.loss.of_rows(found if score is None else with_scores(found, score, threshold))

    return rescore
