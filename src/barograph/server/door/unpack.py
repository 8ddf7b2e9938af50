"""Packed bodies, unpacked as far as they may be and no further."""

from __future__ import annotations

import zlib
from typing import Final

import zstandard

from barograph.server.door.errors import malformed, too_large
from barograph.server.door.limits import Limits
from barograph.server.door.media import Packing
from barograph.server.errors import RequestRefused

_GZIP: Final = 16 + zlib.MAX_WBITS
#: Members or frames of one body; a packer writes one, `cat a.gz b.gz` a few.
_MEMBERS: Final = 100
_PIECE_BYTES: Final = 1 << 16
#: A frame that asks for more memory than this to be unpacked is refused: 2^27 is what `zstd --long` asks for.
_WINDOW_BYTES: Final = 1 << 27


def unpack(body: bytes, packing: Packing, limits: Limits, most_bytes: int) -> bytes:
    """Unpack a body; memory is bounded by what may come out, whatever goes in.

    Parameters
    ----------
    most_bytes : limit of the unpacked body, beside the ratio.

    Raises
    ------
    RequestRefused
        400 where the bytes are no such packing or end early; 413 where too much comes out.

    Examples
    --------
    >>> import gzip
    >>> unpack(gzip.compress(b"{}"), "gzip", Limits(), 10)
    b'{}'
    """
    if packing == "none":
        return body
    most = limits.unpacked_bytes(len(body), most_bytes)
    unpacked = _gunzip(body, most) if packing == "gzip" else _unzstd(body, most)
    if len(unpacked) > most:
        raise too_large(
            f"the body of {len(body):,} bytes unpacks to more than {most:,}; expected at most {most_bytes:,} bytes "
            f"and {limits.ratio} times its packed size. Send it in several.",
            limit="unpacked_bytes", most=most,
        )  # fmt: skip
    return unpacked


def _gunzip(body: bytes, most: int) -> bytes:
    parts: list[bytes] = []
    left, members, size = body, 0, 0
    while left:
        members += 1
        if members > _MEMBERS:
            raise malformed(f"the gzip body has more than {_MEMBERS} members; pack it as one.")
        reader = zlib.decompressobj(_GZIP)
        try:
            # Room for one byte more than allowed tells too much from just enough; 0 would mean no limit.
            part = reader.decompress(left, most - size + 1)
        except zlib.error as error:
            raise _no_packing("gzip", error) from error
        size += len(part)
        parts.append(part)
        if size > most:
            break
        if not reader.eof:
            raise malformed("the gzip body ends early; send it whole.")
        # Some packers pad with zeros.
        left = reader.unused_data.lstrip(b"\0")
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _unzstd(body: bytes, most: int) -> bytes:
    unpacked = _unzstd_up_to(body, most)
    if len(unpacked) <= most:
        _check_whole(body)
    return unpacked


def _unzstd_up_to(body: bytes, most: int) -> bytes:
    """At most one byte more than allowed; a body that ends early gives what it has."""
    reader = zstandard.ZstdDecompressor(max_window_size=_WINDOW_BYTES).stream_reader(
        body, read_across_frames=True
    )
    parts: list[bytes] = []
    size = 0
    try:
        while size <= most:
            part = reader.read(min(_PIECE_BYTES, most + 1 - size))
            if not part:
                break
            size += len(part)
            parts.append(part)
    except zstandard.ZstdError as error:
        raise _no_packing("zstd", error) from error
    return b"".join(parts)


def _check_whole(body: bytes) -> None:
    """Unpack once more, now that its size is known: only this reader tells where a frame ends."""
    left, members = body, 0
    while left:
        members += 1
        if members > _MEMBERS:
            raise malformed(f"the zstd body has more than {_MEMBERS} frames; pack it as one.")
        reader = zstandard.ZstdDecompressor(max_window_size=_WINDOW_BYTES).decompressobj()
        try:
            reader.decompress(left)
        except zstandard.ZstdError as error:
            raise _no_packing("zstd", error) from error
        if not reader.eof:
            raise malformed("the zstd body ends early; send it whole.")
        left = reader.unused_data


def _no_packing(name: str, error: Exception) -> RequestRefused:
    return malformed(f"the body is no {name} ({error}); expected what Content-Encoding says. Pack it again.")
