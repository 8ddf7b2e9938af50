"""Tables as they are now, opened once for as long as nothing is committed to them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from deltalake import DeltaTable

from barograph.store.lake.delta import APPLICATION, opened

#: Tables that are held open; opening one reads its log again, some milliseconds.
_HELD: Final = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A table at its latest version.

    Attributes
    ----------
    table : to be read, never written: it is shared.
    moved : the last sequence number of the log whose rows it has; 0 for none.
    """

    table: DeltaTable
    moved: int


def snapshot(folder: Path) -> Snapshot | None:
    """The table in a folder; None where there is none yet."""
    commits = [path for path in (folder / "_delta_log").glob("*.json") if path.stem.isdigit()]
    if not commits:
        return None
    last = max(commits, key=lambda path: path.name)
    try:
        found = last.stat()
    except FileNotFoundError:
        # A torn commit was taken back meanwhile.
        return _open(folder)
    return _at(folder, last.name, (found.st_ino, found.st_size, found.st_mtime_ns))


@lru_cache(maxsize=_HELD)
def _at(folder: Path, _commit: str, _file: tuple[int, int, int]) -> Snapshot | None:
    return _open(folder)


def _open(folder: Path) -> Snapshot | None:
    table = opened(folder)
    if table is None:
        return None
    return Snapshot(table=table, moved=int(table.transaction_version(APPLICATION) or 0))
