"""alibi-detect's word on a column, by TabularDrift at 5 %; runs inside alibi-detect's own environment."""

from __future__ import annotations

import pandas as pd
from alibi_detect.cd import TabularDrift

from peers import verdicts


def judge(reference: pd.DataFrame, current: pd.DataFrame, kind: str) -> verdicts.Word:
    """Numbers as they are; categories as codes over both sides, nulls a category of their own."""
    if not kind:
        return "left out"
    sides = [reference["c"], current["c"]]
    if kind == "categorical":
        levels = pd.unique(pd.concat(sides).dropna())
        codes = [pd.Categorical(side, categories=levels).codes for side in sides]
        sides = [pd.Series(code).replace(-1, len(levels)) for code in codes]
    before, after = (side.to_numpy(float)[:, None] for side in sides)
    counts = {0: None} if kind == "categorical" else None
    said = TabularDrift(before, p_val=0.05, categories_per_feature=counts).predict(after)
    return "drift" if said["data"]["is_drift"] else "none"


if __name__ == "__main__":
    verdicts.main(judge, "alibi-detect")
