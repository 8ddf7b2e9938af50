"""Profile a folder of Parquet files, timed: `python -m profile_folder folder PATH`; see memory.py.

Apart from the other jobs because they import pandas, whose memory would be counted here.
"""

from __future__ import annotations

from pathlib import Path

import barograph as bg
import stopwatch


def _folder(path: Path) -> stopwatch.Work:
    return lambda: bg.profile(path, bg.Schema.infer(path))


if __name__ == "__main__":
    stopwatch.main({"folder": _folder}, packages=("barograph", "numpy", "polars"))
