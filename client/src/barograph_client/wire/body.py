"""Bodies: compressed, and read again where one must be split."""

from __future__ import annotations

import json
import zlib
from typing import Final

#: Servers refuse what unpacks to 100 times its size; rows that repeat themselves go as they are.
_RATIO: Final = 50
_GZIP: Final = 31


def packed(raw: bytes) -> tuple[bytes, str]:
    """The body as it travels and its `Content-Encoding`, empty for none.

    Examples
    --------
    >>> packed(b"short")
    (b'short', '')
    """
    if len(raw) < 512:
        return raw, ""
    packer = zlib.compressobj(1, zlib.DEFLATED, _GZIP)
    small = packer.compress(raw) + packer.flush()
    return (small, "gzip") if len(small) * _RATIO > len(raw) else (raw, "")


def unpacked(body: bytes, encoding: str) -> bytes:
    """What `packed` was given."""
    return zlib.decompress(body, _GZIP) if encoding == "gzip" else body


def halves(body: bytes, encoding: str) -> list[bytes]:
    """A body of columns, or of one list, as two of half the rows, not packed; empty where it cannot be halved.

    Examples
    --------
    >>> halves(b'{"columns":{"x":[1,2,3]}}', "")
    [b'{"columns":{"x":[1]}}', b'{"columns":{"x":[2,3]}}']
    """
    [(name, held)] = json.loads(unpacked(body, encoding)).items()
    columns: dict[str, list[object]] = held if isinstance(held, dict) else {"": held}
    rows = len(next(iter(columns.values()), []))
    if rows < 2:
        return []
    cuts = (slice(None, rows // 2), slice(rows // 2, None))
    parts = [{column: values[cut] for column, values in columns.items()} for cut in cuts]
    return [
        json.dumps({name: part if isinstance(held, dict) else part[""]}, separators=(",", ":")).encode()
        for part in parts
    ]
