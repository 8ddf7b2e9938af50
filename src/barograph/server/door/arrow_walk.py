"""What an Arrow stream claims of itself, read before anything believes it.

A buffer that says it unpacks to 2^60 bytes ends the process that reserves them, and types nested a hundred thousand
deep end its stack; neither is an error that could be caught. So sizes are added up from the messages' headers first.

Source: Arrow columnar format 1.5, "IPC Streaming Format" and `Message.fbs`; the layout of FlatBuffers tables.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.server.door.errors import malformed, too_large
from barograph.server.door.limits import Limits, over
from barograph.server.errors import RequestRefused

_CONTINUATION: Final = 0xFFFFFFFF
_SCHEMA, _DICTIONARY, _BATCH = 1, 2, 3
#: Each message becomes a chunk of every column.
_MOST_MESSAGES: Final = 5_000
_DEEPEST: Final = 16
#: Larger headers are not remembered.
_KEPT_BYTES: Final = 1 << 16
#: Fields of the tables, by their place in `Message.fbs` and `Schema.fbs`.
_HEADER_TYPE, _HEADER, _BODY_LENGTH = 1, 2, 3
_FIELDS, _CHILDREN = 1, 5
_LENGTH, _NODES, _BUFFERS, _COMPRESSION = 0, 1, 2, 3
_DICTIONARY_DATA: Final = 1


def check_stream(body: bytes, limits: Limits) -> int:
    """Add up what the messages of a stream claim.

    Returns
    -------
    Number of rows.

    Raises
    ------
    RequestRefused
        400 for what is no such stream or ends early; 413 where rows, columns, messages or unpacked bytes are too many.
    """
    try:
        return _checked(body, limits)
    except (struct.error, IndexError, ValueError, OverflowError) as error:
        raise _no_stream() from error


def _checked(body: bytes, limits: Limits) -> int:
    rows = unpacked = 0
    fields = -1
    for messages, (kind, table, at, length) in enumerate(_messages(body), 1):
        if messages > _MOST_MESSAGES:
            raise over("record batches", messages, _MOST_MESSAGES)
        if kind == _SCHEMA:
            fields = _fields(table, limits)
        elif fields < 0 or kind not in (_DICTIONARY, _BATCH):
            raise _no_stream()
        else:
            batch = table.inner(_DICTIONARY_DATA) if kind == _DICTIONARY else table
            held = batch.number(_LENGTH)
            if kind == _BATCH:
                rows += held
                limits.check_shape(rows, max(fields, 0))
            _check_lengths(held, batch, limits)
            unpacked += _unpacked(body, at, length, batch)
            most = limits.unpacked_bytes(len(body), limits.binary_bytes)
            if unpacked > most:
                raise too_large(
                    f"the stream of {len(body):,} bytes unpacks to more than {most:,}. Send it in several.",
                    limit="unpacked_bytes", most=most,
                )  # fmt: skip
    if fields < 0:
        raise _no_stream()
    return rows


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of FlatBuffers: numbers and other tables, each at a place its own small table tells."""

    buffer: memoryview
    at: int

    def place(self, field: int) -> int:
        """Where a field is; 0 where it is not given."""
        shape = self.at - _number("<i", self.buffer, self.at)
        offset = 4 + 2 * field
        if offset >= _number("<H", self.buffer, shape):
            return 0
        within = _number("<H", self.buffer, shape + offset)
        return self.at + within if within else 0

    def number(self, field: int, form: str = "<q") -> int:
        place = self.place(field)
        return _number(form, self.buffer, place) if place else 0

    def inner(self, field: int) -> _Table:
        place = self.place(field)
        if not place:
            raise ValueError(field)
        return _Table(self.buffer, place + _number("<I", self.buffer, place))

    def vector(self, field: int) -> tuple[int, int]:
        """Where the elements of a vector begin, and how many there are."""
        place = self.place(field)
        if not place:
            return 0, 0
        start = place + _number("<I", self.buffer, place)
        return start + 4, _number("<I", self.buffer, start)

    def tables(self, field: int) -> Iterator[_Table]:
        start, count = self.vector(field)
        for place in range(start, start + 4 * count, 4):
            yield _Table(self.buffer, place + _number("<I", self.buffer, place))

    def pairs(self, field: int) -> NDArray[np.int64]:
        """A vector of structs of two 64-bit numbers."""
        start, count = self.vector(field)
        return np.frombuffer(self.buffer, "<i8", 2 * count, start).reshape(-1, 2)


def _number(form: str, buffer: memoryview, at: int) -> int:
    if at < 0:
        raise ValueError(at)
    number: int = struct.unpack_from(form, buffer, at)[0]
    return number


def _messages(body: bytes) -> Iterator[tuple[int, _Table, int, int]]:
    """Each message: its kind, its header, and where its body begins and how long it is."""
    view = memoryview(body)
    at = 0
    while at < len(body):
        mark, size = struct.unpack_from("<Ii", body, at)
        if mark != _CONTINUATION or size < 0:
            raise _no_stream()
        if size == 0:
            return
        start, end = at + 8, at + 8 + size
        header = view[start:end]
        if len(header) < size:
            raise _no_stream()
        message = _Table(header, _number("<I", header, 0))
        length = message.number(_BODY_LENGTH)
        if not 0 <= length <= len(body) - end:
            raise _no_stream()
        yield message.number(_HEADER_TYPE, "<B"), message.inner(_HEADER), end, length
        at = end + length


def _fields(schema: _Table, limits: Limits) -> int:
    """Number of columns, as `_check_fields`; a sender's batches have one schema, which is looked through once."""
    if len(schema.buffer) > _KEPT_BYTES:
        return _check_fields(schema, limits)
    return _kept_fields(bytes(schema.buffer), schema.at, limits)


@lru_cache(maxsize=64)
def _kept_fields(buffer: bytes, at: int, limits: Limits) -> int:
    return _check_fields(_Table(memoryview(buffer), at), limits)


def _check_fields(schema: _Table, limits: Limits) -> int:
    """Number of columns; nested ones count with all that is in them."""
    top = list(schema.tables(_FIELDS)) if schema.vector(_FIELDS)[1] <= limits.columns else None
    if top is None:
        raise over("columns", schema.vector(_FIELDS)[1], limits.columns)
    level, total, depth = top, len(top), 0
    while level:
        depth += 1
        if depth > _DEEPEST:
            raise malformed(
                f"a column's type is nested more than {_DEEPEST} deep; send its parts as columns."
            )
        if sum(field.vector(_CHILDREN)[1] for field in level) + total > limits.columns:
            raise too_large(
                f"the columns have more than {limits.columns:,} parts; send the parts that are needed as columns.",
                limit="columns", most=limits.columns,
            )  # fmt: skip
        level = [child for field in level for child in field.tables(_CHILDREN)]
        total += len(level)
    return len(top)


def _check_lengths(rows: int, batch: _Table, limits: Limits) -> None:
    lengths = batch.pairs(_NODES)[:, 0]
    if not 0 <= rows <= limits.cells or (lengths < 0).any() or (lengths > limits.cells).any():
        raise over("values in one column", int(max(rows, lengths.max(initial=0))), limits.cells)


def _unpacked(body: bytes, at: int, length: int, batch: _Table) -> int:
    """Bytes a batch's buffers hold once unpacked, by what each says at its beginning."""
    buffers = batch.pairs(_BUFFERS)
    starts, sizes = buffers[:, 0], buffers[:, 1]
    if (starts < 0).any() or (sizes < 0).any() or (starts > length).any() or (sizes > length - starts).any():
        raise _no_stream()
    if not batch.place(_COMPRESSION):
        return int(sizes.sum())
    total = 0
    for start, size in buffers.tolist():
        if size:
            told = _number("<q", memoryview(body), at + start)
            if size < 8 or told < -1:
                raise _no_stream()
            total += size if told == -1 else told
    return total


def _no_stream() -> RequestRefused:
    return malformed(
        "the body is no whole Arrow IPC stream; expected what `write_ipc_stream` writes. Write it again."
    )
