"""One server to a data directory."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from barograph.store.errors import InUse, StoreUnavailable

LOCK_NAME = "barograph.lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a data directory until the end of the block, or of the process.

    Processes started within the block share it without asking: the server holds it for its worker.

    Parameters
    ----------
    folder : the data directory; it must exist.

    Raises
    ------
    InUse
        Where another server holds it, with its process id.
    StoreUnavailable
        Where the lock file cannot be written.
    """
    told = (
        f"the data directory {str(folder)!r} is used by another server, process {{}}. Stop that one, or give this one "
        "a directory of its own with --data."
    )
    with held(folder / LOCK_NAME, told):
        yield


@contextmanager
def held(path: Path, told: str) -> Iterator[None]:
    """Hold a lock file until the end of the block, or of the process.

    Raises
    ------
    InUse
        Where another process holds it: `told`, with its id in place of ``{}``.
    StoreUnavailable
        Where the file cannot be written.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        folder = str(path.parent)
        raise StoreUnavailable(f"cannot write in the data directory {folder!r}: {error.strerror}.") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip() or "unknown"
            raise InUse(told.format(holder)) from error
        # The file stays when the lock goes: removing it could take it from under a process that is starting.
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def is_locked(folder: Path) -> bool:
    """Whether a server holds the data directory now."""
    try:
        with locked(folder):
            return False
    except InUse:
        return True
