"""numpy arrays, and whatever else has `shape`, `tolist` and slices: one row a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from barograph_client.errors import RowsError
from barograph_client.tables.records import listed


@dataclass(frozen=True, slots=True)
class ArrayTable:
    """An array of shape (rows,) or (rows, columns), or one with fields."""

    array: Any
    names: tuple[str, ...]

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.array.shape[0])

    @property
    def bytes(self) -> int:
        """Size of the array's data."""
        return int(self.array.nbytes)

    def has(self, name: str) -> bool:
        """Whether there is a column of a name."""
        return name in (self.array.dtype.names or self.names)

    def kept(self) -> ArrayTable:
        """With a copy of the data."""
        return ArrayTable(self.array.copy(), self.names)

    def piece(self, start: int, stop: int) -> ArrayTable:
        """A view of some rows."""
        return ArrayTable(self.array[start:stop], self.names)

    def columns(self) -> dict[str, Sequence[object]]:
        """Python's numbers by name."""
        fields = self.array.dtype.names
        if fields:
            return {name: listed(self.array[name]) for name in fields}
        if self.array.ndim == 1:
            return {self.names[0]: listed(self.array)}
        return {name: listed(self.array[:, i]) for i, name in enumerate(self.names)}


@dataclass(frozen=True, slots=True)
class SparseTable:
    """A SciPy matrix in rows; every cell is written out."""

    matrix: Any
    names: tuple[str, ...]

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.matrix.shape[0])

    @property
    def bytes(self) -> int:
        """What the rows take once written out."""
        return int(self.matrix.shape[0] * self.matrix.shape[1] * 8)

    def has(self, name: str) -> bool:
        """Whether there is a column of a name."""
        return name in self.names

    def kept(self) -> SparseTable:
        """With a copy of the data."""
        return SparseTable(self.matrix.copy(), self.names)

    def piece(self, start: int, stop: int) -> SparseTable:
        """Some rows."""
        return SparseTable(self.matrix.tocsr()[start:stop], self.names)

    def columns(self) -> dict[str, Sequence[object]]:
        """Python's numbers by name."""
        return ArrayTable(self.matrix.toarray(), self.names).columns()


def array_table(array: Any, names: Sequence[str] | None) -> ArrayTable:
    """An array as a table.

    Raises
    ------
    RowsError
        It has more than two dimensions, or other columns than there are names.
    """
    if array.dtype.names:
        return ArrayTable(array, tuple(array.dtype.names))
    if array.ndim not in (1, 2):
        raise RowsError(f"an array of {array.ndim} dimensions is no rows; give one of shape (rows, columns)")
    return ArrayTable(array, named(1 if array.ndim == 1 else int(array.shape[1]), names))


def sparse_table(matrix: Any, names: Sequence[str] | None) -> SparseTable:
    """A SciPy matrix as a table."""
    return SparseTable(matrix, named(int(matrix.shape[1]), names))


def named(columns: int, names: Sequence[str] | None) -> tuple[str, ...]:
    """Names of an array's columns: those given, or `x0`, `x1`, … as scikit-learn has them.

    Raises
    ------
    RowsError
        There are not as many names as columns.
    """
    if names is None:
        return tuple(f"x{i}" for i in range(columns))
    if len(names) != columns:
        raise RowsError(f"{len(names)} names for {columns} columns; give one name a column")
    return tuple(str(name) for name in names)
