"""Rows seen near the cursor, so that those read again are not counted again."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from barograph.server.sources.increment import SourceError

#: Hashes kept of rows within the overlap.
MOST_SEEN: Final = 500_000


def hash_of(row: Iterable[Any]) -> int:
    """64 bits of a row's values."""
    return int.from_bytes(hashlib.blake2b(repr(tuple(row)).encode(), digest_size=8).digest(), "little")


def packed(seen: Counter[int]) -> str:
    """Hashes as text, each as often as its row was seen.

    Raises
    ------
    SourceError
        Where there are too many to keep.

    Examples
    --------
    >>> unpacked(packed(Counter({7: 2, 9: 1})))
    Counter({7: 2, 9: 1})
    """
    hashes = np.sort(np.fromiter(seen.elements(), np.uint64))
    if len(hashes) > MOST_SEEN:
        raise SourceError(
            f"{len(hashes):,} rows lie within the overlap; at most {MOST_SEEN:,} are remembered. Make it shorter."
        )
    return base64.b64encode(zlib.compress(hashes.tobytes(), 1)).decode()


def unpacked(text: str) -> Counter[int]:
    """Read what `packed` wrote."""
    if not text:
        return Counter()
    return Counter(np.frombuffer(zlib.decompress(base64.b64decode(text)), np.uint64).tolist())
