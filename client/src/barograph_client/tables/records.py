"""Rows as dictionaries, and columns in a dictionary."""

from __future__ import annotations

import marshal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from barograph_client.errors import RowsError
from barograph_client.wire.columns import columns_of
from barograph_client.wire.values import PLAIN, plain

#: Bytes a value is counted with.
_VALUE_BYTES = 48


@dataclass(frozen=True, slots=True)
class RecordsTable:
    """A sequence of mappings."""

    records: Sequence[Mapping[str, object]]

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.records)

    @property
    def bytes(self) -> int:
        """What `marshal` would write, which is quick; else an estimate by type and length."""
        return _written(self.records) or sum(_size(v) for r in self.records for v in r.values())

    def has(self, name: str) -> bool:
        """Whether there is a column of a name."""
        return any(name in record for record in self.records)

    def kept(self) -> RecordsTable:
        """With copies of the mappings and of what is nested in them."""
        return RecordsTable(
            [
                dict(r)
                if PLAIN.issuperset(map(type, r.values()))
                else {str(k): plain(v) for k, v in r.items()}
                for r in self.records
            ]
        )

    def piece(self, start: int, stop: int) -> RecordsTable:
        """Some rows."""
        return RecordsTable(self.records[start:stop])

    def columns(self) -> dict[str, Sequence[object]]:
        """Values by name."""
        return dict(columns_of(self.records))


@dataclass(frozen=True, slots=True)
class ColumnsTable:
    """A mapping of names to sequences of one length."""

    held: Mapping[str, Sequence[object]]

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(next(iter(self.held.values()), ()))

    @property
    def bytes(self) -> int:
        """What `marshal` would write, which is quick; else an estimate by type and length."""
        return _written(self.held) or sum(_size(v) for values in self.held.values() for v in values)

    def has(self, name: str) -> bool:
        """Whether there is a column of a name."""
        return name in self.held

    def kept(self) -> ColumnsTable:
        """With copies of the columns and of what is nested in them."""
        return ColumnsTable(
            {
                name: list(values) if PLAIN.issuperset(map(type, values)) else [plain(v) for v in values]
                for name, values in self.held.items()
            }
        )

    def piece(self, start: int, stop: int) -> ColumnsTable:
        """Some rows."""
        return ColumnsTable({name: values[start:stop] for name, values in self.held.items()})

    def columns(self) -> dict[str, Sequence[object]]:
        """Values by name."""
        return dict(self.held)


def columns_table(held: Mapping[object, object]) -> ColumnsTable:
    """A mapping of columns as a table.

    Raises
    ------
    RowsError
        The columns are of several lengths.
    """
    columns = {str(name): listed(values) for name, values in held.items()}
    lengths = {len(values) for values in columns.values()}
    if len(lengths) > 1:
        raise RowsError(
            f"columns of {', '.join(map(str, sorted(lengths)))} values; give one value a row in each"
        )
    return ColumnsTable(columns)


def listed(values: object) -> Sequence[object]:
    """A column as a list.

    Raises
    ------
    RowsError
        It is no column.
    """
    if isinstance(values, (list, tuple)):
        return values
    if getattr(getattr(values, "dtype", None), "kind", "") == "M" and hasattr(values, "astype"):
        # numpy's own list of nanoseconds is one of integers.
        values = values.astype("datetime64[us]")
    tolist = (
        getattr(values, "tolist", None)
        or getattr(values, "to_list", None)
        or getattr(values, "to_pylist", None)
    )
    if tolist is None:
        raise RowsError(f"a column is {type(values).__name__}; give a list or an array")
    found = tolist()
    if not isinstance(found, list):
        raise RowsError("a column is a single value; give one value a row")
    return found


def _written(values: Any) -> int:
    try:
        return len(marshal.dumps(values))
    except ValueError:
        return 0


def _size(value: object) -> int:
    if isinstance(value, (str, bytes)):
        return _VALUE_BYTES + len(value)
    if isinstance(value, Mapping):
        return _VALUE_BYTES + sum(len(str(k)) + _size(v) for k, v in value.items())
    if isinstance(value, (list, tuple)):
        return _VALUE_BYTES + sum(_size(v) for v in value)
    return _VALUE_BYTES + int(getattr(value, "nbytes", 0))
