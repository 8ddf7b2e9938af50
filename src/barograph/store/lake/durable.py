"""Files that are on the disk when they are said to be."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

import polars as pl

_COMPRESSION_LEVEL: Final = 3
#: Rows read and written together; a reader by id skips nothing inside a day, so few large groups are best.
_GROUP_ROWS: Final = 1 << 17
_PARQUET_END: Final = b"PAR1"


def sync_file(path: Path) -> None:
    """Return when a file's content is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


#: The names in a folder are synced the same way.
sync_folder = sync_file


def make_folder(path: Path) -> None:
    """Make a folder and those above it, each entered in the one above it on the disk."""
    missing = [p for p in (path, *path.parents) if not p.exists()]
    path.mkdir(parents=True, exist_ok=True)
    for made in reversed(missing):
        sync_folder(made.parent)


def write_parquet(frame: pl.DataFrame, path: Path) -> int:
    """Write a Parquet file, synced with its name in the folder; returns its size in bytes.

    Raises
    ------
    OSError
        Where it could not be written whole; nothing of it is left, so that a full disk is not filled by trying again.
    """
    try:
        frame.write_parquet(
            path, compression="zstd", compression_level=_COMPRESSION_LEVEL, row_group_size=_GROUP_ROWS
        )
        sync_file(path)
        sync_folder(path.parent)
        return path.stat().st_size
    except (pl.exceptions.PolarsError, OSError) as error:
        path.unlink(missing_ok=True)
        raise OSError(str(error)) from error


def sync_commits(log: Path, versions: range) -> None:
    """Sync commits of a Delta log, and the names in it."""
    for version in versions:
        path = log / f"{version:020}.json"
        if path.exists():
            sync_file(path)
    sync_folder(log)


def sync_checkpoint(log: Path, version: int) -> None:
    """Sync a checkpoint of a Delta log, then the name that points to it."""
    for path in (*log.glob(f"{version:020}.checkpoint*.parquet"), log / "_last_checkpoint"):
        sync_file(path)
    sync_folder(log)


def checkpointed(log: Path) -> int:
    """Version of the latest checkpoint of a Delta log; 0 where there is none."""
    try:
        return int(json.loads((log / "_last_checkpoint").read_bytes())["version"])
    except (FileNotFoundError, ValueError, KeyError):
        return 0


def mend(log: Path) -> None:
    """Take back what a loss of power left half written at the end of a Delta log.

    Notes
    -----
    Commits and checkpoints are written by delta-rs, which does not sync them. Rows leave Barograph's own log after
    a commit was synced, so one that is torn holds nothing that is not still there.
    """
    commits = sorted(p for p in log.glob("*.json") if p.stem.isdigit())
    if len(commits) > 1 and _is_torn(commits[-1]):
        commits[-1].unlink()
        sync_folder(log)
    checkpoints = sorted(log.glob("*.checkpoint*.parquet"))
    if checkpoints and not _ends_as_parquet(checkpoints[-1]):
        checkpoints[-1].unlink()
        (log / "_last_checkpoint").unlink(missing_ok=True)
        sync_folder(log)


def _is_torn(commit: Path) -> bool:
    lines = commit.read_bytes().splitlines()
    try:
        return not [json.loads(line) for line in lines if line]
    except ValueError:
        return True


def _ends_as_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - len(_PARQUET_END), 0))
        return file.read() == _PARQUET_END
