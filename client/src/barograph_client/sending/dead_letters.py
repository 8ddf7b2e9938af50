"""The file of batches that were refused for good, so that no row vanishes without a trace."""

from __future__ import annotations

import base64
import json
import os
import threading
from pathlib import Path

from barograph_client.wire.batch import Batch


class DeadLetters:
    """Appends refused batches to a file, one a line; its owner alone may read it.

    A line holds `at_us`, `why` and what the batch was: `path`, `key`, `kind`, `rows`, `model`, `version`, `encoding`,
    and `body` in base64.

    Parameters
    ----------
    path : the file; empty: none is kept.
    limit_bytes : the file grows to this.
    """

    def __init__(self, path: str, limit_bytes: int) -> None:
        self._path = Path(path) if path else None
        self._limit_bytes = limit_bytes
        self._lock = threading.Lock()

    def keep(self, batch: Batch, why: str, at_us: int) -> bool:
        """Write a batch down; False where no file is kept or it is full.

        Raises
        ------
        OSError
            The file cannot be written.
        """
        if self._path is None:
            return False
        about = {
            "at_us": at_us,
            "why": why,
            "path": batch.path,
            "key": batch.key,
            "kind": batch.kind,
            "rows": batch.rows,
            "model": batch.model,
            "version": batch.version,
            "encoding": batch.encoding,
            "body": base64.b64encode(batch.body).decode(),
        }
        line = json.dumps(about).encode() + b"\n"
        with self._lock:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
            with os.fdopen(os.open(self._path, flags, 0o600), "ab") as file:
                if file.tell() + len(line) > self._limit_bytes:
                    return False
                file.write(line)
        return True


def read_dead_letters(path: str | Path) -> list[tuple[str, Batch]]:
    """Refused batches of a file, each with the reason; a torn last line is passed over.

    Raises
    ------
    OSError
        The file cannot be read.
    """
    found = []
    for line in Path(path).read_bytes().splitlines():
        try:
            held = json.loads(line)
        except ValueError:
            continue
        names = ("path", "key", "kind", "rows", "model", "version", "encoding")
        body = base64.b64decode(held["body"])
        found.append((str(held["why"]), Batch(body=body, **{name: held[name] for name in names})))
    return found
