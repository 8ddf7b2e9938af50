"""How summaries add: every array names its operation, and one function merges any record of arrays.

A record of sums is a frozen dataclass whose arrays lead with an axis of cells, one per (window,
segment). Each field is declared with `added()`, `lowest()` or `highest()`, or holds a value that adds
itself: it has `merged`, `selected` and `followed`, as `Sparse` does. All operations are exact,
associative and commutative: the integers are added, extremes compared.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cache
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
R = TypeVar("R")
#: Numbers of 64 bits are below this.
_FITS: Final = 2**63


def added() -> Any:
    """Declare a field whose integers are added."""
    return field(metadata={"merge": np.add})


def lowest() -> Any:
    """Declare a field of which the smaller value is kept."""
    return field(metadata={"merge": np.minimum})


def highest() -> Any:
    """Declare a field of which the larger value is kept."""
    return field(metadata={"merge": np.maximum})


def merge(parts: Sequence[tuple[R, Ints]], size: int) -> R:
    """Move cell i of each record to cell ``to[i]`` of `size`; cells that meet are merged, others empty."""
    first = parts[0][0]
    if size == 1 and all(len(to) for _, to in parts):
        return _in_one(parts)
    places = [_meeting(to) for _, to in parts]
    # Where every cell comes from one cell alone, it is copied.
    every = np.concatenate([to for _, to in parts])
    apart = len(every) == size and len(np.unique(every)) == size
    merged: dict[str, Any] = {}
    for name, operation in _operations(type(first)):  # type: ignore[arg-type]
        held = [(getattr(record, name), i) for i, (record, _) in enumerate(parts)]
        held = [(x, i) for x, i in held if x is not None]
        if not held:
            continue
        if operation is None:
            merged[name] = type(held[0][0]).merged([(x, parts[i][1]) for x, i in held], size)
            continue
        model = held[0][0]
        if apart and len(held) == len(parts):
            wide = np.empty((size, *model.shape[1:]), model.dtype)
            for x, i in held:
                wide[places[i][0]] = x
            merged[name] = wide
            continue
        wide = np.full((size, *model.shape[1:]), _identity(operation, model.dtype), dtype=model.dtype)
        for x, i in held:
            cells, order = places[i]
            wide[cells] = operation(
                wide[cells], x if order is None else operation.reduceat(x[order[0]], order[1], axis=0)
            )
        merged[name] = wide
    return replace(first, **merged)  # type: ignore[type-var]


def _in_one(parts: Sequence[tuple[R, Ints]]) -> R:
    """All cells of all records as one."""
    first = parts[0][0]
    merged: dict[str, Any] = {}
    for name, operation in _operations(type(first)):  # type: ignore[arg-type]
        held = [(x, to) for record, to in parts if (x := getattr(record, name)) is not None]
        if not held:
            merged[name] = None
            continue
        if operation is None:
            merged[name] = type(held[0][0]).merged(held, 1)
            continue
        wide = [operation.reduce(x, axis=0, keepdims=True, dtype=x.dtype) for x, _ in held]
        merged[name] = wide[0] if len(wide) == 1 else operation.reduce(wide, axis=0, dtype=wide[0].dtype)
    return type(first)(**merged)


@cache
def _operations(record: type) -> tuple[tuple[str, Any], ...]:
    """Fields of a kind of record, each with how it merges; None where its value adds itself."""
    return tuple((f.name, f.metadata.get("merge")) for f in fields(record))


def _meeting(to: Ints) -> tuple[Ints | slice, tuple[Ints, Ints] | None]:
    """Where cells go, each once, and where some meet the order that brings these together, with each first."""
    order = np.argsort(to, kind="stable")
    first = np.flatnonzero(np.concatenate(([True], to[order][1:] != to[order][:-1]))) if len(to) else to
    if len(first) < len(to):
        return to[order[first]], (order, first)
    # Neighbouring cells are written as a slice, which is faster.
    if len(to) and (to == np.arange(to[0], to[0] + len(to))).all():
        return slice(int(to[0]), int(to[0]) + len(to)), None
    return to, None


def renumbered(keys: Ints, cells: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Keys of which the first is one of the given cells, now its place among them, and which keys these were.

    Examples
    --------
    >>> renumbered(np.array([[3, 7], [5, 8]]), np.array([5]))[0].tolist()
    [[0, 8]]
    """
    position = np.full(max(int(keys[:, 0].max()), int(cells.max(initial=0))) + 1, -1, np.int64)
    position[cells] = np.arange(len(cells))
    keys = keys.copy()
    keys[:, 0] = position[keys[:, 0]]
    kept = keys[:, 0] >= 0
    return keys[kept], kept


def stacked(records: Sequence[R]) -> R:
    """One record of the cells of several records of one cell each, in order."""
    first, others = records[0], records[1:]
    if not others:
        return first
    parts: dict[str, Any] = {}
    for f in fields(first):  # type: ignore[arg-type]
        x, following = getattr(first, f.name), [getattr(r, f.name) for r in others]
        if x is not None:
            added_up = f.metadata.get("merge") is not None
            parts[f.name] = np.concatenate((x, *following)) if added_up else x.followed(following)
    return replace(first, **parts)  # type: ignore[type-var]


def select(record: R, cells: Ints) -> R:
    """The record with only the given cells, in the given order."""
    parts: dict[str, Any] = {}
    for f in fields(record):  # type: ignore[arg-type]
        x = getattr(record, f.name)
        if x is not None:
            parts[f.name] = x[cells] if f.metadata.get("merge") is not None else x.selected(cells)
    return replace(record, **parts)  # type: ignore[type-var]


def negated(record: R) -> R:
    """The record with every added integer negated; for records that only add."""
    parts: dict[str, Any] = {}
    for f in fields(record):  # type: ignore[arg-type]
        x = getattr(record, f.name)
        if x is not None:
            parts[f.name] = -x if f.metadata.get("merge") is not None else x.negated()
    return replace(record, **parts)  # type: ignore[type-var]


def _ascending(keys: Ints) -> bool:
    """Whether keys come in order, each once."""
    after, tied = np.zeros(max(len(keys) - 1, 0), bool), np.ones(max(len(keys) - 1, 0), bool)
    for column in keys.T:
        after |= tied & (column[1:] > column[:-1])
        tied &= column[1:] == column[:-1]
    return bool(after.all())


def _order(keys: Ints) -> Ints:
    """What sorts keys, the first of all first; as one number each where they fit, which takes a third of the time."""
    low = keys.min(axis=0)
    spans = [int(high) - int(least) + 1 for high, least in zip(keys.max(axis=0), low, strict=True)]
    if math.prod(spans) >= _FITS:
        return np.lexsort(keys.T[::-1])
    code = keys[:, 0] - low[0]
    for column, least, span in zip(keys.T[1:], low[1:], spans[1:], strict=True):
        code = code * span + (column - least)
    return np.argsort(code, kind="stable")


def _identity(operation: Any, dtype: np.dtype[Any]) -> Any:
    if operation is np.add:
        return dtype.type(0)
    if dtype.kind == "f":
        return np.inf if operation is np.minimum else -np.inf
    limits = np.iinfo(dtype)
    return limits.max if operation is np.minimum else limits.min


@dataclass(frozen=True, slots=True)
class Sparse:
    """Integer sums under integer keys, the first key being the cell; rows sorted, none all zero.

    Attributes
    ----------
    keys : int64, shape (rows, k).
    values : int64, shape (rows, v).
    """

    keys: Ints
    values: Ints

    @staticmethod
    def empty(keys: int, values: int) -> Sparse:
        """Sums with no rows, of `keys` key and `values` value columns."""
        return Sparse(np.empty((0, keys), np.int64), np.empty((0, values), np.int64))

    @staticmethod
    def of(keys: Ints, values: Ints) -> Sparse:
        """Add up `values` under equal `keys`, in any order."""
        if len(keys) == 0:
            return Sparse(keys, values)
        if _ascending(keys):
            kept = values.any(axis=1)
            return Sparse(keys, values) if kept.all() else Sparse(keys[kept], values[kept])
        order = _order(keys)
        keys, values = keys[order], values[order]
        starts = np.flatnonzero(np.concatenate(([True], (keys[1:] != keys[:-1]).any(axis=1))))
        sums = np.add.reduceat(values, starts, axis=0)
        kept = sums.any(axis=1)
        return Sparse(keys[starts][kept], sums[kept])

    @staticmethod
    def merged(parts: Sequence[tuple[Sparse, Ints]], size: int) -> Sparse:  # noqa: ARG004 - keys name the cells
        """Rename the cells of each part, and add up."""
        held = [(part, to) for part, to in parts if len(part.keys)]
        if not held:
            return parts[0][0]
        keys = np.concatenate([part.keys for part, _ in held])
        keys[:, 0] = np.concatenate([to[part.keys[:, 0]] for part, to in held])
        return Sparse.of(keys, np.concatenate([part.values for part, _ in held]))

    def plus(self, other: Sparse) -> Sparse:
        """Both sums, of the same cells."""
        if len(other.keys) == 0:
            return self
        return Sparse.of(np.concatenate((self.keys, other.keys)), np.concatenate((self.values, other.values)))

    def selected(self, cells: Ints) -> Sparse:
        """Only the given cells, renumbered in the given order."""
        if len(self.keys) == 0:
            return self
        first, last = (np.searchsorted(self.keys[:, 0], cells, side) for side in ("left", "right"))
        if len(cells) == 1:
            rows: Any = slice(int(first[0]), int(last[0]))
        else:
            before = np.concatenate(([0], np.cumsum(last - first)[:-1]))
            rows = np.arange(int((last - first).sum())) + np.repeat(first - before, last - first)
        keys = self.keys[rows].copy()
        keys[:, 0] = np.repeat(np.arange(len(cells)), last - first)
        return Sparse(keys, self.values[rows])

    def followed(self, others: Sequence[Sparse]) -> Sparse:
        """These sums of one cell, then the others'."""
        held = [(i, part) for i, part in enumerate((self, *others)) if len(part.keys)]
        if not held:
            return self
        keys = np.concatenate([part.keys for _, part in held])
        keys[:, 0] += np.repeat([i for i, _ in held], [len(part.keys) for _, part in held])
        return Sparse(keys, np.concatenate([part.values for _, part in held]))

    def negated(self) -> Sparse:
        """Every sum with its sign changed."""
        return Sparse(self.keys, -self.values)
