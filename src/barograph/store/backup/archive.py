"""The archive: a tar file compressed with zstd, written and read as a stream."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

import zstandard

from barograph.errors import BarographError
from barograph.store.backup.manifest import MANIFEST_NAME, Manifest, read_manifest, write_manifest
from barograph.store.errors import Conflict, Damaged, NotFound, StoreUnavailable

_PIECE = 1 << 20
_LEVEL = 3
#: Called with the bytes done and their number, None where it is not known.
Progress = Callable[[int, int | None], None]


class _Hashing:
    """A stream that is read from while its bytes are hashed and counted."""

    def __init__(self, inner: IO[bytes], progress: Callable[[int], None]) -> None:
        self._inner, self._progress = inner, progress
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._inner.read(size)
        self.digest.update(piece)
        self._progress(len(piece))
        return piece


class Writer:
    """Adds files to an archive, and remembers what each was."""

    def __init__(self, tar: tarfile.TarFile, progress: Progress) -> None:
        self._tar, self._report = tar, progress
        self._done = 0
        self.files: dict[str, tuple[int, str]] = {}

    def add(self, name: str, path: Path) -> None:
        """Add the bytes of a file, of the length it has now."""
        with path.open("rb") as stream:
            entry = tarfile.TarInfo(name)
            entry.size = os.fstat(stream.fileno()).st_size
            entry.mode = 0o600
            hashed = _Hashing(stream, self._count)
            self._tar.addfile(entry, hashed)
        self.files[name] = (entry.size, hashed.digest.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        """Add the manifest, after which nothing may come."""
        text = write_manifest(manifest)
        entry = tarfile.TarInfo(MANIFEST_NAME)
        entry.size = len(text)
        self._tar.addfile(entry, io.BytesIO(text))

    def _count(self, size: int) -> None:
        self._done += size
        self._report(self._done, None)


@contextmanager
def written(path: Path, progress: Progress) -> Iterator[Writer]:
    """An archive to be written; it has its name once it is complete and on the disk.

    Raises
    ------
    Conflict
        Where there is a file of that name.
    StoreUnavailable
        Where it cannot be written.
    """
    if path.exists():
        raise Conflict(f"{str(path)!r} is there already; give the backup another name.")
    unfinished = path.with_name(path.name + ".part")
    try:
        with unfinished.open("xb") as file:
            os.fchmod(file.fileno(), 0o600)
            with (
                zstandard.ZstdCompressor(level=_LEVEL, threads=-1).stream_writer(
                    file, closefd=False
                ) as packed,
                tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
            ):
                yield Writer(tar, progress)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    except FileExistsError as error:
        told = f"{str(unfinished)!r} is left of a backup that was cut short; remove it."
        raise Conflict(told) from error
    except BaseException as error:
        unfinished.unlink(missing_ok=True)
        if isinstance(error, OSError) and not isinstance(error, BarographError):
            told = f"the backup {str(path)!r} cannot be written: {error.strerror}."
            raise StoreUnavailable(told) from error
        raise


def unpacked(path: Path, folder: Path, progress: Progress) -> Manifest:
    """Unpack an archive into a folder, check that it is what was written, and return once it is on the disk.

    Raises
    ------
    NotFound
        Where there is no such file.
    Damaged
        Where it is no backup, cut short, or not what was written.
    """
    if not path.is_file():
        raise NotFound(f"no backup at {str(path)!r}; make one with `barograph backup`.")
    found: dict[str, tuple[int, str]] = {}
    manifest, done = None, 0
    try:
        with (
            path.open("rb") as file,
            zstandard.ZstdDecompressor().stream_reader(file) as packed,
            tarfile.open(fileobj=packed, mode="r|") as tar,
        ):
            for entry in tar:
                stream = _regular(tar, entry)
                if entry.name == MANIFEST_NAME:
                    manifest = read_manifest(stream.read(entry.size))
                    continue
                found[entry.name] = _unpack(stream, entry.name, folder)
                done += found[entry.name][0]
                progress(done, None)
    except (tarfile.TarError, zstandard.ZstdError, EOFError) as error:
        raise Damaged(f"{str(path)!r} is no backup, or is damaged ({error}); use another.") from error
    if manifest is None:
        raise Damaged(f"{str(path)!r} was cut short: its manifest is missing. Use another backup.")
    other = sorted(set(found.items()) ^ set(manifest.files.items()))
    if other:
        raise Damaged(
            f"{str(path)!r} is damaged: {other[0][0]!r} is not what was written. Use another backup."
        )
    return manifest


class _Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


def _regular(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> _Readable:
    """The content of a regular file with a name below the folder; anything else was not written by us."""
    name = PurePosixPath(entry.name)
    stream = tar.extractfile(entry) if entry.isfile() else None
    if stream is None or name.is_absolute() or ".." in name.parts:
        raise Damaged(f"the archive holds {entry.name!r}, which is no file of a backup; use another.")
    return stream


def _unpack(stream: _Readable, name: str, folder: Path) -> tuple[int, str]:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as file:
        # Raw rows and a key are among them, and the directory may be open to others.
        os.fchmod(file.fileno(), 0o600)
        while piece := stream.read(_PIECE):
            digest.update(piece)
            size += len(piece)
            file.write(piece)
    return size, digest.hexdigest()
