"""Write the benchmarks' rows as Parquet: `python -m write_rows pair|folder ROWS FOLDER`; see data.py."""

from __future__ import annotations

import sys
from pathlib import Path

from frames import add_targets, make_frames

TARGETS = ["y_reg", "p_reg", "y_cls", "p_cls", "proba_cls"]
ROWS_PER_FILE = 1_000_000


def write_pair(rows: int, target: Path) -> None:
    """Features and targets of both sides; the model does worse on the current one."""
    for side, frame in zip(("reference", "current"), make_frames(rows), strict=True):
        frame.to_parquet(target / f"{side}.parquet", index=False)
        targets = add_targets(frame, worse=side == "current")[TARGETS]
        targets.to_parquet(target / f"{side}_targets.parquet", index=False)


def write_folder(rows: int, target: Path) -> None:
    """Reference rows, a million from each seed, so that memory does not grow with `rows`."""
    for number, start in enumerate(range(0, rows, ROWS_PER_FILE)):
        frame, _ = make_frames(min(ROWS_PER_FILE, rows - start), seed=number)
        frame.to_parquet(target / f"part_{number:04d}.parquet", index=False)


if __name__ == "__main__":
    WRITERS = {"pair": write_pair, "folder": write_folder}
    WRITERS[sys.argv[1]](int(sys.argv[2]), Path(sys.argv[3]))
