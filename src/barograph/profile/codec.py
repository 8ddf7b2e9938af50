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
from collections.abc import Callable, Mapping
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
from barograph.profile.damaged import told_as_damaged
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
#: Makes a value of its arrays, by the type they are stored in.
_Read = Callable[[Mapping[str, NDArray[Any]]], Any]
#: Bytes of content at the most, and of heads that are remembered.
_MOST_BYTES, _SHORT = 4 << 30, 4_096
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
        body = unpacker.decompress(data[_HEAD.size :], _MOST_BYTES)
    except MemoryError as error:
        raise ProfileError(
            f"{origin} is larger than memory holds; keep fewer columns, windows or segments."
        ) from error
    except zlib.error as error:
        raise ProfileError(f"{origin} is damaged ({error}); make it again from its rows.") from error
    if unpacker.unconsumed_tail:
        raise ProfileError(f"{origin} unpacks to more than 4 GiB; keep fewer columns, windows or segments.")
    if unpacker.unused_data or not unpacker.eof:
        raise ProfileError(
            f"{origin} is damaged (its length is not that written); make it again from its rows."
        )
    if hashlib.sha256(body).digest() != digest:
        raise ProfileError(f"{origin} is damaged (its checksum does not match); make it again from its rows.")
    with told_as_damaged(origin):
        profile = decode(body)
    if not isinstance(profile, Profile):
        raise ProfileError(f"{origin} holds no profile; write one with save_profile(profile, path).")
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
    head = data[_LENGTH.size : end]
    lengths, read = (_known if length <= _SHORT else _planned)(head)
    arrays: dict[str, NDArray[Any]] = {}
    for stored, size in lengths.items():
        kind = _kind(stored)
        raw = np.frombuffer(data, np.uint8, size * kind.itemsize, end)
        whole = raw if kind.itemsize == 1 else np.ascontiguousarray(raw.reshape(kind.itemsize, -1).T)
        arrays[stored] = whole.view(kind).reshape(-1)
        end += len(raw)
    return read(arrays)


@functools.cache
def _kind(stored: str) -> np.dtype[Any]:
    return np.dtype(f"<{stored.replace('q', 'i')}")


def _planned(head: bytes) -> tuple[dict[str, int], _Read]:
    """Lengths of the arrays, and a function that makes the value of them."""
    lengths, tree = json.loads(head)
    return lengths, _reader(tree, dict.fromkeys(lengths, 0))


#: Parts of one column have the same head day after day, whatever the rows.
_known = functools.lru_cache(maxsize=4_096)(_planned)


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
    """Fields that are written, but for those at the end that came later and say nothing: older profiles keep bytes."""
    written = [f for f in fields(value) if f.metadata.get("written", True)]
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


def _reader(tree: Any, position: dict[str, int]) -> _Read:
    """A function that makes the value of a tree; `position` is up to where each array has been handed out."""
    if not isinstance(tree, dict):
        return lambda _: tree
    ((tag, body),) = tree.items()
    if tag == "a":
        return _array_reader(body[0], tuple(body[1]), position)
    if tag == "f":
        number = float.fromhex(body)
        return lambda _: number
    if tag == "o":
        return lambda _: _objects(*body)
    if tag == "s":
        columns = [_series_reader(packed, position) for packed in body]
        return lambda arrays: Sample(framed([read(arrays) for read in columns]))
    if tag == "p":
        return _sparse_reader(body, position)
    if tag == "m":
        items = [(k, _reader(v, position)) for k, v in body]
        return lambda arrays: {k: read(arrays) for k, read in items}
    if tag == "l":
        parts = [_reader(v, position) for v in body]
        return lambda arrays: tuple([read(arrays) for read in parts])
    # Fields that a later version added have a default, and stand last.
    record, names = _RECORDS[body[0]], _names(body[0])[: len(body) - 1]
    values = [(n, _reader(v, position)) for n, v in zip(names, body[1:], strict=True)]
    return lambda arrays: record(**{name: read(arrays) for name, read in values})


def _array_reader(stored: str, shape: tuple[int, ...], position: dict[str, int]) -> _Read:
    """Each array has memory of its own: who keeps one, such as the bins of a grid, keeps no others with it."""
    kind = np.dtype(np.int64) if stored[0] == "q" else np.dtype(stored)
    start = position.get(stored, 0)
    end = start + math.prod(shape)
    if start == end:
        return lambda _: np.empty(shape, kind)
    position[stored] = end
    return lambda arrays: arrays[stored][start:end].reshape(shape).astype(kind)


def _sparse_reader(body: list[Any], position: dict[str, int]) -> _Read:
    keys, values = ([_reader(column, position) for column in table] for table in body)

    def read(arrays: Mapping[str, NDArray[Any]]) -> Sparse:
        steps, held = ([column(arrays) for column in table] for table in (keys, values))
        return Sparse(np.cumsum(np.stack(steps, axis=1), axis=0), np.stack(held, axis=1))

    if any(math.prod(column["a"][1]) for table in body for column in table):
        return read
    none = read({})
    return lambda _: Sparse(none.keys.copy(), none.values.copy())


def _objects(shape: list[int], held: list[list[Any]]) -> NDArray[Any]:
    out = np.full(int(np.prod(shape, dtype=np.int64)), "", object)
    for i, v in held:
        out[i] = v
    return out.reshape(shape)


@functools.cache
def _names(record: str) -> tuple[str, ...]:
    return tuple(field.name for field in fields(_RECORDS[record]))


def _series_reader(packed: list[Any], position: dict[str, int]) -> _Read:
    name, kind = packed[0], packed[1]
    if kind == "text":
        return lambda _: pl.Series(name, packed[2], dtype=pl.String)
    values = _reader(packed[2], position)
    if kind == "whole":
        return lambda arrays: pl.Series(name, values(arrays))
    nulls = _reader(packed[3], position)

    def read(arrays: Mapping[str, NDArray[Any]]) -> pl.Series:
        held = values(arrays)
        null = np.unpackbits(nulls(arrays), count=len(held)).astype(bool)
        return pl.Series(name, held).set(pl.Series(null), None)

    return read
