"""The files of a moment: linked, so that nothing done to their folder later touches them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

#: Folders of files that are written once and never changed.
FOLDERS = ("lake", "ids")
#: Single files beside them: keys, without which what was hashed before does not match what is hashed later.
_SINGLE = "*.key"


def link_files(data: Path, into: Path) -> None:
    """Link the files of the lake, the runs of ids and the keys of a data directory into a folder.

    Of a Delta table its log comes first: whatever a commit names was there before it.
    """
    for path in _files(data):
        to = into / path.relative_to(data)
        to.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(path, to)
        except FileNotFoundError:
            # Cleaned away since it was listed: no table and no manifest names it any more.
            continue
        except OSError:
            # Another file system, or one without links.
            shutil.copyfile(path, to)


def _files(data: Path) -> Iterator[Path]:
    yield from sorted(data.glob(_SINGLE))
    for name in FOLDERS:
        yield from _below(data / name)


def _below(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir(), key=lambda path: (path.name != "_delta_log", path.name)):
        if path.is_dir():
            yield from _below(path)
        else:
            yield path
