"""A file of entries sorted by word: written once, read through memory maps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from barograph.store.errors import Damaged
from barograph.store.ids.entries import Entries, together
from barograph.store.ids.keys import Keys
from barograph.store.lake.durable import sync_file, sync_folder

_MAGIC: Final = b"barograph ids 1\n"
_HEAD_BYTES: Final = 32
#: The columns lie one after the other, so that a search touches words alone.
_COLUMNS: Final = (
    ("words", "<u8"),
    ("checks", "<u4"),
    ("rows", "<i4"),
    ("payloads", "<u4"),
    ("days", "<i4"),
    ("versions", "<i4"),
)
ENTRY_BYTES: Final = sum(np.dtype(kind).itemsize for _, kind in _COLUMNS)
#: Entries merged at a time, of all files together.
_MERGED_AT_ONCE: Final = 1 << 20

Keep = Callable[[Entries], NDArray[np.bool_]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """An open file; its entries are read from the disk where they are looked at."""

    path: Path
    entries: Entries

    def __len__(self) -> int:
        return len(self.entries)


def open_run(path: Path, entries: int) -> Run:
    """Open a file of so many entries.

    Raises
    ------
    Damaged
        Where it is not there, or not whole.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        size = path.stat().st_size
    except OSError as error:
        raise Damaged(f"the file of ids {str(path)!r} cannot be read ({error}). {_REBUILD}") from error
    if head != _head(entries) or size != _HEAD_BYTES + entries * ENTRY_BYTES:
        raise Damaged(f"the file of ids {str(path)!r} is not whole. {_REBUILD}")
    return Run(path=path, entries=_mapped(path, entries))


_REBUILD: Final = "It is made again from the lake: barograph rebuild."


def write_run(path: Path, entries: Entries) -> None:
    """Write entries, in any order, to a file, synced with its name in the folder."""
    inside = entries.sorted()
    with path.open("xb") as file:
        file.write(_head(len(inside)))
        for values in _columns_of(inside).values():
            _write_array(file, values)
    sync_file(path)
    sync_folder(path.parent)


def merge_runs(path: Path, runs: Sequence[Run], keep: Keep | None = None) -> int:
    """Merge files into one, the entries of earlier ones first where words are equal; returns its entries.

    Parameters
    ----------
    keep : True for entries to be kept, asked about a part at a time.

    Notes
    -----
    Memory: about 150 MB, however large the files are, beside the system's cache of them.
    """
    total = sum(len(_kept(part, keep)) for part in _merged(runs)) if keep else sum(map(len, runs))
    with path.open("xb") as file:
        file.write(_head(total))
        done = 0
        # Not through a map: on a full disk writing to one kills the process.
        for part in _merged(runs):
            kept = _kept(part, keep)
            for name, offset, kind in _layout(total):
                file.seek(offset + done * np.dtype(kind).itemsize)
                _write_array(file, _columns_of(kept)[name])
            done += len(kept)
    sync_file(path)
    sync_folder(path.parent)
    return total


def _layout(entries: int) -> Iterator[tuple[str, int, str]]:
    """Name, place and type of each column of a file."""
    offset = _HEAD_BYTES
    for name, kind in _COLUMNS:
        yield name, offset, kind
        offset += entries * np.dtype(kind).itemsize


def _merged(runs: Sequence[Run]) -> Iterator[Entries]:
    """The entries of all, in order, a range of words at a time."""
    largest = max(runs, key=len)
    # Hashes are spread alike in all files, so that steps through one cut all of them.
    step = max(_MERGED_AT_ONCE * len(largest) // max(sum(map(len, runs)), 1), 1)
    bounds = largest.entries.keys.words[step::step]
    starts = [0] * len(runs)
    for bound in [*bounds, None]:
        ends = [
            len(run) if bound is None else int(np.searchsorted(run.entries.keys.words, bound)) for run in runs
        ]
        parts = [run.entries[a:b] for run, a, b in zip(runs, starts, ends, strict=True)]
        yield together(parts).sorted()
        starts = ends


def _kept(part: Entries, keep: Keep | None) -> Entries:
    return part if keep is None else part[keep(part)]


def _head(entries: int) -> bytes:
    return (_MAGIC + entries.to_bytes(8, "little")).ljust(_HEAD_BYTES, b"\0")


def _write_array(file: BinaryIO, values: NDArray[Any]) -> None:
    file.write(np.ascontiguousarray(values).tobytes())


def _columns_of(entries: Entries) -> dict[str, Any]:
    keys = entries.keys
    return {
        "words": keys.words, "checks": keys.checks, "rows": keys.rows,
        "payloads": entries.payloads, "days": entries.days, "versions": entries.versions,
    }  # fmt: skip


def _mapped(path: Path, entries: int) -> Entries:
    """The columns as views of one map: the system allows some ten thousand maps a process."""
    whole = np.memmap(path, dtype=np.uint8, mode="r")
    columns = {
        name: whole[offset : offset + entries * np.dtype(kind).itemsize].view(kind)
        for name, offset, kind in _layout(entries)
    }
    keys = Keys(words=columns["words"], checks=columns["checks"], rows=columns["rows"])
    return Entries(
        keys=keys, payloads=columns["payloads"], days=columns["days"], versions=columns["versions"]
    )
