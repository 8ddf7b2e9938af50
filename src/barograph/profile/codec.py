"""A profile as bytes: canonical content, which is hashed, and one small file around it.

Content is a JSON tree, then its arrays, those of one type together and in it the bytes of equal weight.
Integers are stored in the narrowest type that holds them, little-endian; tables by key column by column,
the keys as steps from the row above. All of this compresses better. The file
is ``BAROGRAPH``, format version, SHA-256 of the content, then the content compressed with zlib.
"""

from __future__ import annotations

import functools
import hashlib
import json
import math
import struct
import zlib
from collections.abc import Mapping
from dataclasses import Field, fields, is_dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.errors import ProfileError
from barograph.profile.algebra import Sparse
from barograph.profile.buckets import BucketNames
from barograph.profile.columns import ColumnSums
from barograph.profile.custom import CustomSums, Named, RuleSums, TermSums
from barograph.profile.custom_grid import CustomGrid, TermGrid
from barograph.profile.fixed import FixedSums
from barograph.profile.grid import CategoricalGrid, Grid, NumericGrid, OutcomeGrid
from barograph.profile.outcome_sums import LabelSums, OutcomeSums
from barograph.profile.sample import Sample, framed
from barograph.profile.sketch import SmallestHashes
from barograph.profile.value import Cell, Profile, TableSums
from barograph.schema.custom.model import CostMatrix, CustomMetric, ErrorCost, Ratio, Total
from barograph.schema.model import Column, Schema

MAGIC = b"BAROGRAPH"
FORMAT_VERSION = 1
_HEAD = struct.Struct("<9sH32s")
_LENGTH = struct.Struct("<Q")
#: Integer types, narrowest first, with their limits.
_INTEGERS = tuple(
    (t, int(np.iinfo(t).min), int(np.iinfo(t).max)) for t in (np.int8, np.int16, np.int32, np.int64)
)
#: Flat arrays by the type they are stored in: `q1` to `q8` for int64 in so many bytes, else NumPy's code.
Arrays = dict[str, list[NDArray[Any]]]
_RECORDS: dict[str, type] = {
    t.__name__: t
    for t in (
        Profile, Schema, Column, Grid, NumericGrid, CategoricalGrid, OutcomeGrid, Cell, TableSums, ColumnSums,
        BucketNames, FixedSums, OutcomeSums, LabelSums, SmallestHashes,
        CustomGrid, TermGrid, CustomSums, Named, TermSums, RuleSums,
        CustomMetric, Total, Ratio, CostMatrix, ErrorCost,
    )
}  # fmt: skip


def content(profile: Profile) -> bytes:
    """The canonical content: equal profiles give equal bytes."""
    return encode(profile)


def save(profile: Profile) -> bytes:
    """The content of a profile file."""
    return in_file(content(profile))


def in_file(body: bytes) -> bytes:
    """Content as a profile file holds it."""
    return _HEAD.pack(MAGIC, FORMAT_VERSION, hashlib.sha256(body).digest()) + compressed(body)


def compressed(body: bytes) -> bytes:
    """Compress content: its integers are small, but hardly ever repeat as words do."""
    packer = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_FILTERED)
    return packer.compress(body) + packer.flush()


def load(data: bytes, origin: str = "the profile") -> Profile:
    """Read a profile file's content.

    Raises
    ------
    ProfileError
        Where it is not a profile, is damaged, or was written by a later version.
    """
    if len(data) < _HEAD.size or not data.startswith(MAGIC):
        raise ProfileError(
            f"{origin} is not a Barograph profile; write one with barograph.save_profile(profile, path)."
        )
    _, version, digest = _HEAD.unpack_from(data)
    if version > FORMAT_VERSION:
        raise ProfileError(
            f"{origin} has profile format {version}; this version reads up to {FORMAT_VERSION}. Upgrade barograph."
        )
    if version < 1:
        raise ProfileError(f"{origin} is damaged (format {version}); make it again from its rows.")
    unpacker = zlib.decompressobj()
    try:
        body = unpacker.decompress(data[_HEAD.size :]) + unpacker.flush()
    except zlib.error as error:
        raise ProfileError(f"{origin} is damaged ({error}); make it again from its rows.") from error
    if unpacker.unused_data or not unpacker.eof:
        raise ProfileError(
            f"{origin} is damaged (its length is not that written); make it again from its rows."
        )
    if hashlib.sha256(body).digest() != digest:
        raise ProfileError(f"{origin} is damaged (its checksum does not match); make it again from its rows.")
    profile = decode(body)
    if not isinstance(profile, Profile):
        raise ProfileError(
            f"{origin} holds no profile; write one with barograph.save_profile(profile, path)."
        )
    return profile


def encode(value: Any) -> bytes:
    """Canonical bytes of a tree of records, arrays and plain values."""
    arrays: Arrays = {}
    tree = _pack(value, arrays)
    joined = {stored: np.concatenate(parts) for stored, parts in sorted(arrays.items())}
    head = [{stored: len(flat) for stored, flat in joined.items()}, tree]
    text = json.dumps(head, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    planes = [flat.view(np.uint8).reshape(-1, flat.itemsize).T.tobytes() for flat in joined.values()]
    return _LENGTH.pack(len(text)) + text + b"".join(planes)


def decode(data: bytes) -> Any:
    """Inverse of `encode`."""
    (length,) = _LENGTH.unpack_from(data)
    end = _LENGTH.size + length
    lengths, tree = json.loads(data[_LENGTH.size : end])
    arrays: dict[str, NDArray[Any]] = {}
    for stored, size in lengths.items():
        kind = _kind(stored)
        raw = np.frombuffer(data, np.uint8, size * kind.itemsize, end)
        whole = raw if kind.itemsize == 1 else np.ascontiguousarray(raw.reshape(kind.itemsize, -1).T)
        arrays[stored] = whole.view(kind).reshape(-1)
        end += len(raw)
    return _unpack(tree, _Reader(arrays))


@functools.cache
def _kind(stored: str) -> np.dtype[Any]:
    return np.dtype(f"<{stored.replace('q', 'i')}")


class _Reader:
    """Hands out the arrays of each stored type in the order they were written.

    Each has memory of its own: who keeps one, such as the bins of a grid, does not keep all the others with it.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self.arrays, self.position = arrays, dict.fromkeys(arrays, 0)

    def array(self, stored: str, shape: list[int]) -> NDArray[Any]:
        size = math.prod(shape)
        if not size:
            return np.empty(shape, np.int64 if stored[0] == "q" else stored)
        start = self.position[stored]
        self.position[stored] = start + size
        held = self.arrays[stored][start : start + size].reshape(shape)
        return held.astype(np.int64) if stored[0] == "q" else held.copy()


def _pack(value: Any, arrays: Arrays) -> Any:
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return {"f": value.hex()}
    if isinstance(value, np.ndarray):
        return _pack_array(value, arrays)
    if isinstance(value, Sample):
        return {"s": [_pack_series(s, arrays) for s in value.frame]}
    if isinstance(value, Sparse):
        steps = np.diff(value.keys, axis=0, prepend=np.zeros((1, value.keys.shape[1]), np.int64))
        return {"p": [[_pack_array(c, arrays) for c in table.T] for table in (steps, value.values)]}
    if is_dataclass(value):
        parts = [_pack(getattr(value, f.name), arrays) for f in _written_fields(value)]
        return {"r": [type(value).__name__, *parts]}
    if isinstance(value, Mapping):
        return {"m": [[k, _pack(v, arrays)] for k, v in value.items()]}
    return {"l": [_pack(v, arrays) for v in value]}


def _written_fields(value: Any) -> list[Field[Any]]:
    """All fields but those at the end that came later and say nothing: older profiles keep their bytes."""
    written = list(fields(value))
    while written and written[-1].metadata.get("later") and getattr(value, written[-1].name) is None:
        written.pop()
    return written


def _pack_array(value: NDArray[Any], arrays: Arrays) -> Any:
    if value.dtype == object:
        flat = value.reshape(-1)
        held = [[i, v] for i, v in enumerate(flat.tolist()) if v]
        return {"o": [list(value.shape), held]}
    narrow, stored = value, value.dtype.str[1:]
    if value.dtype == np.int64:
        low, high = (int(value.min()), int(value.max())) if value.size else (0, 0)
        narrow = value.astype(next(t for t, least, most in _INTEGERS if least <= low and high <= most))
        stored = f"q{narrow.dtype.itemsize}"
    if value.size:
        arrays.setdefault(stored, []).append(np.ascontiguousarray(narrow).reshape(-1))
    return {"a": [stored, list(value.shape)]}


def _pack_series(series: pl.Series, arrays: Arrays) -> Any:
    if series.dtype == pl.String:
        return [series.name, "text", series.to_list()]
    if series.dtype in (pl.UInt64, pl.Int64):
        return [series.name, "whole", _pack_array(series.to_numpy(), arrays)]
    held = series.alias("values")  # Polars reads some names as patterns
    null = np.packbits(held.is_null().to_numpy())
    values = held.fill_null(0.0).to_numpy()
    return [series.name, "number", _pack_array(values, arrays), _pack_array(null, arrays)]


def _unpack(tree: Any, reader: _Reader) -> Any:
    if not isinstance(tree, dict):
        return tree
    ((tag, body),) = tree.items()
    if tag == "a":
        return reader.array(*body)
    if tag == "f":
        return float.fromhex(body)
    if tag == "o":
        shape, held = body
        out = np.full(int(np.prod(shape, dtype=np.int64)), "", object)
        for i, v in held:
            out[i] = v
        return out.reshape(shape)
    if tag == "s":
        return Sample(framed([_unpack_series(s, reader) for s in body]))
    if tag == "p":
        steps, values = ([_unpack(c, reader) for c in table] for table in body)
        return Sparse(np.cumsum(np.stack(steps, axis=1), axis=0), np.stack(values, axis=1))
    if tag == "m":
        return {k: _unpack(v, reader) for k, v in body}
    if tag == "l":
        return tuple(_unpack(v, reader) for v in body)
    # Fields that a later version added have a default, and stand last.
    names = _names(body[0])[: len(body) - 1]
    return _RECORDS[body[0]](**{n: _unpack(v, reader) for n, v in zip(names, body[1:], strict=True)})


@functools.cache
def _names(record: str) -> tuple[str, ...]:
    return tuple(field.name for field in fields(_RECORDS[record]))


def _unpack_series(packed: list[Any], reader: _Reader) -> pl.Series:
    name, kind = packed[0], packed[1]
    if kind == "text":
        return pl.Series(name, packed[2], dtype=pl.String)
    values = _unpack(packed[2], reader)
    if kind == "whole":
        return pl.Series(name, values)
    null = np.unpackbits(_unpack(packed[3], reader), count=len(values)).astype(bool)
    return pl.Series(name, values).set(pl.Series(null), None)
