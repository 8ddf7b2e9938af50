"""What a tool says of the column c of many pairs of frames: one word a pair, as a JSON line.

Standard library and pandas only: this file also runs inside every peer's own environment.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import pandas as pd

Word = Literal["drift", "none", "left out"]
#: Reference, current, and the kind of c: `numeric`, `categorical`, or empty where the tool is to find out.
Judge = Callable[[pd.DataFrame, pd.DataFrame, str], Word]


def judged(judge: Judge, folder: Path) -> dict[str, list[str]]:
    """Words by situation; `folder` holds situation/draw/{reference,current}.parquet and situation/kind."""
    words: dict[str, list[str]] = {}
    for situation in sorted(path for path in folder.iterdir() if path.is_dir()):
        kind = (situation / "kind").read_text()
        for draw in sorted(path for path in situation.iterdir() if path.is_dir()):
            sides = (pd.read_parquet(draw / f"{side}.parquet") for side in ("reference", "current"))
            words.setdefault(situation.name, []).append(_word(judge, *sides, kind))
    return words


def main(judge: Judge, package: str) -> None:
    """Command line of a runner: `RUNNER FOLDER`."""
    words = judged(judge, Path(sys.argv[1]))
    print(json.dumps({"words": words, "versions": {package: version(package)}}))


def _word(judge: Judge, reference: pd.DataFrame, current: pd.DataFrame, kind: str) -> str:
    try:
        return judge(reference, current, kind)
    except Exception as error:  # noqa: BLE001 -- whatever a tool raises is its answer, and is shown
        return type(error).__name__
