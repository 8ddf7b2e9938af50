"""A file of frames, written at its end and read from its start."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from barograph_client.spool.frames import Found, framed, read_frame


class Segment:
    """One file of a spool.

    Parameters
    ----------
    path : the file; made with `Segment.create` or left by an earlier process.
    """

    __slots__ = ("_descriptor", "_next", "path", "size")

    def __init__(self, path: Path, descriptor: int | None = None) -> None:
        self.path = path
        self.size = path.stat().st_size
        self._descriptor = descriptor
        self._next = 0

    @classmethod
    def create(cls, path: Path) -> Segment:
        """Make an empty one to write to, its name on disk.

        Raises
        ------
        OSError
            It cannot be made.
        """
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0)
        descriptor = os.open(path, flags, 0o600)
        _sync_folder(path.parent)
        return cls(path, descriptor)

    def append(self, payload: bytes) -> None:
        """Write a frame; it is on disk when this returns.

        Raises
        ------
        OSError
            It could not be written; nothing of it is left.
        """
        if self._descriptor is None:
            raise OSError(f"{self.path} is closed")
        data = framed(payload)
        try:
            written = 0
            while written < len(data):
                written += os.write(self._descriptor, data[written:])
            os.fsync(self._descriptor)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, self.size)
            raise
        self.size += len(data)

    def read(self) -> Found | None:
        """The oldest frame not yet passed; None: all are."""
        return read_frame(self.path, self._next) if self._next < self.size else None

    def damaged(self, found: Found) -> bytes:
        """The bytes of a damaged stretch."""
        with self.path.open("rb") as file:
            file.seek(self._next)
            return file.read(found.end - self._next)

    def advance(self, end: int) -> None:
        """Pass a frame; once all are passed, the file is emptied where it is being written."""
        self._next = end
        if self._next >= self.size and self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            self.size = self._next = 0

    def close(self) -> None:
        """No more is written."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with contextlib.suppress(OSError):
                os.close(descriptor)

    def remove(self) -> None:
        """Delete the file."""
        self.close()
        with contextlib.suppress(FileNotFoundError):
            self.path.unlink()


def _sync_folder(folder: Path) -> None:
    """A new name is on disk once its folder is; Windows has no such call."""
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
