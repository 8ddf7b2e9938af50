"""A stored part as bytes: canonical content, compressed."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any, Final

import numpy as np
import zstandard

from barograph.profile.codec import decode, encode
from barograph.profile.value import Cell
from barograph.store.profiles.part import CrossSums, Part

# Its integers are small but hardly repeat: higher levels take ten times as long and give 2 % at best.
_LEVEL: Final = 1
_NO_TIME: Final = -(1 << 63)
# Compressors may not be shared by threads.
_own = threading.local()


def encoded(part: Part) -> bytes:
    """The bytes of a part; equal parts give equal bytes."""
    names = list(dict.fromkeys(cell.segment for cell in part.cells))
    position = {name: i for i, name in enumerate(names)}
    segments = np.array([position[cell.segment] for cell in part.cells], np.int64)
    windows = np.array([_NO_TIME if c.window is None else c.window for c in part.cells], np.int64)
    # As steps: a day's windows then take one byte each.
    steps = np.diff(windows, prepend=0) if len(windows) else windows
    record = part.record.sums if isinstance(part.record, CrossSums) else part.record
    body: bytes = _packer().compress(encode((names, segments, steps, record)))
    return body


def decoded(body: bytes) -> Part:
    """Inverse of `encoded`."""
    names, segments, steps, record = decode(_unpacker().decompress(body))
    cells = _cells(names, tuple(segments.tolist()), tuple(np.cumsum(steps).tolist()))
    return Part(cells=cells, record=CrossSums(sums=record) if isinstance(record, np.ndarray) else record)


@lru_cache(maxsize=64)
def _cells(names: tuple[str, ...], segments: tuple[int, ...], windows: tuple[int, ...]) -> tuple[Cell, ...]:
    """Cells of a part; remembered, as all columns of a day have the same."""
    return tuple(Cell(names[s], None if w == _NO_TIME else w) for s, w in zip(segments, windows, strict=True))


def _packer() -> Any:
    if not hasattr(_own, "packer"):
        _own.packer = zstandard.ZstdCompressor(level=_LEVEL)
    return _own.packer


def _unpacker() -> Any:
    if not hasattr(_own, "unpacker"):
        _own.unpacker = zstandard.ZstdDecompressor()
    return _own.unpacker
