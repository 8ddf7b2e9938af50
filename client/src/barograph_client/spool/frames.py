"""Frames: `BGF1`, length, CRC-32, payload. A damaged stretch is stepped over to the next whole frame."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Final, NamedTuple

_MAGIC: Final = b"BGF1"
_HEAD: Final = struct.Struct("<4sII")


class Found(NamedTuple):
    """A payload, None where the stretch is damaged, and where the next frame begins."""

    payload: bytes | None
    end: int


def framed(payload: bytes) -> bytes:
    """A payload as it lies in a segment.

    Examples
    --------
    >>> len(framed(b"abc"))
    15
    """
    return _HEAD.pack(_MAGIC, len(payload), zlib.crc32(payload)) + payload


def read_frame(path: Path, start: int) -> Found | None:
    """The frame that begins at a place; None at the file's end.

    Raises
    ------
    OSError
        The file cannot be read.
    """
    with path.open("rb") as file:
        file.seek(start)
        head = file.read(_HEAD.size)
        if not head:
            return None
        if len(head) == _HEAD.size:
            magic, length, crc = _HEAD.unpack(head)
            if magic == _MAGIC:
                payload = file.read(length)
                if len(payload) == length and zlib.crc32(payload) == crc:
                    return Found(payload, start + _HEAD.size + length)
        file.seek(start)
        return Found(None, start + _damaged(file.read()))


def _damaged(rest: bytes) -> int:
    """Bytes up to the next frame that is whole, or all of them."""
    place = rest.find(_MAGIC, 1)
    while place >= 0:
        if len(rest) >= place + _HEAD.size:
            _, length, crc = _HEAD.unpack_from(rest, place)
            payload = rest[place + _HEAD.size : place + _HEAD.size + length]
            if len(payload) == length and zlib.crc32(payload) == crc:
                return place
        place = rest.find(_MAGIC, place + 1)
    return len(rest)
