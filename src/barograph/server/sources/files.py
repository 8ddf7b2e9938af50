"""A folder of files as a source: each file is read once, and one that changes afterwards is told of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import polars as pl

from barograph.frames.files import FORMATS
from barograph.frames.source import source
from barograph.locale.said import say
from barograph.server.sources.forms import FilesForm
from barograph.server.sources.increment import Increment, Notice, SourceError
from barograph.store.sources import SeenFile

#: Rows of one frame.
BATCH_ROWS: Final = 100_000
_PIECE_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesReader:
    """Reads what is new in a folder.

    Attributes
    ----------
    seen : files that were read, by path.
    wall_ns : the machine's time, to which files' own times belong, ns since 1970.
    """

    form: FilesForm
    seen: Mapping[str, SeenFile]
    wall_ns: int

    def increments(self, cursor: Mapping[str, Any]) -> Iterator[Increment]:
        """Each new file, the oldest first; see `Reader`."""
        count = int(cursor.get("files", 0))
        for path, found in sorted(self._found().items(), key=lambda item: (item[1].modified_ns, item[0])):
            known = self.seen.get(path)
            if known is not None and (known.size_bytes, known.modified_ns) == (
                found.size_bytes,
                found.modified_ns,
            ):
                continue
            if self.wall_ns - found.modified_ns < self.form.settle_seconds * 1e9:
                continue
            count += 1
            file = replace(found, hash=_hash(Path(path)))
            yield self._increment(file, known, {"files": count})

    def _found(self) -> dict[str, SeenFile]:
        """Files there are, without their hashes."""
        root = Path(self.form.path)
        if not root.exists():
            raise SourceError(f"{str(root)!r} does not exist; expected a folder of files, or a file.")
        paths = [root] if root.is_file() else sorted(root.glob(self.form.pattern))
        return {str(p): _stat(p) for p in paths if _is_rows(p, root)}

    def _increment(self, file: SeenFile, known: SeenFile | None, cursor: Mapping[str, Any]) -> Increment:
        if known is not None:
            same = known.hash == file.hash
            kept = replace(file, rows=known.rows)
            return Increment(cursor=cursor, files=(kept,), notices=() if same else (_rewritten(file, known),))
        moved = next(
            (s for s in self.seen.values() if s.hash == file.hash and not Path(s.path).exists()), None
        )
        if moved is not None:
            return Increment(cursor=cursor, files=(replace(file, rows=moved.rows),))
        return Increment(cursor=cursor, frames=_frames(file), files=(file,))


def _is_rows(path: Path, root: Path) -> bool:
    """Whether a file holds rows; names that begin with a point or a line are those of files being written."""
    hidden = path != root and any(part.startswith((".", "_")) for part in path.relative_to(root).parts)
    return not hidden and path.suffix.lower() in FORMATS and path.is_file()


def _stat(path: Path) -> SeenFile:
    held = path.stat()
    return SeenFile(path=str(path), size_bytes=held.st_size, modified_ns=held.st_mtime_ns, hash="")


def _hash(path: Path) -> str:
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def _frames(file: SeenFile) -> Iterator[pl.DataFrame]:
    """A file's rows; a file that changes meanwhile is not taken."""
    path = Path(file.path)
    yield from source(path).batches(BATCH_ROWS)
    now = _stat(path)
    if (now.size_bytes, now.modified_ns) != (file.size_bytes, file.modified_ns):
        raise SourceError(
            f"{path.name!r} was changed while it was read; it will be read again once it rests."
        )


def _rewritten(file: SeenFile, known: SeenFile) -> Notice:
    name = Path(file.path).name
    return Notice(
        kind="file_rewritten",
        name=say(
            "{file} has other contents than when it was read; its {rows} rows count as they were",
            file=name,
            rows=f"{known.rows:,}",
        ),
        details={"path": file.path, "rows": known.rows, "before": known.hash, "after": file.hash},
        once=f"{file.path}:{file.hash}",
    )
