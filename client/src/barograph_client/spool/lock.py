"""One owner a folder: a lock that the system lets go of when its process dies."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

elif sys.platform == "emscripten":

    def _take(descriptor: int) -> None:  # noqa: ARG001 # there is one process
        return

else:
    try:
        import fcntl
    except ImportError:

        def _take(descriptor: int) -> None:
            raise OSError(f"this system locks no files (descriptor {descriptor})")

    else:

        def _take(descriptor: int) -> None:
            # Of the open file, not of the process: closing another descriptor of the file lets go of nothing.
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FolderLock:
    """A lock held on a file."""

    __slots__ = ("_descriptor", "_path")

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Remove the file and let go."""
        with contextlib.suppress(OSError):
            self._path.unlink()
        self.abandon()
        if sys.platform == "win32":  # where no open file can be removed
            with contextlib.suppress(OSError):
                self._path.unlink()

    def abandon(self) -> None:
        """Close our descriptor only, once: after a fork the lock stays with the parent, which holds another."""
        # A number that was closed may be another file of the program by now.
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with contextlib.suppress(OSError):
                os.close(descriptor)


def try_lock(path: Path) -> FolderLock | None:
    """Take a lock, or None where another process holds it.

    Raises
    ------
    OSError
        The file cannot be made.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(descriptor)
    except OSError:
        os.close(descriptor)
        return None
    return FolderLock(path, descriptor)
