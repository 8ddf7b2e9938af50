"""How summaries add: every array names its operation, and one function merges any record of arrays.

A record of sums is a frozen dataclass whose arrays lead with an axis of cells, one per (window,
segment). Each field is declared with `added()`, `lowest()` or `highest()`, or holds a value that can
align and merge itself (`Sparse`). All operations are exact, associative and commutative: the
integers are added, extremes compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
R = TypeVar("R")


def added() -> Any:
    """Declare a field whose integers are added."""
    return field(metadata={"merge": np.add})


def lowest() -> Any:
    """Declare a field of which the smaller value is kept."""
    return field(metadata={"merge": np.minimum})


def highest() -> Any:
    """Declare a field of which the larger value is kept."""
    return field(metadata={"merge": np.maximum})


class Mergeable(Protocol):
    """A part of a record that knows how to add itself."""

    def aligned(self, to: Ints, size: int) -> Any:
        """Move cell i to cell ``to[i]`` of `size`."""
        ...

    def merged(self, other: Any) -> Any:
        """Add another of its type, cell by cell."""
        ...

    def selected(self, cells: Ints) -> Any:
        """Only the given cells, in their order."""
        ...

    def followed(self, others: Sequence[Any], size: int) -> Any:
        """The cells of this part, then those of the others, `size` of each."""
        ...


def merge(a: R, b: R) -> R:
    """Add two records whose arrays have the same cells."""
    parts: dict[str, Any] = {}
    for f in fields(a):  # type: ignore[arg-type]
        x, y = getattr(a, f.name), getattr(b, f.name)
        operation = f.metadata.get("merge")
        if x is None or y is None:
            parts[f.name] = y if x is None else x
        elif operation is not None:
            parts[f.name] = operation(x, y)
        else:
            parts[f.name] = x.merged(y)
    return replace(a, **parts)  # type: ignore[type-var]


def align(record: R, to: Ints, size: int) -> R:
    """Move cell i of a record to cell ``to[i]`` of `size`; cells that meet are merged, others empty."""
    unique = len(np.unique(to)) == len(to)
    parts: dict[str, Any] = {}
    for f in fields(record):  # type: ignore[arg-type]
        x = getattr(record, f.name)
        operation = f.metadata.get("merge")
        if x is None:
            continue
        if operation is None:
            parts[f.name] = x.aligned(to, size)
            continue
        wide = np.full((size, *x.shape[1:]), _identity(operation, x.dtype), dtype=x.dtype)
        if unique:
            wide[to] = x
        else:
            operation.at(wide, to, x)
        parts[f.name] = wide
    return replace(record, **parts)  # type: ignore[type-var]


def stacked(records: Sequence[R], size: int) -> R:
    """One record with the cells of all, `size` of each, in order."""
    first, others = records[0], records[1:]
    if not others:
        return first
    parts: dict[str, Any] = {}
    for f in fields(first):  # type: ignore[arg-type]
        x, following = getattr(first, f.name), [getattr(r, f.name) for r in others]
        if x is not None:
            added_up = f.metadata.get("merge") is not None
            parts[f.name] = np.concatenate((x, *following)) if added_up else x.followed(following, size)
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
        order = np.lexsort(keys.T[::-1])
        keys, values = keys[order], values[order]
        starts = np.flatnonzero(np.concatenate(([True], (keys[1:] != keys[:-1]).any(axis=1))))
        sums = np.add.reduceat(values, starts, axis=0)
        kept = sums.any(axis=1)
        return Sparse(keys[starts][kept], sums[kept])

    @staticmethod
    def from_dense(table: Ints, *values: Ints) -> Sparse:
        """Keep the cells of `table` (leading axis: cell) that hold something; further values beside."""
        where = np.nonzero(table)
        return Sparse(
            np.stack(where, axis=1).astype(np.int64),
            np.stack([table[where], *(v[where] for v in values)], axis=1).astype(np.int64),
        )

    def merged(self, other: Sparse) -> Sparse:
        """Add the other's sums."""
        if len(other.keys) == 0:
            return self
        if len(self.keys) == 0:
            return other
        return Sparse.of(np.concatenate((self.keys, other.keys)), np.concatenate((self.values, other.values)))

    def aligned(self, to: Ints, size: int) -> Sparse:  # noqa: ARG002 - the keys say which cells there are
        """Rename cells; cells that become one are added."""
        if len(self.keys) == 0:
            return self
        keys = self.keys.copy()
        keys[:, 0] = to[keys[:, 0]]
        return Sparse.of(keys, self.values)

    def selected(self, cells: Ints) -> Sparse:
        """Only the given cells, renumbered in the given order."""
        if len(self.keys) == 0:
            return self
        position = np.full(max(int(self.keys[:, 0].max()), int(cells.max(initial=0))) + 1, -1, np.int64)
        position[cells] = np.arange(len(cells))
        keys = self.keys.copy()
        keys[:, 0] = position[keys[:, 0]]
        kept = keys[:, 0] >= 0
        return Sparse.of(keys[kept], self.values[kept])

    def followed(self, others: Sequence[Sparse], size: int) -> Sparse:
        """These sums, then the others' with their cells counted on, `size` for each."""
        held = [(i, part) for i, part in enumerate((self, *others)) if len(part.keys)]
        if not held:
            return self
        keys = np.concatenate([part.keys for _, part in held])
        keys[:, 0] += np.repeat([i * size for i, _ in held], [len(part.keys) for _, part in held])
        return Sparse(keys, np.concatenate([part.values for _, part in held]))

    def negated(self) -> Sparse:
        """Every sum with its sign changed."""
        return Sparse(self.keys, -self.values)
