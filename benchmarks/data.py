"""The benchmarks' rows on disk: made once, in a fresh process, then read by every runner."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import fresh

CACHE = Path(__file__).resolve().parent / ".data"


def pair(rows: int) -> Path:
    """Folder of {reference,current}.parquet, 20 features each, with {side}_targets.parquet beside them."""
    return _made("pair", rows)


def folder(rows: int) -> Path:
    """Folder of Parquet files of a million rows each, `rows` rows of 20 columns in all."""
    return _made("folder", rows)


def _made(what: str, rows: int) -> Path:
    target = CACHE / f"{what}_{rows}"
    if target.exists():
        return target
    unfinished = CACHE / f"{what}_{rows}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    print(f"making {target.name}", file=sys.stderr, flush=True)
    fresh.run(Path(sys.executable), "-m", "write_rows", what, str(rows), str(unfinished))
    return unfinished.rename(target)
