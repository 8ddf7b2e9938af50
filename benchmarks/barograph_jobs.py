"""Barograph on the same rows as the peers; each job runs in a fresh process.

python -m barograph_jobs drift .data/pair_1000000
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TypeAlias

import pandas as pd
import polars as pl

import barograph as bg
import stopwatch

REGRESSION = ("y_reg", "p_reg")
BINARY = ("y_cls", "p_cls", "proba_cls")
Rows: TypeAlias = pd.DataFrame | pl.DataFrame | Path
Infer = Callable[[Rows], bg.Schema]
#: Loaded before the clock starts, as every tool's imports are; Barograph loads its parts on first use.
PARTS = ("barograph.api", "barograph.report.report", "scipy.special")
WINDOWS = 20
START = pd.Timestamp("2024-01-01", tz="UTC")


def _load(folder: Path, side: str, *, features: bool = True, targets: tuple[str, ...] = ()) -> pd.DataFrame:
    parts = []
    if features:
        parts.append(pd.read_parquet(folder / f"{side}.parquet"))
    if targets:
        parts.append(pd.read_parquet(folder / f"{side}_targets.parquet", columns=list(targets)))
    return pd.concat(parts, axis=1)


def _compared(
    reference: Rows, current: Rows, *, infer: Infer = bg.Schema.infer, every: str | None = None
) -> object:
    """From rows to the report's figures; what a user would type, with nothing prepared."""
    known = bg.profile(reference, infer(reference), every=every)
    return bg.compare(known, bg.profile(current, like=known, every=every)).to_dict()


def _drift(folder: Path) -> stopwatch.Work:
    reference, current = _load(folder, "reference"), _load(folder, "current")
    return lambda: _compared(reference, current)


def _drift_polars(folder: Path) -> stopwatch.Work:
    reference, current = (pl.read_parquet(folder / f"{side}.parquet") for side in ("reference", "current"))
    return lambda: _compared(reference, current)


def _performance(folder: Path, *, features: bool) -> stopwatch.Work:
    reference = _load(folder, "reference", features=features, targets=REGRESSION)
    current = _load(folder, "current", features=features, targets=REGRESSION)
    infer = partial(bg.Schema.infer, prediction="p_reg", label="y_reg", task="regression")
    return lambda: _compared(reference, current, infer=infer)


def _classification(folder: Path) -> stopwatch.Work:
    reference = _load(folder, "reference", features=False, targets=BINARY)
    current = _load(folder, "current", features=False, targets=BINARY)
    infer = partial(
        bg.Schema.infer, prediction="p_cls", score="proba_cls", label="y_cls", task="binary", positive="1"
    )
    return lambda: _compared(reference, current, infer=infer)


def _windows(folder: Path) -> stopwatch.Work:
    reference, current = _load(folder, "reference"), _load(folder, "current")
    for frame in (reference, current):
        frame["ts"] = START + pd.to_timedelta(pd.RangeIndex(len(frame)) * WINDOWS // len(frame), unit="h")
    infer = partial(bg.Schema.infer, timestamp="ts")
    return lambda: _compared(reference, current, infer=infer, every="1h")


def _parquet(folder: Path) -> stopwatch.Work:
    return lambda: _compared(folder / "reference.parquet", folder / "current.parquet")


def _read_parquet(folder: Path) -> stopwatch.Work:
    return lambda: [pl.read_parquet(folder / f"{side}.parquet") for side in ("reference", "current")]


JOBS: stopwatch.Jobs = {
    "drift": _drift,
    "drift_polars": _drift_polars,
    "performance": lambda folder: _performance(folder, features=False),
    "classification": _classification,
    "everything": lambda folder: _performance(folder, features=True),
    "windows": _windows,
    "parquet": _parquet,
    "read_parquet": _read_parquet,
}

if __name__ == "__main__":
    for part in PARTS:
        import_module(part)
    stopwatch.main(JOBS, packages=("barograph", "numpy", "pandas", "polars"))
