"""A secret key in a file of the data directory, made where it is missing."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from barograph.store.errors import StoreUnavailable

KEY_BYTES: Final = 32


def kept_key(path: Path) -> bytes:
    """The key in a file, readable by its owner alone; made at the first call.

    Raises
    ------
    StoreUnavailable
        Where it can be neither read nor made.
    """
    try:
        if not path.exists():
            _make_key(path)
        return path.read_bytes()
    except OSError as error:
        raise StoreUnavailable(f"the key {str(path)!r} can be neither read nor made ({error}).") from error


def renewed_key(path: Path) -> bytes:
    """Put another key in the place of the one in a file: what was made with the old one is worth nothing now.

    Raises
    ------
    StoreUnavailable
        Where it cannot be written.
    """
    try:
        name = _new_key(path.parent)
        name.replace(path)
        return path.read_bytes()
    except OSError as error:
        raise StoreUnavailable(f"the key {str(path)!r} cannot be replaced ({error}).") from error


def _make_key(path: Path) -> None:
    name = _new_key(path.parent)
    try:
        # A link is made only where there is none: of two processes that start at once, one key stays.
        with suppress(FileExistsError):
            os.link(name, path)
    finally:
        name.unlink()


def _new_key(folder: Path) -> Path:
    """A file with a new key, on the disk."""
    handle, name = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(os.urandom(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        Path(name).unlink()
        raise
    return Path(name)
