"""The files of a moment: linked, so that nothing done to their folder later touches them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path

#: Folders of files that are written once and never changed.
FOLDERS = ("lake", "ids")
#: The one file that is replaced: Delta's note of the latest checkpoint.
_REPLACED = "_last_checkpoint"
#: Single files beside them: keys, without which what was hashed before does not match what is hashed later.
_SINGLE = "*.key"


def link_files(data: Path, into: Path, known: Collection[str] = ()) -> set[str]:
    """Link the files of the lake, the runs of ids and the keys of a data directory into a folder.

    Of a Delta table its log comes first: whatever a commit names was there before it.

    Parameters
    ----------
    known : what an earlier call has linked, and is left as it is.

    Returns
    -------
    The names of all that is linked, below `data`.
    """
    linked = set(known)
    made: set[str] = set()
    for name in _names(data):
        if name in linked and not name.endswith(_REPLACED):
            continue
        linked.add(name)
        to, folder = into / name, name.rpartition("/")[0]
        if folder not in made:
            to.parent.mkdir(parents=True, exist_ok=True)
            made.add(folder)
        to.unlink(missing_ok=True)
        try:
            os.link(data / name, to)
        except FileNotFoundError:
            # Cleaned away since it was listed: no table and no manifest names it any more.
            continue
        except OSError:
            # Another file system, or one without links.
            shutil.copyfile(data / name, to)
    return linked


def _names(data: Path) -> Iterator[str]:
    yield from sorted(path.name for path in data.glob(_SINGLE))
    for folder in FOLDERS:
        yield from _below(data, folder)


def _below(data: Path, folder: str) -> Iterator[str]:
    try:
        with os.scandir(data / folder) as found:
            entries = sorted(found, key=lambda entry: (entry.name != "_delta_log", entry.name))
    except FileNotFoundError:
        return
    for entry in entries:
        name = f"{folder}/{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            yield from _below(data, name)
        else:
            yield name
