"""One stored part of a profile: the sums of one column, or of the outcome, for the cells of one day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.profile.algebra import Ints, Sparse, added, merge, negated, select
from barograph.profile.custom import Named
from barograph.profile.value import Cell
from barograph.schema.readings import UTC_TIME
from barograph.windows import parse_every, window_starts

#: `window`: the model's windows, all rows. `day`: segments by day, and cross tables of all rows and of segments.
Grain = Literal["window", "day"]

TABLE: Final = "table"
OUTCOME: Final = "outcome"
CUSTOM: Final = "custom"
CROSS: Final = "cross"
#: Rows and outcome by the day on which they arrived.
ARRIVED_TABLE: Final = "arrived_table"
ARRIVED_OUTCOME: Final = "arrived_outcome"
_COLUMN: Final = "column:"
_DAY: Final = parse_every("1d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a part belongs.

    Attributes
    ----------
    day : local calendar day of the rows, days since 1970-01-01.
    arrival : local day on which the rows or their labels arrived, of the two parts kept by it; else 0.
    """

    version_id: int
    grain: Grain
    part: str
    day: int
    arrival: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossSums:
    """Cross tables by cell, as in `OutcomeSums.cross`."""

    sums: Ints = added()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Cells in order, and a record of sums with an axis of them.

    Attributes
    ----------
    record : `TableSums`, `ColumnSums`, `OutcomeSums` without cross tables, `CustomSums` or `CrossSums`.
    """

    cells: tuple[Cell, ...]
    record: Any


def column_part(name: str) -> str:
    """Name of a column's part.

    Examples
    --------
    >>> column_part("income")
    'column:income'
    """
    return _COLUMN + name


def column_of(part: str) -> str | None:
    """The column a part is of; None for the other parts."""
    return part.removeprefix(_COLUMN) if part.startswith(_COLUMN) else None


def together(parts: Sequence[Part]) -> Part:
    """All parts added up, cell by cell."""
    if len(parts) == 1:
        return parts[0]
    cells = sorted({cell for part in parts for cell in part.cells}, key=lambda c: c.order)
    return Part(cells=tuple(cells), record=placed(parts, cells))


def placed(parts: Sequence[Part], cells: Sequence[Cell]) -> Any:
    """The record of all parts over the given cells, which hold all of theirs."""
    if len(parts) == 1 and parts[0].cells == tuple(cells):
        return parts[0].record
    if len(cells) == 1:
        return merge([(part.record, np.zeros(len(part.cells), np.int64)) for part in parts], 1)
    position = {cell: i for i, cell in enumerate(cells)}
    held = [(part.record, np.array([position[c] for c in part.cells], np.int64)) for part in parts]
    return merge(held, len(cells))


def taken_away(part: Part) -> Part:
    """The part with the sign of every sum changed; for parts that only add."""
    return Part(cells=part.cells, record=negated(part.record))


def chosen(part: Part, index: Ints) -> Part:
    """Some of the cells."""
    return Part(cells=tuple(part.cells[i] for i in index), record=select(part.record, index))


def by_day(part: Part, timezone: str) -> Part:
    """A part of windows as one of days."""
    times = pl.Series([cell.window for cell in part.cells], dtype=pl.Int64).cast(UTC_TIME)
    starts = window_starts(times, _DAY, timezone).to_physical().to_list()
    moved = [Cell(cell.segment, start) for cell, start in zip(part.cells, starts, strict=True)]
    cells = sorted(set(moved), key=lambda c: c.order)
    if tuple(cells) == part.cells:
        return part
    position = {cell: i for i, cell in enumerate(cells)}
    to = np.array([position[cell] for cell in moved], np.int64)
    return Part(cells=tuple(cells), record=merge([(part.record, to)], len(cells)))


def without_empty(part: Part) -> Part:
    """Only cells in which some sum is not zero: what was added and taken away leaves no trace."""
    held = np.zeros(len(part.cells), bool)
    _mark(part.record, held)
    return part if held.all() else chosen(part, np.flatnonzero(held))


def _mark(record: Any, held: NDArray[np.bool_]) -> None:
    """Set True for each cell in which the record holds something."""
    if record is None:
        return
    if isinstance(record, np.ndarray):
        held |= record.reshape(len(held), -1).any(axis=1)
    elif isinstance(record, Sparse):
        held[record.keys[:, 0]] = True
    elif isinstance(record, Named):
        for each in record.of.values():
            _mark(each, held)
    elif is_dataclass(record):
        for f in fields(record):
            _mark(getattr(record, f.name), held)
