"""Synthetic reference and current frames shared by every benchmark.

    python benchmarks/frames.py 10000 100000 1000000

writes data/{ref,cur}_{n}.parquet and their targets beside this file.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

HERE = Path(__file__).parent
NUMERIC = [f"num_{i:02d}" for i in range(1, 15)]
CATEGORICAL = [f"cat_{i}" for i in range(1, 7)]
#: Columns drift is planted in; num_12 follows num_01.
DRIFTED = ["num_01", "num_04", "num_07", "num_10", "num_12", "cat_2", "cat_5"]
TARGETS = ["y_reg", "p_reg", "y_cls", "p_cls", "proba_cls"]


def zipf(k: int, exponent: float) -> NDArray[np.float64]:
    """Shares of k categories falling as rank to the power −exponent."""
    p = 1.0 / np.arange(1, k + 1) ** exponent
    return p / p.sum()


#: Categories of each column, and their shares without and with drift.
CATEGORIES: dict[str, list[str]] = {
    "cat_1": ["a", "b", "c"],
    "cat_2": ["red", "green", "blue", "white", "black"],
    "cat_3": [f"s{i:02d}" for i in range(12)],
    "cat_4": [f"region_{i:02d}" for i in range(50)],
    "cat_5": ["no", "yes"],
    "cat_6": [f"sku_{i:04d}" for i in range(500)],
}
STILL: dict[str, NDArray[np.float64]] = {
    "cat_1": np.array([0.6, 0.3, 0.1]),
    "cat_2": np.array([0.4, 0.25, 0.2, 0.1, 0.05]),
    "cat_3": zipf(12, 0.5),
    "cat_4": zipf(50, 1.0),
    "cat_5": np.array([0.8, 0.2]),
    "cat_6": zipf(500, 0.8),
}
MOVED: dict[str, NDArray[np.float64]] = STILL | {
    "cat_2": np.array([0.32, 0.25, 0.2, 0.15, 0.08]),
    "cat_5": np.array([0.74, 0.26]),
}


def numeric_columns(n: int, rng: np.random.Generator, *, drift: bool) -> dict[str, NDArray[np.generic]]:
    """The 14 numeric columns; the order of draws is part of the definition."""
    d = 1.0 if drift else 0.0
    c: dict[str, NDArray[np.generic]] = {}
    first = rng.normal(0.0 + 0.25 * d, 1.0, n)
    c["num_01"] = first
    c["num_02"] = rng.lognormal(1.0, 0.8, n)
    c["num_03"] = rng.exponential(3.0, n)
    c["num_04"] = rng.gamma(2.0, 2.0 * (1 + 0.15 * d), n)
    c["num_05"] = rng.uniform(0.0, 100.0, n)
    c["num_06"] = rng.beta(2.0, 5.0, n)
    left = rng.random(n) < (0.35 + 0.10 * d)
    c["num_07"] = np.where(left, rng.normal(-3, 0.7, n), rng.normal(2, 1.2, n))
    c["num_08"] = rng.standard_t(3, n)
    c["num_09"] = rng.poisson(4.0, n).astype("int64")
    x = rng.normal(50.0, 10.0 * (1 + 0.2 * d), n)
    x[rng.random(n) < (0.02 + 0.04 * d)] = np.nan
    c["num_10"] = x
    z = rng.gamma(1.5, 20.0, n)
    z[rng.random(n) < 0.6] = 0.0
    c["num_11"] = z
    c["num_12"] = 0.7 * first + 0.3 * rng.normal(0, 1, n)
    c["num_13"] = rng.integers(0, 24, n).astype("int64")
    y = rng.pareto(2.5, n) + 1.0
    y[rng.random(n) < 0.10] = np.nan
    c["num_14"] = y
    return c


def category_codes(n: int, rng: np.random.Generator, *, drift: bool) -> dict[str, NDArray[np.int64]]:
    """Codes of the 6 categorical columns; the order of draws is part of the definition."""
    shares = MOVED if drift else STILL
    codes = {}
    for name in CATEGORICAL:
        if name == "cat_5":
            codes[name] = (rng.random(n) < (0.20 + 0.06 * (1.0 if drift else 0.0))).astype(np.int64)
        else:
            codes[name] = rng.choice(len(shares[name]), n, p=shares[name])
    return codes


def make_frames(n: int, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Reference and current frames of n rows each; the same (n, seed) always gives the same values."""
    return _frame(n, np.random.default_rng([seed, 0, n]), drift=False), _frame(
        n, np.random.default_rng([seed, 1, n]), drift=True
    )


def add_targets(frame: pd.DataFrame, seed: int = 0, worse: bool = False) -> pd.DataFrame:
    """Add y_reg, p_reg (regression) and y_cls, p_cls, proba_cls (binary); `worse` degrades the model."""
    n = len(frame)
    rng = np.random.default_rng([seed, 7 + int(worse), n])
    yes = np.where(frame["cat_5"] == "yes", 2.0, 0.0)
    signal = (3.0 * frame["num_01"] + 0.5 * frame["num_04"] + 0.02 * frame["num_05"] + yes).to_numpy(float)
    out = frame.copy()
    out["y_reg"] = signal + rng.normal(0, 1.0, n)
    out["p_reg"] = (
        signal + rng.normal(0, 0.5, n) - (1.0 * (frame["num_05"].to_numpy() > 80) if worse else 0.0)
    )
    proba = 1.0 / (1.0 + np.exp(-(signal - 3.0)))
    out["y_cls"] = (rng.random(n) < proba).astype("int64")
    noise = 1.2 if worse else 0.5
    out["proba_cls"] = 1.0 / (1.0 + np.exp(-(signal - 3.0 + rng.normal(0, noise, n))))
    out["p_cls"] = (out["proba_cls"] >= 0.5).astype("int64")
    return out


def paths(n: int) -> tuple[Path, Path]:
    """Parquet files of the frames of n rows."""
    return HERE / "data" / f"ref_{n}.parquet", HERE / "data" / f"cur_{n}.parquet"


def targets_path(path: Path) -> Path:
    """Parquet file of the targets that go with a frame's file, in the same row order."""
    return path.with_name(f"{path.stem}_targets.parquet")


def write(n: int) -> None:
    """Write both frames of n rows and their targets."""
    for frame, path, worse in zip(make_frames(n), paths(n), (False, True), strict=True):
        path.parent.mkdir(exist_ok=True)
        frame.to_parquet(path, index=False)
        add_targets(frame, worse=worse)[TARGETS].to_parquet(targets_path(path), index=False)
        print(path, frame.shape, f"{path.stat().st_size / 1e6:.1f} MB", flush=True)


def load(n: int, *, targets: bool = False) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read both frames of n rows, with targets if asked."""
    frames = []
    for path in paths(n):
        frame = pd.read_parquet(path)
        frames.append(pd.concat([frame, pd.read_parquet(targets_path(path))], axis=1) if targets else frame)
    return frames[0], frames[1]


def _frame(n: int, rng: np.random.Generator, *, drift: bool) -> pd.DataFrame:
    columns: dict[str, object] = dict(numeric_columns(n, rng, drift=drift))
    for name, codes in category_codes(n, rng, drift=drift).items():
        columns[name] = np.array(CATEGORIES[name], dtype=object)[codes]
    return pd.DataFrame(columns)[NUMERIC + CATEGORICAL]


if __name__ == "__main__":
    for rows in [int(a) for a in sys.argv[1:]] or [10_000, 100_000, 1_000_000]:
        write(rows)
