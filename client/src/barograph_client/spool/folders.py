"""Whose segments are whose: a folder for each process, and those that dead ones left.

`<spool>/<owner>/00000001.seg …` belongs to who holds `<spool>/<owner>.lock`. The lock is taken before the folder is
made, so that a folder without a holder is always one left behind.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from barograph_client.spool.lock import FolderLock, try_lock
from barograph_client.spool.segment import Segment

QUARANTINE = "quarantine"


@dataclass(slots=True)
class Owned:
    """A folder this process holds, and its segments not yet sent, oldest first."""

    path: Path
    lock: FolderLock
    segments: list[Segment] = field(default_factory=list)

    def remove(self) -> None:
        """Delete the empty folder and let go."""
        for segment in self.segments:
            segment.close()
        with contextlib.suppress(OSError):
            self.path.rmdir()
        self.lock.release()

    def abandon(self) -> None:
        """Forget all of it without touching a file: it is the parent's."""
        for segment in self.segments:
            segment.close()
        self.lock.abandon()


def own_folder(spool: Path) -> Owned:
    """A new folder of this process.

    Raises
    ------
    OSError
        It cannot be made.
    """
    spool.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{os.getpid()}-{os.urandom(6).hex()}"
    lock = try_lock(spool / f"{name}.lock")
    if lock is None:
        raise OSError(f"{spool / name}.lock cannot be locked; put the spool on a disk of this machine")
    folder = spool / name
    try:
        folder.mkdir(mode=0o700)
    except OSError:
        lock.release()
        raise
    return Owned(folder, lock)


def left_behind(spool: Path, held: set[Path]) -> list[Owned]:
    """Folders whose process is gone, now held by this one; oldest first.

    Parameters
    ----------
    held : folders this process holds already.
    """
    found = []
    for folder in _folders(spool):
        if folder in held:
            continue
        lock = try_lock(folder.with_name(folder.name + ".lock"))
        if lock is None:
            continue
        if not folder.is_dir():
            lock.release()
            continue
        segments = [Segment(path) for path in sorted(folder.glob("*.seg"))]
        owned = Owned(folder, lock, segments)
        if segments:
            found.append(owned)
        else:
            owned.remove()
    return sorted(found, key=lambda o: o.segments[0].path.stat().st_mtime)


def bytes_of_others(spool: Path, held: set[Path]) -> int:
    """Size of what other processes keep in the spool."""
    total = 0
    for folder in _folders(spool):
        if folder not in held:
            for path in folder.glob("*.seg"):
                with contextlib.suppress(OSError):
                    total += path.stat().st_size
    return total


def _folders(spool: Path) -> list[Path]:
    try:
        return sorted(p for p in spool.iterdir() if p.name != QUARANTINE and p.is_dir())
    except FileNotFoundError:
        return []
