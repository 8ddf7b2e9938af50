"""Barograph's word on a column, as it comes."""

from __future__ import annotations

import pandas as pd

import barograph as bg
from peers import verdicts


def judge(reference: pd.DataFrame, current: pd.DataFrame, kind: str) -> verdicts.Word:
    """What the report says of the column."""
    known = bg.profile(reference, bg.Schema.infer(reference, kinds={"c": kind} if kind else None))
    columns = bg.compare(known, bg.profile(current, like=known)).to_dict()["drift"]["columns"]
    if "c" not in columns:
        return "left out"
    return "drift" if columns["c"]["detected"] else "none"


if __name__ == "__main__":
    verdicts.main(judge, "barograph")
